//! Bad input gets a clear message that names file and place, and the rest goes on.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use serde_json::Value;

use crate::common::{ISNAD, Mount, Run, Scratch, skipped, text};

/// Sound words, so that a test can see that the rest went on.
const SOUND: &str = "The ferry to the islands sails again on Tuesday, said the harbour master, weather permitting.\n";

/// Ingests the folder `in`, which holds a sound file `zz.txt` besides what is bad in it; returns what was rejected.
fn rejections(scratch: &Scratch) -> Vec<Value> {
    scratch.write("in/zz.txt", SOUND);
    let run = scratch.json(["ingest", "in"]).is(1);
    let documents = run.documents();
    let sound = documents.iter().find(|document| text(document, "source").contains("zz.txt")).unwrap();
    assert_ne!(sound["status"], "rejected", "the rest goes on: {sound}");
    let rejected: Vec<Value> = documents.into_iter().filter(|document| document["status"] == "rejected").collect();
    assert_eq!(run.summary()["rejected"], rejected.len());
    for document in &rejected {
        assert!(run.stderr.contains(text(document, "error")), "narrated too: {}", run.stderr);
    }
    rejected
}

/// Asserts that exactly one document was rejected, and that the message holds these words.
#[track_caller]
fn rejected_with(scratch: &Scratch, words: &[&str]) {
    let rejected = rejections(scratch);
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    for word in words {
        assert!(text(&rejected[0], "error").contains(word), "{word:?} is missing in {}", rejected[0]["error"]);
    }
}

#[test]
fn an_empty_file_is_rejected() {
    let scratch = Scratch::with_archive();
    scratch.write("in/empty.txt", "");
    rejected_with(&scratch, &["in/empty.txt", "empty"]);
}

#[test]
fn a_folder_without_captures_is_rejected() {
    let scratch = Scratch::with_archive();
    scratch.write("in/zz.txt", SOUND);
    scratch.write("bare/picture.png", "\u{89}PNG");
    let run = scratch.json(["ingest", "bare", "in"]).is(1).says(&["bare: the folder holds no captures"]);
    assert_eq!((&run.summary()["new"], &run.summary()["rejected"]), (&1.into(), &1.into()));
}

#[test]
fn binary_data_is_rejected_with_its_place() {
    let scratch = Scratch::with_archive();
    scratch.write("in/program.txt", [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 500]].concat());
    rejected_with(&scratch, &["in/program.txt", "ELF"]);
    let scratch = Scratch::with_archive();
    scratch.write("in/noise.txt", "some words, then\0nothing");
    rejected_with(&scratch, &["in/noise.txt", "byte 16"]);
}

#[test]
fn text_that_is_not_utf8_is_read_in_a_named_encoding() {
    let scratch = Scratch::with_archive();
    // "The harbour opened this morning" in windows-1256.
    scratch.write("in/legacy.txt", b"\xc7\xc8\xca\xcd \xc7\xe1\xe3\xd1\xdd\xc3 \xd5\xc8\xc7\xcd \xc7\xe1\xed\xe6\xe3 \xc3\xe3\xc7\xe3 \xc7\xe1\xd3\xdd\xe4 \xe6\xc7\xe1\xde\xe6\xc7\xd1\xc8.");
    let document = scratch.json(["ingest", "in"]).is(0).documents().remove(0);
    assert!(document["notes"].to_string().contains("windows-1256"), "the guess is named: {document}");
    let payload = scratch.run(["show", text(&document, "payload")]).is(0).stdout;
    assert_eq!(payload[0], 0xc7, "the captured bytes stay as they were");
}

