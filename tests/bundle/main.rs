//! Bundles, and the verifiers that strangers run: the program, `verify.py` and `verify.sh` decide the same on every case.
//!
//! `verify.html` decides them too: the cases are left in the target folder, and `tests/run` gives them to a browser.
#![expect(clippy::print_stdout, reason = "tests say what they skip and count")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod forge;
mod heads;
mod journey;
mod stamps;
#[path = "../tsa/mod.rs"]
mod tsa;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cases::{Case, Shell};
use forge::{Files, zip_of};
use isnad::archive::StateDir;
use isnad::archive::bundle::verify_bundle;
use isnad::stamp::Anchors;

/// A verifier as it stands in the source.
pub(crate) fn verifier(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/archive/bundle/verifiers").join(name)
}

/// The status that the program gives, from the findings.
fn program(path: &Path, keys: Option<&str>, ca: Option<&Path>, state: &Path) -> i32 {
    let keys: Vec<String> =
        keys.unwrap_or_default().split(' ').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let anchors = ca.map_or_else(Anchors::none, |ca| Anchors::read(&std::fs::read(ca).unwrap()).unwrap());
    match verify_bundle(path, &keys, &anchors, &StateDir::at(state), &mut |_| ()) {
        Ok(tally) if tally.failed > 0 => 1,
        Ok(tally) if tally.not_checked > 0 => 2,
        Ok(tally) => i32::from(tally.verified == 0) * 2,
        Err(_) => 2,
    }
}

/// Runs a verifier; its status and what it said.
pub(crate) fn run(command: &mut Command) -> (i32, String) {
    let ran = command.stdin(Stdio::null()).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(!said.contains("Traceback"), "{said}");
    (ran.status.code().unwrap_or(-1), said)
}

/// Several keys stand behind one another, with a space between them.
pub(crate) fn python(path: &Path, keys: Option<&str>, ca: Option<&Path>) -> (i32, String) {
    let mut command = Command::new("python3");
    command
        .arg(verifier("verify.py"))
        .args(keys.iter().flat_map(|keys| keys.split(' ')).map(|key| format!("--key={key}")));
    if let Some(ca) = ca {
        command.arg("--ca").arg(ca);
    }
    run(command.arg(path))
}

pub(crate) fn shell(folder: &Path, keys: Option<&str>, ca: Option<&Path>) -> (i32, String) {
    run(Command::new("bash").arg(verifier("verify.sh")).arg(keys.unwrap_or_default()).arg(folder).args(ca))
}

pub(crate) fn unpack(files: &Files, folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

pub(crate) fn has(program: &str) -> bool {
    let found = Command::new("bash").args(["-c", &format!("command -v {program}")]).output();
    found.is_ok_and(|found| found.status.success())
}

/// What goes wrong with one case; empty when every verifier gives its status.
fn disagreements(case: &Case, number: usize, scratch: &Path, kept: &Path) -> Vec<String> {
    let (key, ca) = (case.key.as_deref(), case.ca.as_deref());
    let zip = kept.join(format!("{number:04}.zip"));
    std::fs::write(&zip, &case.zip).unwrap();
    let mut wrong = Vec::new();
    let mut expect = |who: &str, (status, said): (i32, String)| {
        let right = if who.starts_with("isnad") { case.status } else { case.by_openssl };
        if status != right {
            wrong.push(format!("{}: {who} says {status}, not {right}: {said}", case.name));
        }
    };
    expect("isnad", (program(&zip, key, ca, scratch), String::new()));
    expect("verify.py", python(&zip, key, ca));
    let Some(files) = case.files.as_ref().filter(|_| case.shell == Shell::Too) else { return wrong };
    let folder = scratch.join(number.to_string());
    unpack(files, &folder);
    expect("isnad on the folder", (program(&folder, key, ca, scratch), String::new()));
    if case.name.starts_with("real") {
        expect("verify.py on the folder", python(&folder, key, ca));
    }
    if has("openssl") && has("xxd") {
        expect("verify.sh", shell(&folder, key, ca));
    }
    wrong
}

#[test]
fn every_verifier_gives_every_case_its_status() {
    if !has("python3") {
        println!("skipped: verifiers of bundles: needs python3");
        return;
    }
    if !has("openssl") || !has("xxd") {
        println!("skipped: verify.sh: needs openssl and xxd");
    }
    let scratch = tempfile::tempdir().unwrap();
    let (real, vkey) = journey::real(scratch.path());
    let mut cases = cases::of_real(&real, &vkey);
    cases.extend(cases::of_zip(&real, &vkey));
    cases.extend(cases::of_liar());
    if has("openssl") {
        cases.extend(stamps::cases(scratch.path()));
    }
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundle-cases");
    let _ = std::fs::remove_dir_all(&kept);
    std::fs::create_dir_all(&kept).unwrap();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((number, case)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, cases.get(n)?)))
                {
                    wrong.lock().unwrap().extend(disagreements(case, number, scratch.path(), &kept));
                }
            });
        }
    });
    let list: Vec<String> = (0..)
        .zip(&cases)
        // The page takes no certificates: a browser cannot check chains.
        .filter(|(_, case)| case.ca.is_none())
        .map(|(number, case)| {
            let name = case.name.replace(['\n', '\t'], " ");
            format!("{number:04}.zip\t{}\t{}\t{name}\n", case.key.as_deref().unwrap_or("-"), case.status)
        })
        .collect();
    std::fs::write(kept.join("cases.txt"), list.concat()).unwrap();
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(zip_of(&real), cases[0].zip);
    println!("{} cases", cases.len());
}

#[test]
fn a_link_in_the_folder_is_not_followed() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("bundle");
    let files = forge::Parts::good().bundle();
    unpack(&files, &folder);
    std::fs::rename(folder.join("payload.bin"), scratch.path().join("elsewhere")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../elsewhere", folder.join("payload.bin")).unwrap();
    let key = forge::vkey();
    assert_eq!(program(&folder, Some(&key), None, scratch.path()), 1);
    assert_eq!(python(&folder, Some(&key), None).0, 1);
    assert_eq!(shell(&folder, Some(&key), None).0, 1);
}
