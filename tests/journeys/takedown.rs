//! Taking things down: what the public sees, what is left of it in any file, and what the log says.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::common::{ISNAD, Scratch, skipped, text};
use crate::served::Served;

const SHARED: &str = "This paragraph about the harbour wall stands on two pages and belongs to both of them.";
const SECRET: &str = "The quartermaster Zebulon Quackenbush hid seventeen crates behind the tannery in Mirfield.";
const ARABIC: &str = "أخفى أمين المخزن زبولون سبعة عشر صندوقا خلف المدبغة في بلدة المرجان القديمة";

/// Two pages that share a paragraph, and a loose page with a sidecar.
fn archive() -> (Scratch, Vec<Value>) {
    let scratch = Scratch::with_archive();
    let line = |url: &str, title: &str, text: &str| {
        serde_json::json!({"url": url, "captured_at": "2024-05-03T12:00:00Z", "title": title, "text": text}).to_string()
    };
    let lines = [
        line(
            "https://gone.example/quackenbush",
            "Quackenbush and the crates",
            &format!("{SHARED}\n{SECRET}\n{ARABIC}"),
        ),
        line(
            "https://stays.example/wall",
            "The harbour wall",
            &format!("{SHARED}\nNothing else was said on that day."),
        ),
    ];
    let list = scratch.write("in/pages.jsonl", lines.join("\n"));
    let page = scratch.write(
        "in/page.html",
        format!("<html><head><title>Sidecar page of Quackenbush</title></head><body><h1>Sidecar page of Quackenbush</h1><p>{SECRET} {}</p></body></html>", "Some more words follow here. ".repeat(20)),
    );
    scratch.write(
        "in/page.html.meta.json",
        r#"{"url":"https://gone.example/sidecar-of-zebulon","captured_at":"2024-05-04T12:00:00Z"}"#,
    );
    let run = scratch.json(["ingest", list.to_str().unwrap(), page.to_str().unwrap()]).is(0);
    (scratch, run.documents())
}

