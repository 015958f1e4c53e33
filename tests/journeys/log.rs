//! The signed log: keys, marks, copies, successors, proofs, exports, and logs of others checked from outside.

use std::path::Path;

use isnad::tlog::{Checkpoint, LeafKind, OpenedCheckpoint, TlogProof, VerifierKey, leaf_hash, leaf_line};

use crate::common::{Run, Scratch, sha256_hex, text};
use crate::served::Served;
use crate::texts;

fn vkeys(scratch: &Scratch) -> Vec<VerifierKey> {
    scratch.run(["log", "key"]).is(0).text().lines().map(|line| line.parse().unwrap()).collect()
}

/// The head that the log shows, opened with its own key.
fn head(scratch: &Scratch) -> Checkpoint {
    let note = scratch.run(["log", "checkpoint"]).is(0).stdout;
    OpenedCheckpoint::open(&note, &vkeys(scratch)).unwrap().checkpoint
}

/// Ingests so many invented documents, different ones for every `name`.
fn ingest(scratch: &Scratch, name: &str, count: usize) -> Run {
    let lines = texts::jsonl(count).replace("paper", name);
    scratch.write(format!("{name}.jsonl"), lines);
    scratch.json(["ingest", &format!("{name}.jsonl")])
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &name);
        } else {
            std::fs::copy(&path, &name).unwrap();
        }
    }
}

#[test]
fn every_head_is_signed_the_empty_one_too() {
    let scratch = Scratch::with_archive();
    assert_eq!(head(&scratch).size, 0);
    ingest(&scratch, "one", 5).is(0);
    let first = head(&scratch);
    assert_eq!((first.origin.as_str(), first.size), ("tests.example/scratch", 10));
    ingest(&scratch, "two", 5).is(0);
    assert_eq!(head(&scratch).size, 20);
    let shown = scratch.json(["log", "checkpoint"]).only();
    assert_eq!(shown["root"], isnad::domain::Digest(head(&scratch).root.0).to_string());
    scratch.run(["verify"]).is(0);
}

#[test]
fn the_secret_key_is_in_its_file_alone() {
    let scratch = Scratch::with_sample();
    let file = scratch.path("state/logs/tests.example%2Fscratch/key");
    let key = std::fs::read_to_string(&file).unwrap();
    // PRIVATE+KEY+<name>+<hash>+<key>, whose base64 may hold a plus.
    let secret = key.lines().last().unwrap().splitn(5, '+').last().unwrap().to_owned();
    scratch.run(["backup", "copy.db"]).is(0);
    scratch.run(["log", "export", "export"]).is(0);
    let mut said = String::new();
    for args in
        [&["log", "key"][..], &["log", "checkpoint"], &["verify", "--all"], &["log", "key", "--rotate"], &["stats"]]
    {
        let run = scratch.run(args);
        said.push_str(&run.text());
        said.push_str(&run.stderr);
    }
    std::fs::write(&file, key.replace("PRIVATE", "PRIVAT")).unwrap();
    let broken = scratch.run(["ingest", "README"]).is(2);
    said.push_str(&broken.stderr);
    assert!(broken.stderr.contains("reading the key of log"), "{}", broken.stderr);
    assert!(!said.contains(&secret) && !said.contains("PRIVATE+KEY+tests"));
    let mut looked = 0;
    for folder in ["archive", "export", "export/tile/0", "."] {
        for entry in std::fs::read_dir(scratch.path(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                looked += 1;
                let bytes = std::fs::read(&path).unwrap();
                assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", path.display());
            }
        }
    }
    assert!(looked >= 4, "{looked} files");
}

