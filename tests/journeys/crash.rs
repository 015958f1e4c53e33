//! Ended at any moment, an ingestion goes on with the same command and ends where an undisturbed one does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::common::{Mount, Scratch, hex, skipped};
use crate::texts;

/// Enough for several transactions.
const LINES: usize = 6_000;

/// What an archive holds, without what differs between any two: nonces, clocks, order.
#[derive(PartialEq, Eq)]
struct Contents {
    articles: BTreeSet<String>,
    blocks: BTreeSet<String>,
    readings: Vec<String>,
}

impl Contents {
    fn of(scratch: &Scratch) -> Contents {
        let sqlite = scratch.sqlite();
        let ids = |table: &str| -> BTreeSet<String> {
            let mut statement = sqlite.prepare(&format!("SELECT sha256 FROM {table}")).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
            rows.map(|id| hex(&id.unwrap())).collect()
        };
        let bodies = "SELECT reading.body, payload.sha256 FROM reading AS r JOIN record AS reading ON reading.id = r.record \
                      JOIN capture ON capture.record = r.capture JOIN payload ON payload.id = capture.payload";
        let mut statement = sqlite.prepare(bodies).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
        let mut readings: Vec<String> = rows
            .map(|row| {
                let (body, payload) = row.unwrap();
                let mut stated: Value = serde_json::from_slice(&body).unwrap();
                stated["capture"] = hex(&payload).into();
                stated.to_string()
            })
            .collect();
        readings.sort();
        Contents { articles: ids("article"), blocks: ids("block"), readings }
    }

    #[track_caller]
    fn assert_equals(&self, other: &Contents) {
        assert_eq!(self.readings.len(), other.readings.len(), "readings");
        assert!(self.articles == other.articles, "articles differ");
        assert!(self.blocks == other.blocks, "blocks differ");
        assert!(self.readings == other.readings, "contents of readings differ");
    }
}

/// An archive folder, the generated documents beside it, and nothing ingested.
fn prepared() -> Scratch {
    let scratch = Scratch::with_archive();
    scratch.write("news.jsonl", texts::jsonl(LINES));
    scratch
}

fn undisturbed() -> Contents {
    let scratch = prepared();
    assert_eq!(scratch.json(["ingest", "news.jsonl"]).is(0).summary()["new"], LINES);
    Contents::of(&scratch)
}

/// Starts an ingestion, reads so many lines of its output, and hands the process over.
fn after_lines(
    scratch: &Scratch,
    lines: usize,
    end: impl FnOnce(&mut std::process::Child),
) -> (Option<i32>, Vec<Value>) {
    let mut command = scratch.command();
    command.args(["--json", "ingest", "news.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen: Vec<String> = output.by_ref().take(lines).map(Result::unwrap).collect();
    end(&mut child);
    seen.extend(output.map_while(Result::ok));
    let status = child.wait().unwrap().code();
    // A killed process may have written half a line.
    (status, seen.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

#[test]
fn a_killed_ingestion_goes_on_to_the_same_end() {
    let whole = undisturbed();
    for lines in [0, 1, 1_001, 3_500] {
        let scratch = prepared();
        after_lines(&scratch, lines, |child| child.kill().unwrap());
        scratch.run(["verify"]);
        let before = scratch.json(["verify"]);
        // An archive in which nothing was committed yet has its database to check, and nothing else.
        assert!(before.status == Some(0), "killed after {lines} lines: {}{}", before.text(), before.stderr);
        let summary = scratch.json(["ingest", "news.jsonl"]).is(0).summary();
        let sum = summary["new"].as_u64().unwrap() + summary["known"].as_u64().unwrap();
        assert_eq!(sum, LINES as u64, "killed after {lines} lines: {summary}");
        assert!(summary["known"].as_u64().unwrap() >= lines as u64, "what was reported was stored: {summary}");
        scratch.run(["verify"]).is(0);
        Contents::of(&scratch).assert_equals(&whole);
    }
}

#[test]
fn an_ingestion_killed_again_and_again_ends_as_one_that_was_not() {
    let scratch = prepared();
    for delay in [20, 60, 110, 180, 270] {
        let mut command = scratch.command();
        command.args(["--json", "ingest", "news.jsonl"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    scratch.json(["ingest", "news.jsonl"]).is(0);
    scratch.run(["verify"]).is(0);
    Contents::of(&scratch).assert_equals(&undisturbed());
    assert_eq!(scratch.json(["ingest", "news.jsonl"]).is(0).summary()["known"], LINES);
}

#[test]
fn an_interrupt_ends_after_the_running_batch_and_says_where() {
    let scratch = prepared();
    let (status, lines) = after_lines(&scratch, 1, |child| {
        let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        std::thread::sleep(Duration::from_millis(50));
    });
    assert_eq!(status, Some(1), "not everything was ingested");
    let summary = &lines.last().unwrap()["summary"];
    let new = summary["new"].as_u64().unwrap();
    assert!(new >= 1 && new < LINES as u64, "{summary}");
    assert_eq!(lines.len() as u64, new + 1, "every stored document was reported");
    assert_eq!(summary["stopped_after"], format!("news.jsonl: line {new}"));
    scratch.run(["verify"]).is(0);
    let rest = scratch.json(["ingest", "news.jsonl"]).is(0).summary();
    assert_eq!((&rest["known"], &rest["new"]), (&new.into(), &(LINES as u64 - new).into()));
    Contents::of(&scratch).assert_equals(&undisturbed());
}

#[test]
fn neither_order_nor_threads_change_what_is_stored() {
    let whole = undisturbed();
    for threads in ["1", "4"] {
        let scratch = prepared();
        let news = texts::jsonl(LINES);
        let mut lines: Vec<&str> = news.lines().collect();
        lines.reverse();
        let half = lines.len() / 2;
        lines.rotate_left(half);
        scratch.write("news.jsonl", lines.join("\n"));
        scratch.json(["ingest", "--threads", threads, "news.jsonl"]).is(0);
        Contents::of(&scratch).assert_equals(&whole);
    }
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let scratch = prepared();
    let start = || {
        let mut command = scratch.command();
        command.args(["--json", "ingest", "news.jsonl"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let (one, two) = (start(), start());
    for child in [one, two] {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Either waits for its turn, or says that another is writing.
        assert!(matches!(output.status.code(), Some(0 | 2)), "{said}");
        assert!(output.status.success() || said.contains("another isnad is writing"), "{said}");
    }
    scratch.json(["ingest", "news.jsonl"]).is(0);
    assert_eq!(scratch.json(["stats"]).only()["captures"], LINES);
    scratch.run(["verify"]).is(0);
    Contents::of(&scratch).assert_equals(&undisturbed());
}

#[test]
fn a_full_disk_is_said_and_harms_nothing() {
    let scratch = Scratch::new();
    scratch.write("news.jsonl", texts::jsonl(LINES));
    let options = ["-t", "tmpfs", "-o", "size=3m", "isnad-tests"].map(AsRef::as_ref);
    let Some(_small) = Mount::new(&scratch.archive(), &options) else {
        return skipped("no disk that can be filled");
    };
    scratch.run(["init"]).is(0);
    let error = scratch.json(["ingest", "news.jsonl"]).is(2).says(&["free some room"]);
    assert_eq!(error.lines().last().unwrap()["error"]["code"], "io");
    scratch.run(["verify"]).is(0);
    scratch.run(["list"]).is(0);
}