#[test]
fn a_file_of_two_gibibytes_is_rejected_in_little_memory() {
    let scratch = Scratch::with_archive();
    scratch.write("in/huge.txt", "");
    File::options().write(true).open(scratch.path("in/huge.txt")).unwrap().set_len(2 << 30).unwrap();
    scratch.write("in/zz.txt", SOUND);
    let run = in_one_gibibyte(&scratch, r#"exec "$ISNAD" --json ingest in"#).is(1);
    assert!(run.stderr.contains("huge.txt") && run.stderr.contains("too many for one document"), "{}", run.stderr);
    assert_eq!((&run.summary()["new"], &run.summary()["rejected"]), (&1.into(), &1.into()));
}

#[test]
fn a_line_of_two_gibibytes_on_standard_input_is_rejected_in_little_memory() {
    let scratch = Scratch::with_archive();
    let run =
        in_one_gibibyte(&scratch, r#"head -c 2147483648 /dev/zero | tr '\0' 'a' | "$ISNAD" --json ingest -"#).is(1);
    assert_eq!(run.summary()["rejected"], 1);
    assert_eq!(run.summary()["new"], 0);
}

/// Runs a line of shell whose programs may take one gibibyte of addresses each.
fn in_one_gibibyte(scratch: &Scratch, line: &str) -> Run {
    let mut shell = std::process::Command::new("bash");
    shell
        .current_dir(scratch.path(""))
        .env_remove("ISNAD_ARCHIVE")
        .env("ISNAD", ISNAD)
        .env("ISNAD_STATE", scratch.path("state"))
        .stdin(Stdio::null());
    Run::of(shell.args(["-c", &format!("ulimit -v 1048576; {line}")]).output().unwrap())
}

#[test]
fn a_bad_sidecar_rejects_its_file_and_names_the_place() {
    for (sidecar, words) in [
        ("{not json", ["the sidecar is not JSON", "line 1 column 2"]),
        (r#"{"url": 5}"#, ["url is a number", "not a string"]),
        ("[1, 2]", ["the sidecar is a list", "not a JSON object"]),
        (r#"{"captured_at": "yesterday"}"#, ["captured_at", "is not a date or time"]),
        (r#"{"published": "2018-02-31"}"#, ["published", "is not a date or time"]),
    ] {
        let scratch = Scratch::with_archive();
        scratch.write("in/page.txt", SOUND.replace("ferry", "boat"));
        scratch.write("in/page.txt.meta.json", sidecar);
        rejected_with(&scratch, &["in/page.txt.meta.json", words[0], words[1]]);
    }
}

#[test]
fn a_capture_in_the_future_is_rejected() {
    let scratch = Scratch::with_archive();
    scratch.write("in/page.txt", SOUND.replace("ferry", "boat"));
    scratch.write("in/page.txt.meta.json", r#"{"captured_at": "2999-01-01"}"#);
    rejected_with(&scratch, &["in/page.txt", "2999-01-01", "future"]);
    scratch.json(["ingest", "in/zz.txt", "--captured-at", "2999-01-01"]).is(1).says(&["in/zz.txt", "future"]);
}

#[test]
fn a_flag_that_is_no_date_is_a_mistake_in_the_command() {
    let scratch = Scratch::with_archive();
    let file = scratch.write("zz.txt", SOUND);
    for flag in ["--captured-at", "--published"] {
        let error = scratch.json(["ingest", file.to_str().unwrap(), flag, "soon"]).is(2).only();
        assert_eq!(error["error"]["code"], "usage");
        assert!(text(&error["error"], "message").contains(flag), "{error}");
    }
}

#[test]
fn a_broken_line_17_is_named_and_the_others_stay() {
    let scratch = Scratch::with_archive();
    let lines: String = (1..=40)
        .map(|line| match line {
            17 => "{\"text\": \"it ends in the mid\n".to_owned(),
            _ => format!("{{\"text\":\"On day {line} the keeper wrote down what he saw from the tower.\"}}\n"),
        })
        .collect();
    scratch.write("in/notes.jsonl", lines);
    rejected_with(&scratch, &["in/notes.jsonl", "line 17"]);
    assert_eq!(scratch.json(["stats"]).only()["captures"], 40, "39 lines and the sound file");
}

#[test]
fn a_folder_that_is_itself_an_archive_is_not_eaten() {
    let scratch = Scratch::with_archive();
    let run = scratch.json(["ingest", "archive"]).is(1).says(&["archive", "itself an isnad archive"]);
    assert_eq!(run.summary()["rejected"], 1);
    // Deeper down, too.
    std::fs::create_dir(scratch.path("in")).unwrap();
    std::fs::rename(scratch.archive(), scratch.path("in/other")).unwrap();
    scratch.run(["init"]).is(0);
    rejected_with(&scratch, &["in/other", "itself an isnad archive"]);
}

#[test]
fn links_that_lead_nowhere_are_named() {
    let scratch = Scratch::with_archive();
    std::fs::create_dir(scratch.path("in")).unwrap();
    std::os::unix::fs::symlink("nowhere", scratch.path("in/dangling.txt")).unwrap();
    rejected_with(&scratch, &["in/dangling.txt"]);
    scratch.json(["ingest", "not-there.txt"]).is(1).says(&["not-there.txt", "No such file"]);
}

#[test]
fn odd_file_names_are_kept_and_cannot_steer_a_terminal() {
    let scratch = Scratch::with_archive();
    scratch.write("in/line\nbreak \u{1b}[31mred.txt", SOUND.replace("ferry", "boat"));
    scratch.write(OsStr::from_bytes(b"in/caf\xe9.txt"), SOUND.replace("ferry", "raft"));
    scratch.write("in/مرفأ.txt", SOUND.replace("ferry", "ship"));
    let run = scratch.run(["ingest", "in"]).is(0);
    assert!(!run.text().contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{}", run.text());
    let listed = scratch.json(["list"]).is(0).lines();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().any(|capture| text(capture, "source").contains("\u{1b}[31m")), "kept as it is in JSON");
    scratch.run(["verify"]).is(0);
}

#[test]
fn without_an_archive_commands_say_what_to_do() {
    let scratch = Scratch::new();
    let reference = "a".repeat(64);
    for command in [
        vec!["audit", "some words"],
        vec!["search", "words"],
        vec!["list"],
        vec!["stats"],
        vec!["verify"],
        vec!["show", &reference],
        vec!["cite", &reference],
        vec!["diff", &reference, &reference],
        vec!["log", "checkpoint"],
    ] {
        let run = scratch.json(&command).is(2).says(&["there is no archive here", "isnad init", "--archive"]);
        assert_eq!(run.only()["error"]["code"], "no-archive", "{command:?}");
        assert!(!scratch.archive().exists(), "{command:?} made something");
    }
}

#[test]
fn ingest_makes_the_default_archive_but_not_a_named_one() {
    let scratch = Scratch::new();
    scratch.write("zz.txt", SOUND);
    scratch.run(["--archive", "elsewhere", "ingest", "zz.txt"]).is(2).says(&["elsewhere", "isnad init"]);
    assert!(!scratch.path("elsewhere").exists());
    scratch.run(["ingest", "zz.txt"]).is(0).says(&["Made an archive in archive"]);
    scratch.run(["verify"]).is(0);
    scratch.run(["init"]).is(2).says(&["there is one already", "nothing was changed"]);
}

#[test]
fn an_archive_that_cannot_be_written_says_so() {
    let scratch = Scratch::new();
    scratch.write("zz.txt", SOUND);
    scratch.write("file", "not a folder");
    for place in ["file", "file/below", "/proc/isnad-archive"] {
        scratch.run(["--archive", place, "init"]).is(2).says(&[place]);
        scratch.run(["--archive", place, "ingest", "zz.txt"]).is(2).says(&[place]);
    }
}

#[test]
fn read_only_media_serve_for_reading() {
    let scratch = Scratch::with_sample();
    let captures = scratch.json(["list"]).lines();
    let id = text(&captures[0], "article");
    let folder = scratch.archive();
    let Some(_bound) = Mount::new(&folder, &["--bind".as_ref(), folder.as_os_str()]) else { return };
    let remounted = std::process::Command::new("mount").args(["-o", "remount,ro,bind"]).arg(&folder).output().unwrap();
    if !remounted.status.success() {
        return skipped("a bound folder cannot be made read-only here");
    }
    scratch.run(["verify"]).is(0);
    scratch.run(["show", id]).is(0);
    scratch.run(["list"]).is(0);
    scratch.json(["audit", "لم نرمّم هذا الجسر ليكون صورة على بطاقة بريدية"]).is(0);
    scratch.write("zz.txt", SOUND);
    let error = scratch.json(["ingest", "zz.txt"]).is(2).only();
    assert_eq!(error["error"]["code"], "io", "{error}");
    assert!(text(&error["error"], "message").contains("isnad.db"), "{error}");
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let scratch = Scratch::with_sample();
    scratch.sqlite().pragma_update(None, "user_version", 999).unwrap();
    let before = std::fs::read(scratch.database()).unwrap();
    scratch.write("zz.txt", SOUND);
    for command in [&["verify"][..], &["list"], &["ingest", "zz.txt"]] {
        scratch.run(command).is(2).says(&["isnad.db", "schema 999", "newer"]);
    }
    assert_eq!(std::fs::read(scratch.database()).unwrap(), before, "nothing was changed");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let scratch = Scratch::with_sample();
    scratch.sqlite().pragma_update(None, "application_id", 7).unwrap();
    scratch.run(["list"]).is(2).says(&["isnad.db", "not an isnad archive"]);
    scratch.write(
        "archive/isnad.db",
        "this is no database at all, only some words in a file that is long enough".repeat(20),
    );
    for command in [&["list"][..], &["verify"], &["ingest", "zz.txt"]] {
        scratch.write("zz.txt", SOUND);
        scratch.run(command).is(2).says(&["isnad.db", "not a database"]);
    }
}

#[test]
fn references_that_are_short_unknown_or_ambiguous_say_so() {
    let scratch = Scratch::with_sample();
    let error = |reference: &str, status: i32| scratch.json(["show", reference]).is(status).only()["error"].clone();
    assert_eq!(error("36bc", 2)["code"], "usage");
    assert!(text(&error("36bc", 2), "message").contains("at least 8"));
    assert_eq!(error("00000000", 1)["code"], "not-found");
    assert_eq!(error(&"0".repeat(64), 1)["code"], "not-found");
    assert_eq!(error("https://nobody.example/page", 1)["code"], "not-found");

    // Two payloads whose ids begin alike, as two in four thousand million do.
    let payload = text(&scratch.json(["list"]).lines()[0], "payload").to_owned();
    let twin = format!("{}{}", &payload[..8], "0".repeat(56));
    let insert = "INSERT INTO payload (sha256, bytes, encoding, stored) VALUES (unhex(?1), 1, 0, x'61')";
    let sqlite = scratch.sqlite();
    sqlite.execute(insert, [&twin]).unwrap();
    let shown = "UPDATE capture SET payload = (SELECT max(id) FROM payload) WHERE payload <> ?1 AND record = (SELECT min(record) FROM capture)";
    assert_eq!(sqlite.execute(shown, [0]).unwrap(), 1);
    let ambiguous = error(&payload[..8], 2);
    assert_eq!(ambiguous["code"], "ambiguous");
    for id in [&payload, &twin] {
        assert!(text(&ambiguous, "message").contains(id.as_str()), "{ambiguous}");
    }
    scratch.run(["show", &payload]).is(0);
}

#[test]
fn mistakes_in_the_command_have_status_2_and_a_json_error() {
    let scratch = Scratch::with_archive();
    for command in
        [&["ingest"][..], &["ingest", "x", "--nonsense"], &["frobnicate"], &["audit", ""], &["list", "--limit", "x"]]
    {
        let error = scratch.json(command).is(2).only();
        assert_eq!(error["error"]["code"], "usage", "{command:?}");
        assert!(!text(&error["error"], "message").is_empty());
    }
    scratch.run(["--help"]).is(0);
    scratch.run(["--version"]).is(0);
    scratch.run(["init", "--origin", "has spaces", "--archive", "other"]).is(2).says(&["--origin"]);
    scratch.run(["init", "--public-url", "ftp://x", "--archive", "other"]).is(2).says(&["--public-url"]);
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let scratch = Scratch::with_sample();
    let mut shell = std::process::Command::new("bash");
    shell.current_dir(scratch.path("")).env("ISNAD", ISNAD).env_remove("ISNAD_ARCHIVE");
    let run = Run::of(
        shell.args(["-c", r#""$ISNAD" --json list | true; "$ISNAD" verify --all | head -n 1"#]).output().unwrap(),
    );
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}