#[test]
fn a_backup_restored_over_a_newer_archive_refuses_to_sign_until_it_is_adopted() {
    let scratch = Scratch::with_archive();
    ingest(&scratch, "one", 3).is(0);
    scratch.run(["backup", "backup.db"]).is(0);
    ingest(&scratch, "two", 3).is(0);
    let shown = head(&scratch);
    for beside in ["archive/isnad.db-wal", "archive/isnad.db-shm"] {
        let _ = std::fs::remove_file(scratch.path(beside));
    }
    std::fs::copy(scratch.path("backup.db"), scratch.database()).unwrap();

    let words = ["it has 6 entries, and a head of 12 entries was shown already", "isnad log adopt"];
    let refused = ingest(&scratch, "three", 3).is(2).says(&words);
    assert_eq!(refused.lines().last().unwrap()["error"]["code"], "refused");
    scratch.run(["log", "checkpoint"]).is(2).says(&words);
    scratch.run(["log", "export", "export"]).is(2).says(&words);
    scratch.run(["reindex"]).is(2).says(&words);
    let findings = scratch.json(["verify"]).is(1).lines();
    assert!(findings.iter().any(|line| line["kind"] == "mark" && line["outcome"] == "failed"), "{findings:?}");
    // Reading goes on.
    assert_eq!(scratch.json(["stats"]).is(0).only()["captures"], 3);
    let served = Served::of(&scratch);
    for (lang, heading) in [("en", "The head of the log is not shown"), ("ar", "رأس السجلّ غير معروض")]
    {
        let (status, page) = served.get(&format!("/log?lang={lang}"));
        assert_eq!(status, 503, "{page}");
        for words in [heading, "isnad log adopt", "isnad verify", " 6", " 12", &format!("<html lang=\"{lang}\"")] {
            assert!(page.contains(words), "{words:?} is missing in: {page}");
        }
        assert!(!page.contains(scratch.path("").to_str().unwrap()), "{page}");
    }
    for path in ["/log/checkpoint", "/log/tile/0/000.p/6", "/log/tile/entries/000.p/6"] {
        let (status, said) = served.get(path);
        assert_eq!(status, 503, "{path}: {said}");
        assert!(said.contains("/log says why") && !said.contains(shown.origin.as_str()), "{path}: {said}");
    }
    assert_eq!(served.get("/log/vkey").0, 200);
    drop(served);

    let before = String::from_utf8(note_of(&scratch, 6)).unwrap();
    let adopted = scratch.json(["log", "adopt"]).is(0).only();
    assert_eq!((&adopted["from_size"], &adopted["size"]), (&6.into(), &7.into()));
    assert_eq!(text(&adopted, "checkpoint"), sha256_hex(before.as_bytes()));
    assert_eq!(Served::of(&scratch).get("/log").0, 200);
    assert_ne!(text(&adopted, "origin"), shown.origin);
    assert_eq!(ingest(&scratch, "three", 3).is(0).summary()["new"], 3);
    assert_eq!(head(&scratch).size, 13);
    scratch.run(["verify"]).is(0);
    let entry = scratch.json(["list"]).lines().pop().unwrap();
    assert_eq!(entry["logged"]["index"], 1, "the first record stands behind the entry that carries the old log on");
    prove(&scratch, text(&entry, "record"));
}

/// The bytes of the note that was signed at a size.
fn note_of(scratch: &Scratch, size: u64) -> Vec<u8> {
    let sql = "SELECT note FROM checkpoint WHERE size = ?1 ORDER BY log LIMIT 1";
    scratch.sqlite().query_row(sql, [i64::try_from(size).unwrap()], |row| row.get(0)).unwrap()
}

/// Checks the proofs of a reference as a stranger would.
fn prove(scratch: &Scratch, reference: &str) {
    let keys = vkeys(scratch);
    let proofs = scratch.json(["log", "prove", reference]).is(0).lines();
    assert_eq!(proofs.iter().map(|proof| text(proof, "kind")).collect::<Vec<_>>(), ["capture", "reading"]);
    for (proof, kind) in proofs.iter().zip([LeafKind::Capture, LeafKind::Reading]) {
        let record: isnad::domain::RecordId = text(proof, "record").parse().unwrap();
        let leaf = leaf_line(kind, *record.as_bytes());
        assert_eq!(text(proof, "entry"), leaf);
        let parsed = TlogProof::parse(text(proof, "proof").as_bytes()).unwrap();
        assert_eq!(proof["index"], parsed.index);
        parsed.check(&leaf_hash(leaf.as_bytes()), &keys).unwrap();
        let other = leaf_line(kind, [7; 32]);
        assert!(parsed.check(&leaf_hash(other.as_bytes()), &keys).is_err());
    }
}

#[test]
fn every_reference_has_proofs_that_hold() {
    let scratch = Scratch::with_sample();
    for capture in scratch.json(["list"]).lines() {
        for key in ["article", "record", "reading", "payload"] {
            prove(&scratch, text(&capture, key));
        }
    }
    let first = scratch.json(["list"]).lines().remove(0);
    scratch.run(["log", "prove", text(&first, "record"), "--out", "proofs"]).is(0);
    let files = std::fs::read_dir(scratch.path("proofs")).unwrap();
    assert_eq!(files.count(), 2);
    scratch.run(["log", "prove", "01234567"]).is(1);
}

