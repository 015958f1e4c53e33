//! The WARC files of live captures, as long as an archive lives: checked, copied, destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::capture::{HTML, capture, files, page};
use crate::common::{Mount, Run, Scratch, is_root, text};
use crate::site::{Site, answer, send};

/// A site whose `/moved` leads to `/page`.
fn site() -> Site {
    Site::start(|path, socket| {
        let reply = match path {
            "/moved" => answer("302 Found", "Location: /page\r\nContent-Type: text/html\r\n", b"<p>gone there</p>"),
            path => answer("200 OK", HTML, page(path).as_bytes()),
        };
        send(socket, &reply);
    })
}

/// An archive with one captured page, its WARC file, and the id of its record.
fn one_page() -> (Scratch, PathBuf, String) {
    let scratch = Scratch::with_archive();
    let document = capture(&scratch, &[&site().url("/page")]).is(0).documents().remove(0);
    let file = files(&scratch).remove(0);
    (scratch, file, text(&document, "record").to_owned())
}

/// The findings about WARC files.
fn of_files(run: &Run) -> Vec<Value> {
    run.lines().into_iter().filter(|line| line["kind"] == "warc").collect()
}

/// Checks everything: one WARC file cannot be confirmed, and nothing fails.
#[track_caller]
fn unconfirmed(scratch: &Scratch, file: &Path, record: &str, why: &str) {
    let run = scratch.json(["verify"]).is(2);
    let found = of_files(&run);
    assert_eq!((found.len(), &run.summary()["failed"]), (1, &0.into()), "{}", run.text());
    assert_eq!((text(&found[0], "outcome"), text(&found[0], "id")), ("not-checked", record));
    let said = text(&found[0], "why");
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(said.contains(name) && said.contains(why), "{said}");
    assert!(said.contains("the payload is right in the database"), "{said}");
}

#[test]
fn a_warc_file_that_does_not_show_its_capture_is_named_and_fails_nothing() {
    let (scratch, file, record) = one_page();
    let whole = fs::read(&file).unwrap();
    let run = scratch.json(["verify", "--all"]).is(0);
    let found = of_files(&run);
    assert_eq!((found.len(), text(&found[0], "outcome")), (1, "verified"));
    assert_eq!(of_files(&scratch.json(["verify", &record]).is(0)), found);

    for keep in [0, 10, 300, whole.len() - 20, whole.len() - 1] {
        fs::write(&file, &whole[..keep]).unwrap();
        unconfirmed(
            &scratch,
            &file,
            &record,
            if keep == 0 { "it is damaged: the file is empty" } else { "it is damaged" },
        );
    }
    let mut other = whole.clone();
    other[whole.len() - 60] ^= 1;
    fs::write(&file, &other).unwrap();
    unconfirmed(&scratch, &file, &record, "it is damaged");
    // Sound by itself, and not what was ingested: packed again, and with another request.
    fs::write(&file, [&whole[..], &whole].concat()).unwrap();
    unconfirmed(&scratch, &file, &record, "its SHA-256 is ");
    fs::remove_file(&file).unwrap();
    unconfirmed(&scratch, &file, &record, "it is missing");
    assert_eq!(of_files(&scratch.json(["verify", &record]).is(2)).len(), 1);
    fs::create_dir(&file).unwrap();
    unconfirmed(&scratch, &file, &record, "it cannot be read: it is no regular file");
    fs::remove_dir(&file).unwrap();
    #[cfg(unix)]
    {
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        unconfirmed(&scratch, &file, &record, "it cannot be read: it is no regular file");
        fs::remove_file(&file).unwrap();
    }
    fs::rename(scratch.path("archive/warc"), scratch.path("elsewhere")).unwrap();
    unconfirmed(&scratch, &file, &record, "it is missing");
    scratch.json(["audit", "sails again from Tuesday"]).is(0);
}

#[test]
fn a_warc_file_of_another_page_is_not_the_one_of_the_capture() {
    let (scratch, file, record) = one_page();
    capture(&scratch, &[&site().url("/other")]).is(0);
    let other = files(&scratch).into_iter().find(|path| *path != file).unwrap();
    fs::copy(other, &file).unwrap();
    let run = scratch.json(["verify", &record]).is(2);
    assert!(text(&of_files(&run)[0], "why").contains("that the record states is not in it"), "{}", run.text());
}

#[test]
fn a_capture_fails_when_neither_file_nor_database_holds_its_payload() {
    let (scratch, file, record) = one_page();
    let sql = "DROP TRIGGER payload_stays; UPDATE payload SET encoding = 0, stored = x'00', bytes = 1";
    scratch.sqlite().execute_batch(sql).unwrap();
    // The file still holds it.
    assert_eq!(text(&of_files(&scratch.json(["verify", &record]).is(1))[0], "outcome"), "verified");
    fs::remove_file(&file).unwrap();
    let run = scratch.json(["verify", &record]).is(1);
    let found = of_files(&run).remove(0);
    assert_eq!(text(&found, "outcome"), "failed");
    assert!(text(&found, "why").contains("it is missing; in the database, payload "), "{found}");
}