/// Every file below a folder that holds one of the needles: (file, name of the needle).
fn found(folder: &Path, needles: &[(String, Vec<u8>)], into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found(&path, needles, into);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for (name, needle) in needles {
            assert!(needle.len() >= 8, "{name} is too short to look for");
            if memchr::memmem::find(&bytes, needle).is_some() {
                into.push(format!("{name} in {}", path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
}

fn traces(scratch: &Scratch, needles: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut into = Vec::new();
    found(&scratch.archive(), needles, &mut into);
    found(&scratch.path("state"), needles, &mut into);
    into
}

/// Everything of a capture that is stored, as it is stored.
fn stored(scratch: &Scratch, record: &str, reading: &str) -> Vec<(String, Vec<u8>)> {
    let db = scratch.sqlite();
    let blob = |sql: &str, id: &str| -> Vec<u8> { db.query_row(sql, [id], |row| row.get(0)).unwrap() };
    let body = blob("SELECT body FROM record WHERE hex(sha256) = upper(?1)", record);
    let value: Value = serde_json::from_slice(&body).unwrap();
    let payload = text(&value["payload"], "sha256").to_owned();
    let mut needles = vec![
        ("nonce".to_owned(), text(&value, "nonce").as_bytes().to_vec()),
        ("payload id".to_owned(), blob("SELECT sha256 FROM payload WHERE hex(sha256) = upper(?1)", &payload)),
        ("stored payload".to_owned(), blob("SELECT stored FROM payload WHERE hex(sha256) = upper(?1)", &payload)),
        ("record".to_owned(), body[..80].to_vec()),
        ("end of the record".to_owned(), body[body.len() - 80..].to_vec()),
        ("reading".to_owned(), blob("SELECT body FROM record WHERE hex(sha256) = upper(?1)", reading)[..60].to_vec()),
    ];
    for kept in value["attachments"].as_array().unwrap() {
        let sql = "SELECT stored FROM attachment WHERE hex(sha256) = upper(?1)";
        needles.push(("attachment".to_owned(), blob(sql, text(kept, "sha256"))));
    }
    needles
}

fn words() -> Vec<(String, Vec<u8>)> {
    [SECRET, ARABIC, "Quackenbush", "gone.example", "of-zebulon", "زبولون سبعة", "crates behind"]
        .map(|words| (words.to_owned(), words.as_bytes().to_vec()))
        .to_vec()
}

#[test]
fn after_an_erasure_no_byte_of_it_is_left_and_what_others_share_stays() {
    let (scratch, documents) = archive();
    let mut needles = words();
    for document in [&documents[0], &documents[2]] {
        needles.extend(stored(&scratch, text(document, "record"), text(document, "reading")));
    }
    let before = traces(&scratch, &needles);
    for (name, _) in &needles {
        // JSON text is stored packed, so the Arabic words of a payload may stand in blocks only; each stands somewhere.
        assert!(before.iter().any(|trace| trace.starts_with(name.as_str())), "{name} was never there: {before:?}");
    }
    for document in [&documents[0], &documents[2]] {
        let run = scratch.json(["erase", text(document, "record"), "--reason", "privacy", "--yes"]).is(0);
        let lines = run.lines();
        assert_eq!((&lines[0]["done"], &lines[0]["record"]), (&"erased".into(), &document["record"]));
        assert_eq!(lines[1]["summary"]["wiped"], true, "{lines:?}");
        run.says(&["Backups"]);
    }
    assert_eq!(traces(&scratch, &needles), Vec::<String>::new());

    scratch.json(["verify"]).is(0);
    let kept = scratch.run(["show", text(&documents[1], "article")]).is(0);
    assert!(kept.text().contains(SHARED), "a block that another page carries stays");
    let audit = scratch.json(["audit", SHARED]).is(0).only();
    assert_eq!(audit["occurrences"].as_array().unwrap().len(), 1, "{audit}");
    assert_eq!(scratch.json(["audit", SECRET]).is(1).only()["verdict"], "absent");

    let gone = scratch.json(["show", text(&documents[0], "record")]).is(1);
    assert_eq!(gone.only()["error"]["code"], "gone");
    gone.says(&["was erased", "privacy", "isnad/v1 erase"]);
    assert_eq!(scratch.json(["show", text(&documents[0], "article")]).is(1).only()["error"]["code"], "not-found");
}

#[test]
fn what_was_erased_stays_out_until_somebody_asks() {
    let (scratch, documents) = archive();
    scratch.json(["erase", text(&documents[0], "article"), "--reason", "legal", "--yes"]).is(0);
    let list = scratch.path("in/pages.jsonl");
    let list = list.to_str().unwrap();
    let again = scratch.json(["ingest", list]).is(0).documents();
    assert_eq!((&again[0]["status"], &again[1]["status"]), (&"skipped".into(), &"known".into()));
    assert!(text(&again[0], "error").contains("--restore-erased"), "{}", again[0]);
    // The same words on another page are the same article.
    let other = scratch.write("in/other.txt", format!("Quackenbush and the crates\n{SHARED}\n{SECRET}\n{ARABIC}\n"));
    let article = scratch.json(["extract", other.to_str().unwrap()]).is(0).only()["article"].clone();
    let run = scratch.json(["ingest", other.to_str().unwrap()]);
    let expected = if article == documents[0]["article"] { "skipped" } else { "new" };
    assert_eq!(run.documents()[0]["status"], expected);
    let restored = scratch.json(["ingest", list, "--restore-erased"]).is(0).documents();
    assert_eq!(restored[0]["status"], "new");
    assert_ne!(restored[0]["record"], documents[0]["record"], "a new act of capturing");
    // What is here again by somebody's will may be declared anew.
    let declared = scratch.json(["ingest", list, "--published", "2024-05"]).is(0).documents();
    assert_eq!(declared[0]["status"], "corrected", "{}", declared[0]);
    scratch.json(["verify"]).is(0);
    // And erased anew, it stays out anew.
    scratch.json(["erase", text(&restored[0], "record"), "--reason", "legal", "--yes"]).is(0);
    assert_eq!(scratch.json(["ingest", list]).is(0).documents()[0]["status"], "skipped");
}

#[test]
fn an_erased_page_without_a_body_keeps_no_other_one_out() {
    let scratch = Scratch::new();
    scratch.run(["init"]).is(0);
    let moved = |name: &str, url: &str| {
        let http = "HTTP/1.1 301 Moved Permanently\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        let record = format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n\
             WARC-Target-URI: {url}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        );
        fs::write(scratch.path(name), record).unwrap();
        scratch.path(name).to_str().unwrap().to_owned()
    };
    let (one, other) = (moved("one.warc", "http://one.example/"), moved("other.warc", "http://other.example/"));
    let gone = scratch.json(["ingest", &one]).is(0).documents();
    scratch.json(["erase", text(&gone[0], "record"), "--reason", "legal", "--yes"]).is(0);
    assert_eq!(scratch.json(["ingest", &other]).is(0).documents()[0]["status"], "new");
    assert_eq!(scratch.json(["ingest", &one]).is(2).documents()[0]["status"], "skipped");
}

#[test]
fn what_is_erased_while_an_ingestion_runs_does_not_come_in_by_it() {
    let (scratch, documents) = archive();
    let pages = fs::read_to_string(scratch.path("in/pages.jsonl")).unwrap();
    let (gone, stays) = pages.split_once('\n').unwrap();
    let mut child = scratch
        .command()
        .args(["--json", "ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (send, told) = std::sync::mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || out.lines().for_each(|line| send.send(line.unwrap()).unwrap()));
    let mut stdin = child.stdin.take().unwrap();
    // Enough that is known already: what is told of it was settled after the run had read what must stay out.
    stdin.write_all(format!("{}\n", stays.trim()).repeat(1_500).as_bytes()).unwrap();
    let first: Value = serde_json::from_str(&told.recv().unwrap()).unwrap();
    assert_eq!(first["status"], "known");
    let erased = scratch.json(["erase", text(&documents[0], "record"), "--reason", "legal", "--yes"]);
    assert!(erased.lines().iter().any(|line| line["done"] == "erased"), "{}", erased.stderr);
    stdin.write_all(format!("{gone}\n").as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap();
    let lines: Vec<Value> = told.iter().map(|line| serde_json::from_str(&line).unwrap()).collect();
    let last = lines.iter().rev().find(|line| line.get("status").is_some()).unwrap();
    assert_eq!(last["status"], "skipped", "{last}");
    assert!(text(last, "error").contains("--restore-erased"), "{last}");
    scratch.json(["erase", "--finish"]).is(0);
    assert_eq!(
        scratch.json(["audit", SECRET]).is(0).only()["occurrences"].as_array().unwrap().len(),
        1,
        "the other page"
    );
    scratch.json(["verify"]).is(0);
}

#[test]
fn nothing_is_destroyed_unasked_or_unlogged() {
    let (scratch, documents) = archive();
    let record = text(&documents[0], "record");
    scratch.json(["erase", record, "--reason", "legal"]).is(2).says(&["--yes", "Nothing was changed"]);
    scratch.json(["erase", record, "--yes"]).is(2);
    scratch.json(["erase", record, "--reason", "boredom", "--yes"]).is(2);
    scratch.json(["erase", &"0".repeat(64), "--reason", "legal", "--yes"]).is(1);
    scratch.json(["erase", "--finish"]).is(0);
    let db = scratch.sqlite();
    for table in
        ["payload", "attachment", "record", "block", "article", "block_list", "leaf", "head", "takedown", "stamp"]
    {
        let count: u64 = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        if count > 0 {
            let error = db.execute(&format!("DELETE FROM {table}"), []).unwrap_err().to_string();
            assert!(error.contains("append-only evidence"), "{table}: {error}");
        }
    }
    let error = db.execute("INSERT INTO doomed (what, id, leaf) VALUES (1, 1, 0)", []).unwrap_err().to_string();
    assert!(error.contains("no committed entry"), "{error}");
    drop(db);
    scratch.json(["verify"]).is(0);
}

#[test]
fn somebody_who_still_reads_delays_the_wiping_and_it_is_said() {
    let (scratch, documents) = archive();
    let needles = words();
    let reader = scratch.sqlite();
    reader.execute_batch("BEGIN").unwrap();
    let _: u64 = reader.query_row("SELECT count(*) FROM block", [], |row| row.get(0)).unwrap();
    for at in [0, 2] {
        let run = scratch.json(["erase", text(&documents[at], "record"), "--reason", "safety", "--yes"]).is(2);
        run.says(&["still reads", "isnad erase --finish"]);
    }
    assert!(!traces(&scratch, &needles).is_empty());
    let findings = scratch.json(["verify"]).is(1);
    assert!(findings.lines().iter().any(|line| line["kind"] == "takedown" && line["outcome"] == "failed"));
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    scratch.json(["erase", "--finish"]).is(0);
    assert_eq!(traces(&scratch, &needles), Vec::<String>::new());
    scratch.json(["verify"]).is(0);
}

#[test]
fn the_public_finds_nothing_of_what_is_withheld_and_is_told_why() {
    let (scratch, documents) = archive();
    let (record, reading, article, payload) = (
        text(&documents[0], "record"),
        text(&documents[0], "reading"),
        text(&documents[0], "article"),
        text(&documents[0], "payload"),
    );
    let served = Served::of(&scratch);
    let pages = [
        "/".to_owned(),
        "/o/".to_owned(),
        "/o/gone.example".to_owned(),
        "/search?q=Quackenbush".to_owned(),
        "/audit?q=crates+behind+the+tannery".to_owned(),
        "/api/v1/search?q=Quackenbush".to_owned(),
        "/api/v1/audit?q=crates+behind+the+tannery".to_owned(),
        "/api/v1/outlets".to_owned(),
        format!("/a/{}", text(&documents[1], "article")),
    ];
    assert_eq!(served.get(&format!("/a/{article}")).0, 200);
    assert!(served.get("/").1.contains("Quackenbush"));
    let done = scratch.json(["withhold", article, "--reason", "privacy"]).is(0).only();
    assert_eq!((&done["done"], &done["code"]), (&"withheld".into(), &"privacy".into()));
    // The other page of that outlet stays, so only words of this one are looked for.
    for path in &pages {
        let (status, body) = served.get(path);
        assert!(
            !body.contains("Quackenbush and the crates") && !body.contains("gone.example/quackenbush"),
            "{path} {status}"
        );
    }
    for path in [
        format!("/a/{article}"),
        format!("/a/{article}.txt"),
        format!("/p/{payload}"),
        format!("/api/v1/articles/{article}"),
    ] {
        assert_eq!(served.get(&path).0, 404, "{path}");
    }
    for id in [record, reading] {
        let (status, page) = served.get(&format!("/r/{id}"));
        assert_eq!(status, 410);
        assert!(page.contains("withheld") && page.contains(&format!("isnad/v1 withhold {record}")), "{page}");
        assert!(!page.contains("crates"), "{page}");
        let (status, page) = served.get(&format!("/r/{id}?lang=ar"));
        assert!(status == 410 && page.contains("حُجب هذا الالتقاط"), "{page}");
        let (status, json) = served.get(&format!("/r/{id}.json"));
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((status, &value["error"]["code"]), (410, &"gone".into()));
        assert_eq!(
            (&value["takedown"]["kind"], &value["takedown"]["code"], &value["takedown"]["index"]),
            (&"withhold".into(), &"privacy".into(), &done["index"])
        );
        let (status, json) = served.get(&format!("/api/v1/records/{id}"));
        let problem: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((status, &problem["takedown"]), (410, &value["takedown"]));
        let schema: Value = serde_json::from_str(include_str!("../../docs/schema/api/problem.json")).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = schema.iter_errors(&problem).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{problem}");
    }
    // The local user sees it, and that it is withheld.
    let list = scratch.json(["list"]).is(0).lines();
    assert!(list.iter().any(|line| line["record"] == record && line["withheld"] == "privacy"), "{list:?}");
    scratch.run(["show", record]).is(0).says(&["withheld"]);
    // Declaring something new about it does not show it.
    let corrected =
        scratch.json(["ingest", scratch.path("in/pages.jsonl").to_str().unwrap(), "--published", "2024-05"]).is(0);
    assert_eq!(corrected.documents()[0]["status"], "corrected");
    assert_eq!(served.get(&format!("/a/{article}")).0, 404);
    scratch.json(["verify"]).is(0);

    scratch.json(["withhold", record, "--undo", "--yes"]).is(0);
    assert_eq!(served.get(&format!("/a/{article}")).0, 200);
    assert_eq!(served.get(&format!("/r/{record}")).0, 200);
    scratch.json(["verify"]).is(0);

    scratch.json(["erase", record, "--reason", "legal", "--yes"]).is(0);
    let (status, page) = served.get(&format!("/r/{reading}"));
    assert!(status == 410 && page.contains(&format!("isnad/v1 erase {record}")), "{status} {page}");
    assert_eq!(served.get(&format!("/a/{article}")).0, 404);
    assert_eq!(served.get(&format!("/p/{payload}")).0, 404);
    scratch.json(["verify"]).is(0);
}

#[test]
fn an_entry_whose_record_is_missing_without_an_erasure_is_a_finding() {
    let (scratch, documents) = archive();
    scratch.json(["erase", text(&documents[0], "record"), "--reason", "other", "--yes"]).is(0);
    let db = scratch.sqlite();
    // Whoever can write the file can drop triggers; the log tells.
    db.execute_batch("DROP TRIGGER erased_record_is_kept; DELETE FROM erased_record;").unwrap();
    drop(db);
    let lines = scratch.json(["verify"]).is(1).lines();
    let missing = lines.iter().filter(|line| line["kind"] == "leaf" && line["outcome"] == "failed").count();
    assert!(missing >= 2, "{lines:?}");
}

/// Kills an erasure at each of its writes to the disk in turn.
#[test]
fn a_killed_erasure_is_finished_later_and_told_of_until_then() {
    if !std::process::Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success()) {
        return skipped("strace is missing");
    }
    let needles = words();
    let (mut untouched, mut owed, mut whole) = (0, 0, 0);
    for at in 1.. {
        assert!(at < 60, "an erasure does not sync so often");
        let (scratch, documents) = archive();
        scratch.json(["erase", text(&documents[2], "record"), "--reason", "privacy", "--yes"]).is(0);
        let record = text(&documents[0], "record");
        let mut command = std::process::Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e"]);
        command.arg(format!("inject=fsync,fdatasync:signal=SIGKILL:when={at}"));
        command.arg(ISNAD).args(["--json", "erase", record, "--reason", "legal", "--yes"]);
        let command =
            command.current_dir(scratch.path("")).env("ISNAD_STATE", scratch.path("state")).env_remove("ISNAD_ARCHIVE");
        let done = command.output().unwrap().status.success();
        let findings = scratch.json(["verify"]);
        let told = findings.lines().iter().any(|line| line["kind"] == "takedown" && line["outcome"] == "failed");
        let seen = scratch.json(["show", record]).status == Some(0);
        match (seen, told) {
            (true, false) => untouched += 1,
            (false, true) => owed += 1,
            (false, false) => whole += 1,
            (true, true) => panic!("at {at}: it is shown although its erasure is logged"),
        }
        if seen {
            scratch.json(["erase", record, "--reason", "legal", "--yes"]).is(0);
        } else {
            // Whatever is done next finishes it.
            scratch.json(["ingest", scratch.path("in/page.html").to_str().unwrap()]);
        }
        assert_eq!(traces(&scratch, &needles), Vec::<String>::new(), "killed at {at}");
        scratch.json(["verify"]).is(0);
        if done {
            break;
        }
    }
    assert!(untouched > 0 && owed > 1 && whole > 0, "{untouched} {owed} {whole}");
}