#[test]
fn an_archive_copied_to_another_machine_is_read_only_until_it_is_adopted() {
    let scratch = Scratch::with_sample();
    let there = Scratch::new();
    copy(&scratch.archive(), &there.archive());
    let words = ["the key of its log tests.example/scratch is not on this machine", "isnad log adopt"];
    ingest(&there, "one", 2).is(2).says(&words);
    there.run(["init", "--public-url", "https://elsewhere.example"]).is(2).says(&words);
    there.run(["log", "key", "--rotate"]).is(2).says(&words);
    // What was signed elsewhere is shown as it is, and whether it is the newest nobody can tell here.
    assert_eq!(head(&there), head(&scratch));
    let findings = there.json(["verify"]).is(2).lines();
    assert!(findings.iter().any(|line| line["kind"] == "mark" && line["outcome"] == "not-checked"), "{findings:?}");
    there.run(["log", "adopt", "--origin", "tests.example/scratch"]).is(2).says(&["two logs of one name"]);
    there.run(["log", "adopt", "--origin", "tests.example/elsewhere"]).is(0);
    ingest(&there, "one", 2).is(0);
    there.run(["verify"]).is(0);
    // A successor of the successor.
    let third = Scratch::new();
    copy(&there.archive(), &third.archive());
    third.run(["log", "adopt"]).is(0).says(&["tests.example/elsewhere/adopted-"]);
    ingest(&third, "two", 2).is(0);
    third.run(["verify"]).is(0);
    // The original goes on as if nothing had been.
    ingest(&scratch, "one", 2).is(0);
    scratch.run(["verify"]).is(0);
}

#[test]
fn of_two_copies_on_one_machine_only_the_first_to_write_goes_on() {
    let scratch = Scratch::with_archive();
    ingest(&scratch, "one", 2).is(0);
    copy(&scratch.archive(), &scratch.path("copy"));
    ingest(&scratch, "two", 2).is(0);
    scratch.run(["--archive", "copy", "ingest", "two.jsonl"]).is(2).says(&["an older copy"]);
    // The same size with another root: a copy whose log grew where the mark could not see it.
    let state = scratch.path("state/logs/tests.example%2Fscratch/mark");
    let mark = std::fs::read(&state).unwrap();
    std::fs::write(&state, "tests.example/scratch\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").unwrap();
    scratch.run(["--archive", "copy", "ingest", "two.jsonl"]).is(0);
    std::fs::write(&state, mark).unwrap();
    scratch.run(["--archive", "copy", "log", "checkpoint"]).is(2).says(&["another history"]);
    scratch.run(["--archive", "copy", "ingest", "one.jsonl"]).is(2).says(&["another history"]);
    scratch.run(["verify"]).is(0);
}

#[test]
fn a_name_that_was_used_for_a_log_is_not_used_for_another() {
    let scratch = Scratch::with_sample();
    std::fs::remove_dir_all(scratch.archive()).unwrap();
    scratch.run(["init", "--origin", "tests.example/scratch"]).is(2).says(&["choose another name with --origin"]);
    assert!(!scratch.database().exists());
    scratch.run(["init", "--origin", "tests.example/other"]).is(0);
}

#[test]
fn keys_overlap_while_they_change() {
    let scratch = Scratch::with_sample();
    let old = vkeys(&scratch);
    let before = head(&scratch);
    let rotated = scratch.json(["log", "key", "--rotate"]).is(0).only();
    let both = vkeys(&scratch);
    assert_eq!((old.len(), both.len()), (1, 2));
    assert_eq!(rotated["added"], both.iter().find(|key| !old.contains(key)).unwrap().to_string());
    let opens = |key: &VerifierKey| {
        let note = scratch.run(["log", "checkpoint"]).is(0).stdout;
        OpenedCheckpoint::open(&note, std::slice::from_ref(key)).map(|opened| opened.checkpoint)
    };
    for key in &both {
        assert_eq!(opens(key).unwrap(), before, "the newest head has both signatures at once");
    }
    ingest(&scratch, "one", 2).is(0);
    for key in &both {
        assert_eq!(opens(key).unwrap().size, before.size + 4);
    }
    scratch.run(["verify"]).is(0);
    scratch.run(["log", "key", "--retire", "00000000"]).is(2).says(&["no key 00000000 signs"]);
    scratch.run(["log", "key", "--retire", &old[0].id().to_string()]).is(0);
    ingest(&scratch, "two", 2).is(0);
    let new = vkeys(&scratch);
    assert_eq!(new.len(), 1);
    assert!(opens(&old[0]).is_err());
    assert_eq!(opens(&new[0]).unwrap().size, before.size + 8);
    scratch.run(["log", "key", "--retire", &new[0].id().to_string()]).is(2).says(&["the only key"]);
    scratch.run(["verify"]).is(0);
}