/// Puts a backup into an archive folder of its own, with the state of the first.
fn restored(scratch: &Scratch, file: &str) -> Vec<String> {
    let folder = scratch.path(format!("restored-{file}"));
    fs::create_dir(&folder).unwrap();
    fs::copy(scratch.path(file), folder.join("isnad.db")).unwrap();
    let warc = scratch.path(format!("{file}.warc"));
    if warc.exists() {
        fs::rename(warc, folder.join("warc")).unwrap();
    }
    vec!["--archive".to_owned(), folder.to_str().unwrap().to_owned(), "verify".to_owned()]
}

#[test]
fn a_backup_holds_the_warc_files_and_verifies_as_an_archive() {
    let (scratch, file, _) = one_page();
    let pages = [site().url("/moved"), "http://127.0.0.1:9/".to_owned()];
    // A run that is not over leaves its list.
    capture(&scratch, &[&pages[0], &pages[1]]).is(2);
    capture(&scratch, &["--private", &site().url("/private")]).is(0);
    let made =
        scratch.json(["backup", "copy.db"]).is(0).says(&["under the name isnad.db", "under the name warc"]).only();
    assert_eq!((&made["warc"]["files"], &made["warc"]["left"]), (&3.into(), &Value::Array(Vec::new())));
    assert_eq!(made["warc"]["folder"], "copy.db.warc");
    let copied = scratch.path("copy.db.warc").join(file.parent().unwrap().file_name().unwrap());
    assert_eq!(fs::read(copied.join(file.file_name().unwrap())).unwrap(), fs::read(&file).unwrap());
    let beside: Vec<_> = fs::read_dir(scratch.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let others = |name: &std::ffi::OsString| {
        let name = name.to_str().unwrap();
        name.starts_with("copy.db") && name != "copy.db" && name != "copy.db.warc"
    };
    assert!(!beside.iter().any(others), "{beside:?}");
    let lists = fs::read_dir(scratch.path("copy.db.warc"))
        .unwrap()
        .flatten()
        .filter(|run| run.path().join("run.json").exists() || run.path().join("journal").exists());
    assert_eq!(lists.count(), 0, "a run goes on in one archive only");
    scratch.json(restored(&scratch, "copy.db")).is(0);

    // Without them it says so, then and when it is checked.
    let made = scratch.json(["backup", "alone.db", "--no-warc"]).is(0).says(&["are not in it", "archive/warc"]).only();
    assert_eq!((&made["warc"], scratch.path("alone.db.warc").exists()), (&Value::Null, false));
    let run = scratch.json(restored(&scratch, "alone.db")).is(2);
    assert_eq!(of_files(&run).len(), 4, "three pages and a redirect");
    let plain = Scratch::with_sample();
    let made = plain.json(["backup", "copy.db"]).is(0).only();
    assert_eq!((&made["warc"], plain.path("copy.db.warc").exists()), (&Value::Null, false));
}

#[test]
fn a_backup_that_was_interrupted_goes_on_and_never_overwrites() {
    let (scratch, file, _) = one_page();
    capture(&scratch, &[&site().url("/other")]).is(0);
    let place = Path::new("copy.db.warc").join(file.strip_prefix(scratch.path("archive/warc")).unwrap());
    // What a kill leaves: one file whole, one half written, half a database.
    scratch.write(&place, fs::read(&file).unwrap());
    scratch.write(place.with_extension("gz.part"), "half");
    scratch.write("copy.db.part", "half");
    let made = scratch.json(["backup", "copy.db"]).is(0).only();
    assert_eq!(made["warc"]["files"], 2);
    assert!(!scratch.path("copy.db.part").exists());
    scratch.json(["backup", "copy.db"]).is(2).says(&["it exists already"]);

    // A file that is there with other bytes stays as it is, and is named.
    let other = Path::new("other.db.warc").join(place.strip_prefix("copy.db.warc").unwrap());
    scratch.write(&other, "other bytes");
    let made = scratch.json(["backup", "other.db"]).is(1).says(&["not copied: ", "is there already, with other bytes"]);
    assert_eq!(made.only()["warc"]["files"], 1);
    assert_eq!(fs::read(scratch.path(&other)).unwrap(), b"other bytes");
}

#[test]
fn a_backup_copies_what_can_be_read_and_names_the_rest() {
    let (scratch, file, _) = one_page();
    capture(&scratch, &[&site().url("/other")]).is(0);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let run = scratch.json(["backup", "copy.db"]).is(1).says(&["not copied: archive/warc/", "it is a folder"]);
    assert_eq!((&run.only()["warc"]["files"], run.only()["warc"]["left"].as_array().unwrap().len()), (&1.into(), 1));
    if !is_root() {
        use std::os::unix::fs::PermissionsExt as _;
        fs::remove_dir(&file).unwrap();
        fs::write(&file, "hidden").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        scratch.json(["backup", "second.db"]).is(1).says(&["not copied: archive/warc/", "Permission denied"]);
    }
}

#[test]
fn a_full_disk_leaves_no_half_written_backup() {
    let scratch = Scratch::with_archive();
    // Larger than what is left of the disk beside the database.
    let noise: String = (0..60_000u32).map(|n| format!("{:08x}", n.wrapping_mul(2_654_435_761))).collect();
    let body = format!("<html><body><p>{}</p><!-- {noise} --></body></html>", "The ferry sails again from Tuesday.");
    let site = Site::start(move |_, socket| send(socket, &answer("200 OK", HTML, body.as_bytes())));
    capture(&scratch, &[&site.url("/1")]).is(0);
    let (database, warc) =
        (fs::metadata(scratch.database()).unwrap().len(), fs::metadata(&files(&scratch)[0]).unwrap().len());
    let full = scratch.path("full");
    for size in [database / 2, database + warc / 2] {
        let size = format!("size={}", size / 4096 * 4096 + 4096 * 4);
        let Some(_mount) = Mount::new(&full, &["-t", "tmpfs", "-o", &size, "none"].map(std::ffi::OsStr::new)) else {
            return;
        };
        scratch.json(["backup", "full/copy.db"]).is(2).says(&["full/copy.db"]);
        let mut left = Vec::new();
        walk(&full, &mut left);
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Every file below a folder.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

/// Whether any file below the archive's `warc` holds these words, packed or not.
fn holds(scratch: &Scratch, words: &str) -> bool {
    let mut all = Vec::new();
    walk(&scratch.path("archive/warc"), &mut all);
    all.iter().any(|path| {
        let packed = fs::read(path).unwrap();
        let mut bytes = Vec::new();
        let _ = std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&packed[..]), &mut bytes);
        [packed, bytes].iter().any(|bytes| bytes.windows(words.len()).any(|part| part == words.as_bytes()))
    })
}

#[test]
fn no_file_keeps_what_was_erased() {
    let scratch = Scratch::with_archive();
    let site = site();
    // Until two captures fall into one second: the second is known, and its file is named by no record.
    let run = loop {
        let run = capture(&scratch, &[&site.url("/page")]).is(0);
        if run.documents()[0]["status"] == "known" {
            break run;
        }
    };
    let moved = capture(&scratch, &[&site.url("/moved")]).is(0).documents().remove(0);
    capture(&scratch, &[&site.url("/other")]).is(0);
    let article = text(&run.documents()[0], "article").to_owned();
    assert!(holds(&scratch, "<title>/page"));
    scratch.json(["backup", "before.db"]).is(0);
    scratch.json(["erase", &article, "--reason", "privacy", "--yes"]).is(0);
    assert!(!holds(&scratch, "<title>/page") && holds(&scratch, "<title>/other"));

    // The redirect stays, and says where its file went.
    let found = of_files(&scratch.json(["verify", text(&moved, "record")]).is(0)).remove(0);
    assert_eq!(text(&found, "outcome"), "verified");
    assert!(text(&found, "why").ends_with(".warc.gz: destroyed with an erased capture"), "{found}");
    scratch.json(["verify"]).is(0);
    let made = scratch.json(["backup", "after.db"]).is(0).only();
    assert_eq!(made["warc"]["files"], 1);
    scratch.json(restored(&scratch, "after.db")).is(0);

    // A file that somebody puts back is what should not be here.
    let copy = scratch.path("before.db.warc");
    let mut back = Vec::new();
    walk(&copy, &mut back);
    for file in &back {
        fs::copy(file, scratch.path("archive/warc").join(file.strip_prefix(&copy).unwrap())).unwrap();
    }
    let run = scratch.json(["verify"]).is(1);
    let said = "it was destroyed with an erased capture, and is here again; remove it";
    assert!(run.lines().iter().any(|line| line["kind"] == "takedown" && line["why"] == said), "{}", run.text());
    scratch.json(["backup", "again.db"]).is(0);
    let mut copied = Vec::new();
    walk(&scratch.path("again.db.warc"), &mut copied);
    assert_eq!(copied.iter().filter(|path| path.extension().is_some_and(|end| end == "gz")).count(), 1);
}

#[test]
fn a_redirect_that_was_erased_does_not_come_back_within_another_file() {
    let scratch = Scratch::with_archive();
    let site = site();
    let moved = capture(&scratch, &[&site.url("/moved")]).is(0).documents().remove(0);
    scratch.json(["erase", text(&moved, "record"), "--reason", "privacy", "--yes"]).is(0);
    scratch.json(["verify"]).is(0);
    let run = capture(&scratch, &[&site.url("/moved")]);
    let statuses: Vec<_> = run.documents().iter().map(|document| text(document, "status").to_owned()).collect();
    assert_eq!(statuses[0], "skipped", "{}", run.text());
    assert!(!holds(&scratch, "gone there"));
    scratch.json(["verify"]).is(0);
}
