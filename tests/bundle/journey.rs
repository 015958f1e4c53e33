//! From an archive to a bundle to a stranger, through the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::forge::{self, Files, seal, zip_of};
use crate::{python, shell, unpack};

const QUOTE: &str = "لم نرمّم هذا الجسر ليكون صورة على بطاقة بريدية، بل ليعبر عليه تلاميذ الضفة الشرقية كل صباح";
const FURNITURE: &str = "سوق الخميس يعود إلى ساحة المنارة بعد أعمال الرصف";

/// An archive of the sample story in a folder of its own.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new(folder: &Path) -> Home {
        let home = Home(folder.to_owned());
        home.is(0, &["init", "--origin", "tests.example/bundle"]);
        home.is(0, &["ingest", &format!("{}/archive/captures", env!("CARGO_MANIFEST_DIR"))]);
        home
    }

    fn run_with(&self, state: &str, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_isnad"))
            .args(words)
            .current_dir(&self.0)
            .env_remove("ISNAD_ARCHIVE")
            .env("ISNAD_STATE", self.0.join(state))
            .output()
            .unwrap()
    }

    /// Runs the program, asserts its status, returns standard output.
    #[track_caller]
    pub(crate) fn is(&self, status: i32, words: &[&str]) -> String {
        let ran = self.run_with("state", words);
        assert_eq!(ran.status.code(), Some(status), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// An article whose capture came with a sidecar.
    fn article(&self) -> String {
        let listed = self.is(0, &["--json", "list"]);
        let lines: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let kept = |line: &&Value| {
            let record: Value = serde_json::from_str(&self.is(0, &["show", line["record"].as_str().unwrap()])).unwrap();
            !record["attachments"].as_array().unwrap().is_empty()
        };
        let with =
            lines.iter().filter(|line| line["article"].is_string()).find(kept).expect("a capture with a sidecar");
        with["article"].as_str().unwrap().to_owned()
    }
}

/// The files of a bundle as any program reads a zip.
fn files(zip: &Path) -> Files {
    let mut archive = ::zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let mut files = Files::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut member, &mut bytes).unwrap();
        files.insert(member.name().unwrap().into_owned(), bytes);
    }
    files
}

/// The files of a bundle that the program made, and the key of its log.
pub(crate) fn real(folder: &Path) -> (Files, String) {
    let home = Home::new(folder);
    home.is(0, &["bundle", &home.article(), "-o", "real.zip"]);
    (files(&home.path("real.zip")), home.is(0, &["log", "key"]).trim().to_owned())
}

#[test]
fn a_bundle_holds_what_the_archive_holds() {
    let scratch = tempfile::tempdir().unwrap();
    let home = Home::new(scratch.path());
    let article = home.article();
    home.is(0, &["bundle", &article[..10], "-o", "one.zip"]);
    let one = files(&home.path("one.zip"));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "article.txt",
            "attachments/1.bin",
            "blocks.txt",
            "capture.json",
            "capture.leaf",
            "checkpoint",
            "citation.tlog-proof",
            "manifest.json",
            "payload.bin",
            "reading.json",
            "reading.leaf",
            "reading.tlog-proof",
            "verify.html",
            "verify.py",
            "verify.sh"
        ]
    );
    assert_eq!(forge::hex(&one["article.txt"]), article);
    assert_eq!(String::from_utf8_lossy(&one["checkpoint"]), home.is(0, &["log", "checkpoint"]));
    let manifest: Value = serde_json::from_slice(&one["manifest.json"]).unwrap();
    assert_eq!(manifest["files"].as_array().unwrap().len(), one.len() - 1);
    assert_eq!(seal(one.clone()), one, "the manifest is as the document says");
    assert_eq!(zip_of(&one), std::fs::read(home.path("one.zip")).unwrap(), "so is the zip");
    let readme = String::from_utf8(one["README.txt"].clone()).unwrap();
    assert!(readme.contains("tests.example/bundle") && readme.contains(&article) && !readme.contains('{'), "{readme}");

    // The same state gives the same bytes; another file of that name stays.
    home.is(0, &["bundle", &article, "-o", "two.zip"]);
    assert_eq!(std::fs::read(home.path("one.zip")).unwrap(), std::fs::read(home.path("two.zip")).unwrap());
    home.is(0, &["bundle", &article, "-o", "two.zip"]);
    std::fs::write(home.path("mine.zip"), "mine").unwrap();
    home.is(2, &["bundle", &article, "-o", "mine.zip"]);
    assert_eq!(std::fs::read(home.path("mine.zip")).unwrap(), b"mine");
    home.is(1, &["bundle", &"0".repeat(64), "-o", "none.zip"]);
    assert!(!home.path("none.zip").exists());
}