#[test]
fn an_archive_of_the_first_schema_is_carried_on_under_its_name() {
    let scratch = Scratch::with_sample();
    // What an older isnad left: the same tables, and nothing signed.
    let sqlite = scratch.sqlite();
    sqlite
        .execute_batch(
            "DROP INDEX capture_by_page; DROP INDEX capture_by_correction; ALTER TABLE capture DROP COLUMN page",
        )
        .unwrap();
    sqlite.execute_batch("ALTER TABLE capture DROP COLUMN withheld").unwrap();
    for table in ["doomed", "takedown", "erased_record", "erased_digest", "stamp"] {
        sqlite.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    for table in ["checkpoint_signature", "checkpoint", "tile", "log_key", "log"] {
        sqlite.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    sqlite.pragma_update(None, "user_version", 1).unwrap();
    drop(sqlite);
    std::fs::remove_dir_all(scratch.path("state")).unwrap();
    ingest(&scratch, "one", 2).is(2).says(&["an older isnad made", "isnad log adopt"]);
    scratch.run(["log", "checkpoint"]).is(2).says(&["no head of log tests.example/scratch was ever signed"]);
    let adopted = scratch.json(["log", "adopt"]).is(0).only();
    assert_eq!(text(&adopted, "origin"), "tests.example/scratch");
    assert_eq!((&adopted["from_size"], &adopted["size"]), (&20.into(), &21.into()));
    ingest(&scratch, "one", 2).is(0);
    assert_eq!(head(&scratch).size, 25);
    let findings = scratch.json(["verify"]).is(2).lines();
    let doubts: Vec<_> = findings.iter().filter(|line| line["outcome"] == "not-checked").collect();
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    assert_eq!(doubts[0]["why"], "no head of this log was ever signed");
    assert!(!findings.iter().any(|line| line["outcome"] == "failed"), "{findings:?}");
}

#[test]
fn a_published_log_is_remembered_and_a_fork_of_it_is_found() {
    let scratch = Scratch::with_archive();
    ingest(&scratch, "one", 150).is(0);
    let key = vkeys(&scratch)[0].to_string();
    scratch.run(["log", "export", "site"]).is(0);
    let reader = Scratch::new();
    let site = scratch.path("site");
    let look = |args: &[&str]| {
        let mut all = vec!["verify", "--log", site.to_str().unwrap(), "--records", "none"];
        all.extend(args);
        reader.json(all)
    };
    let unsure = look(&[]).is(2).lines();
    assert!(unsure.iter().any(|line| text(line, "why").contains("no key is known for this log")), "{unsure:?}");
    look(&["--key", &key]).is(0);
    look(&[]).is(0);
    let stranger = "tests.example/scratch+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    look(&["--key", stranger]).is(2).says(&["--key"]);

    copy(&scratch.path("archive"), &scratch.path("before"));
    let mark = scratch.path("state/logs/tests.example%2Fscratch/mark");
    let then = std::fs::read(&mark).unwrap();
    ingest(&scratch, "two", 150).is(0);
    scratch.run(["log", "export", "site"]).is(0);
    let grown = look(&[]).is(0).lines();
    assert!(grown.last().unwrap()["summary"]["failed"] == 0, "{grown:?}");

    // The operator goes back, and lets the log grow another way under the same key.
    std::fs::write(&mark, then).unwrap();
    std::fs::remove_dir_all(scratch.archive()).unwrap();
    copy(&scratch.path("before"), &scratch.archive());
    ingest(&scratch, "three", 160).is(0);
    std::fs::rename(scratch.path("site"), scratch.path("honest")).unwrap();
    scratch.run(["log", "export", "site"]).is(0);
    let fork = look(&[]).is(1).lines();
    assert!(
        fork.iter().any(|line| line["kind"] == "consistency" && text(line, "why").contains("another history")),
        "{fork:?}"
    );
    let kept = fork.iter().find(|line| text(line, "why").contains("it is the proof")).unwrap();
    let seen = reader.path("state/seen/tests.example%2Fscratch");
    assert!(text(kept, "why").contains(seen.to_str().unwrap()));
    let forks = std::fs::read_dir(&seen)
        .unwrap()
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("fork-"));
    assert_eq!(forks.count(), 1);
    // An export folder of one history does not take the other.
    scratch.run(["log", "export", "honest"]).is(2).says(&["tells another history"]);
    // What was seen stays what it was: the honest log still fits.
    std::fs::remove_dir_all(scratch.path("site")).unwrap();
    std::fs::rename(scratch.path("honest"), scratch.path("site")).unwrap();
    look(&[]).is(0);
}

#[test]
fn damage_to_what_is_signed_is_found() {
    let scratch = Scratch::with_archive();
    ingest(&scratch, "one", 150).is(0);
    ingest(&scratch, "two", 10).is(0);
    let sound = std::fs::read(scratch.database()).unwrap();
    for (what, kind) in [
        (
            "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'tests.example', 'tests.exemple') AS BLOB) WHERE size = 300",
            "checkpoint",
        ),
        ("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 300", "checkpoint"),
        ("DELETE FROM checkpoint WHERE size = 300", "checkpoint"),
        ("UPDATE tile SET hashes = zeroblob(8192)", "tile"),
        ("UPDATE tile SET root = zeroblob(32)", "tile"),
        ("DELETE FROM tile", "tile"),
        ("INSERT INTO tile SELECT log, level, idx + 1, root, hashes FROM tile", "tile"),
        ("DELETE FROM log_key", "checkpoint"),
        ("UPDATE log_key SET vkey = 'tests.example/scratch+00000000+AAAA'", "log-key"),
        (
            "INSERT INTO checkpoint_signature (checkpoint, line, at) SELECT id, substr(CAST(note AS TEXT), instr(CAST(note AS TEXT), '—'), 40) || 'AAAA', 0 FROM checkpoint WHERE size = 300",
            "checkpoint",
        ),
    ] {
        let sqlite = scratch.sqlite();
        for table in ["checkpoint", "tile", "log_key", "checkpoint_signature"] {
            sqlite.execute_batch(&format!("DROP TRIGGER {table}_stays; DROP TRIGGER {table}_is_kept")).unwrap();
        }
        assert!(sqlite.execute(what, []).unwrap() > 0, "{what}");
        drop(sqlite);
        let findings = scratch.json(["verify"]).is(1).lines();
        assert!(
            findings.iter().any(|line| line["kind"] == kind && line["outcome"] == "failed"),
            "{what}: {findings:?}"
        );
        for beside in ["archive/isnad.db-wal", "archive/isnad.db-shm"] {
            let _ = std::fs::remove_file(scratch.path(beside));
        }
        std::fs::write(scratch.database(), &sound).unwrap();
    }
    scratch.run(["verify"]).is(0);
}

#[test]
fn a_log_published_over_tls_is_read_when_its_certificate_is_believed() {
    let scratch = Scratch::with_sample();
    let folder = scratch.path("tls");
    std::fs::create_dir_all(&folder).unwrap();
    if !crate::site::certificates(&folder) {
        return;
    }
    let published = scratch.path("published");
    let (log, records) = (published.join("log"), published.join("r"));
    scratch.run(["log", "export", log.to_str().unwrap(), "--records", records.to_str().unwrap()]).is(0);
    let site = crate::site::Site::start(move |path, socket| {
        let reply = match std::fs::read(published.join(path.trim_start_matches('/'))) {
            Ok(bytes) => crate::site::answer("200 OK", "Connection: close\r\n", &bytes),
            Err(_) => crate::site::answer("404 Not Found", "Connection: close\r\n", b""),
        };
        crate::site::send(socket, &reply);
    });
    let secured = format!("https://localhost:{}/log", crate::site::secured(&folder, site.address).port());
    let key = scratch.run(["log", "key"]).is(0).text();
    let ca = folder.join("ca.pem");
    let verify = ["verify", "--log", &secured, "--key", key.trim()];
    scratch.json([&verify[..], &["--tls-ca", ca.to_str().unwrap()]].concat()).is(0);
    scratch.json(verify).is(2).says(&["--tls-ca"]);
}
