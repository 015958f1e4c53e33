//! The tour of README.md, run again: every command prints what stands there.
//!
//! Ids of records, names of logs, the hour and the size of the file differ from run to run and are masked. With
//! `ISNAD_BLESS=1` the outputs in README.md are written anew instead of compared.

mod console;

use std::path::Path;
use std::process::Command;

const README: &str = "README.md";

#[test]
fn every_command_of_the_tour_prints_what_the_readme_says() {
    let text = console::document(README);
    let home = tempfile::tempdir().unwrap();
    copy(&console::repository("archive/captures"), &home.path().join("archive/captures"));
    let bless = std::env::var_os("ISNAD_BLESS").is_some();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (mut wrong, mut grown) = (Vec::new(), 0);
    for example in console::examples(&text) {
        let printed = run(&example.command, home.path());
        if mask(&printed) == mask(&example.output) {
            continue;
        }
        wrong.push(format!("README.md:{}: $ {}\nprints\n{printed}\n", example.line, example.command));
        // Lines move as outputs before them grow or shrink.
        let first = usize::try_from(example.line as isize + grown).unwrap();
        let (old, new) = (example.output.lines().count(), printed.lines().count());
        lines.splice(first..first + old, printed.lines().map(str::to_owned));
        grown += new as isize - old as isize;
    }
    if bless && !wrong.is_empty() {
        std::fs::write(console::repository(README), lines.join("\n") + "\n").unwrap();
    }
    assert!(bless || wrong.is_empty(), "ISNAD_BLESS=1 writes these into README.md:\n\n{}", wrong.join("\n"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a scratch folder");
    for entry in std::fs::read_dir(from).expect("the sample is there") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
    }
}

/// Runs a command line as a person at a shell would, standard error among the output.
fn run(command: &str, home: &Path) -> String {
    let isnad = Path::new(env!("CARGO_BIN_EXE_isnad"));
    let path = format!("{}:{}", isnad.parent().expect("a folder").display(), std::env::var("PATH").expect("a PATH"));
    let ran = Command::new("bash")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(home)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("ISNAD_ARCHIVE")
        .env("ISNAD_STATE", home.join(".state"))
        .output()
        .expect("bash is there");
    String::from_utf8(ran.stdout).expect("UTF-8").trim_end_matches('\n').to_owned()
}

/// Replaces what differs from run to run.
fn mask(text: &str) -> String {
    text.lines().map(mask_line).collect::<Vec<_>>().join("\n")
}

fn mask_line(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let mut masked: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let before = |back: usize| index.checked_sub(back).map_or("", |at| words[at]);
        let after = words.get(index + 1).copied().unwrap_or_default();
        let varies = (is_id(word) && matches!(before(1), "record" | "record:" | "leaf"))
            || word.starts_with("/r/")
            || word.starts_with("isnad.invalid/")
            || after == "(operator's"
            || (after == "s." && before(1) == "in")
            || (before(2) == "database" && before(1) == "of");
        masked.push(if varies { "*".to_owned() } else { (*word).to_owned() });
    }
    masked.join(" ")
}

fn is_id(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[test]
fn only_what_varies_is_masked() {
    let id = "a".repeat(64);
    assert_eq!(mask(&format!("verified  record {id}")), "verified  record *");
    assert_eq!(mask(&format!("verified  article {id}")), format!("verified  article {id}"));
    assert_eq!(mask("log of 20 entries; database of 417.8 kB"), "log of 20 entries; database of * kB");
    assert_eq!(mask("55.8 kB read in 0.1 s."), "55.8 kB read in * s.");
    assert_eq!(mask("Logged at 2024-05-03T17:05:12Z (operator's clock)."), "Logged at * (operator's clock).");
}