#[test]
fn the_program_verifies_a_bundle_with_a_key_that_is_given_or_pinned() {
    let scratch = tempfile::tempdir().unwrap();
    let home = Home::new(scratch.path());
    home.is(0, &["bundle", &home.article(), "-o", "one.zip"]);
    let vkey = home.is(0, &["log", "key"]).trim().to_owned();
    let said = home.is(0, &["--json", "verify", "one.zip", "--key", &vkey]);
    let findings: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = findings.iter().filter_map(|finding| finding["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        ["bundle", "record", "leaf", "payload", "attachment", "record", "leaf", "block-list", "article", "checkpoint"]
    );
    assert_eq!(findings.last().unwrap()["summary"]["verified"], 10);
    // The machine that keeps the log knows its key; another one cannot tell.
    home.is(0, &["verify", "one.zip"]);
    let stranger = home.run_with("elsewhere", &["--json", "verify", "one.zip"]);
    assert_eq!(stranger.status.code(), Some(2));
    assert!(String::from_utf8(stranger.stdout).unwrap().contains(r#""outcome":"not-checked""#));
    // A key that was noted down as seen is pinned, too.
    let seen = home.path("elsewhere/seen/tests.example%2Fbundle");
    std::fs::create_dir_all(&seen).unwrap();
    std::fs::write(seen.join("keys"), format!("{vkey}\n")).unwrap();
    assert_eq!(home.run_with("elsewhere", &["verify", "one.zip"]).status.code(), Some(0));
    home.is(1, &["verify", "one.zip", "--key", &forge::vkey()]);
    home.is(2, &["verify", "one.zip", "--key", "nonsense"]);
    home.is(2, &["verify", "nowhere.zip", "--key", &vkey]);
    std::fs::write(home.path("cut.zip"), &std::fs::read(home.path("one.zip")).unwrap()[..5_000]).unwrap();
    let said = home.is(1, &["verify", "cut.zip", "--key", &vkey]);
    assert!(said.contains("it is not whole"), "{said}");
}

#[test]
fn an_audit_is_kept_with_its_evidence() {
    let scratch = tempfile::tempdir().unwrap();
    let home = Home::new(scratch.path());
    let vkey = home.is(0, &["log", "key"]).trim().to_owned();
    for (name, quote, evidence) in [
        ("found", QUOTE, 2),
        ("furniture", FURNITURE, 1),
        ("absent", "nobody wrote these seven words about lighthouses", 0),
    ] {
        let (zip, folder) = (home.path(&format!("{name}.zip")), home.path(name));
        home.is(0, &["bundle", "--audit", quote, "-o", zip.to_str().unwrap()]);
        let kept = files(&zip);
        let answer: Value = serde_json::from_slice(&kept["audit.json"]).unwrap();
        assert_eq!(answer["quote"], quote);
        let found = kept.keys().filter(|name| name.ends_with("/capture.json")).count();
        assert!(found >= evidence, "{name}: {found} captures");
        home.is(0, &["verify", zip.to_str().unwrap(), "--key", &vkey]);
        let (status, said) = python(&zip, Some(&vkey), None);
        assert_eq!(status, 0, "{said}");
        unpack(&kept, &folder);
        let (status, said) = shell(&folder, Some(&vkey), None);
        assert!(status == 2 && said.contains("unknown  whether audit.json") && !said.contains("FAILED"), "{said}");
    }
    // An answer that says more than its evidence does not hold.
    let kept = files(&home.path("found.zip"));
    let words = String::from_utf8(kept["audit.json"].clone()).unwrap();
    for (from, to) in
        [("بطاقة بريدية", "بطاقة بنكية"), ("\"start\":9", "\"start\":8"), ("\"records\":[\"", "\"records\":[\"0")]
    {
        assert!(words.contains(from), "{from}");
        let mut forged = kept.clone();
        forged.insert("audit.json".to_owned(), words.replace(from, to).into_bytes());
        let zip = home.path("forged.zip");
        std::fs::write(&zip, zip_of(&seal(forged))).unwrap();
        home.is(1, &["verify", zip.to_str().unwrap(), "--key", &vkey]);
        let (status, said) = python(&zip, Some(&vkey), None);
        assert_eq!(status, 1, "{said}");
    }
}

#[test]
fn a_private_capture_is_bundled_by_its_owner_only_and_says_so() {
    let scratch = tempfile::tempdir().unwrap();
    let home = Home::new(scratch.path());
    std::fs::write(
        home.path("secret.txt"),
        "A confidential headline\n\nThe witness asked that this testimony stays away from the public.\n",
    )
    .unwrap();
    let said = home.is(0, &["--json", "ingest", "--private", "secret.txt"]);
    let line: Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    let ran = home.run_with("state", &["bundle", line["record"].as_str().unwrap(), "-o", "secret.zip"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(String::from_utf8(ran.stderr).unwrap().contains("private"));
}
