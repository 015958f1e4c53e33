//! A list of pages that is stopped, killed, and gone on with.

use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use crate::common::{Run, Scratch, text};
use crate::site::{Site, answer, send};

/// A gate before one page: open or shut.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// A site of numbered pages; `/3` waits at a gate.
fn site() -> (Site, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let guard = Arc::clone(&gate);
    let site = Site::start(move |path, socket| {
        if path == "/3" {
            guard.pass();
        }
        let body = format!(
            "<html><head><title>Page {path}</title></head><body><article><h1>Page {path}</h1><p>The ferry sails again from \
             Tuesday, the harbour office said, after a winter of repairs.</p></article></body></html>"
        );
        send(socket, &answer("200 OK", "Content-Type: text/html\r\n", body.as_bytes()));
    });
    (site, gate)
}

/// Starts a run of the pages 1 to 5, and returns when the third was asked for.
fn started(scratch: &Scratch, site: &Site, flags: &[&str]) -> Child {
    let pages: Vec<String> = (1..=5).map(|page| site.url(&format!("/{page}"))).collect();
    let mut command = scratch.command();
    command.args(["--json", "capture", "--allow-private", "--delay", "0"]).args(flags).args(pages);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !site.paths().contains(&"/3".to_owned()) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child
}

fn captured(scratch: &Scratch) -> Vec<String> {
    let mut urls: Vec<String> =
        scratch.json(["list"]).is(0).lines().iter().map(|line| text(line, "url").to_owned()).collect();
    urls.sort();
    urls
}

fn urls(site: &Site, pages: &[u32]) -> Vec<String> {
    pages.iter().map(|page| site.url(&format!("/{page}"))).collect()
}

#[test]
fn a_killed_run_goes_on_with_what_is_left() {
    let (site, gate) = site();
    let scratch = Scratch::with_archive();
    let mut child = started(&scratch, &site, &["--private"]);
    // The first two were fetched before the third was asked for; they may still be on their way into the archive.
    while captured(&scratch).len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    scratch.json(["capture", "--resume"]).is(2).says(&["no run in archive/warc has pages left"]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(captured(&scratch), urls(&site, &[1, 2]));
    scratch.json(["verify"]).is(0);
    gate.open();

    scratch.json(["capture", "--resume", "--allow-private"]).is(2);
    let run = scratch.json(["capture", "--resume"]).is(0);
    let told: Vec<String> = run.documents().iter().map(|document| text(document, "url").to_owned()).collect();
    assert!(told.len() >= 3 && urls(&site, &[3, 4, 5]).iter().all(|url| told.contains(url)), "{told:?}");
    assert_eq!(captured(&scratch), urls(&site, &[1, 2, 3, 4, 5]));
    let asked = site.paths();
    for (page, times) in [("/1", 1), ("/2", 1), ("/3", 2), ("/4", 1), ("/5", 1)] {
        assert_eq!(asked.iter().filter(|path| *path == page).count(), times, "{page}: {asked:?}");
    }
    let private: Vec<i64> = {
        let db = scratch.sqlite();
        let mut rows = db.prepare("SELECT private FROM capture").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(private, [1; 5], "the rest of a private run is private");
    scratch.json(["verify"]).is(0);
    scratch.json(["capture", "--resume"]).is(2).says(&["no run in archive/warc has pages left"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_and_says_how_to_go_on() {
    let (site, gate) = site();
    let scratch = Scratch::with_archive();
    let child = started(&scratch, &site, &[]);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = Run::of(child.wait_with_output().unwrap()).is(1);
    let run = run.says(&["3 pages of run ", "isnad capture --resume goes on with them"]);
    assert_eq!(run.summary()["new"], 2);
    assert_eq!(captured(&scratch), urls(&site, &[1, 2]));
    gate.open();
    assert_eq!(scratch.json(["capture", "--resume"]).is(0).summary()["new"], 3);
    assert_eq!(captured(&scratch), urls(&site, &[1, 2, 3, 4, 5]));
}

#[test]
fn a_page_that_was_fetched_and_not_ingested_is_not_fetched_again() {
    let (site, gate) = site();
    gate.open();
    let scratch = Scratch::with_archive();
    let db = scratch.sqlite();
    // Somebody else writes for longer than anybody waits.
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = scratch.json(["capture", "--allow-private", &site.url("/1")]).is(2);
    assert!(run.stderr.contains("isnad: "), "{}", run.stderr);
    db.execute_batch("ROLLBACK").unwrap();
    drop(db);
    assert_eq!((captured(&scratch), site.paths().len()), (Vec::new(), 1));
    let run = scratch.json(["capture", "--resume"]).is(0);
    assert_eq!(run.summary()["new"], 1);
    assert_eq!((captured(&scratch), site.paths().len()), (urls(&site, &[1]), 1));
}

#[test]
fn servers_that_were_down_are_asked_again_and_a_torn_journal_is_read() {
    let (site, gate) = site();
    gate.open();
    let scratch = Scratch::with_archive();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let down = format!("http://{address}/x");
    let run = scratch.json(["capture", "--allow-private", "--delay", "0", &site.url("/1"), &down]).is(2);
    assert!(run.stderr.contains("1 unreachable"), "{}", run.stderr);
    let folder = std::fs::read_dir(scratch.path("archive/warc")).unwrap().next().unwrap().unwrap().path();
    let journal = folder.join("journal");
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"fetched\":{\"page\":0,\"why\":\"…");
    // Torn inside a character.
    std::fs::write(&journal, &text.as_bytes()[..text.len() - 1]).unwrap();
    scratch.json(["capture", "--resume"]).is(2).says(&["1 of 2 pages left", "connecting to"]);
    assert_eq!(site.paths(), ["/1"]);
    std::fs::write(&journal, "nonsense\n").unwrap();
    scratch.json(["capture", "--resume"]).is(2).says(&["journal: line 1: reading how far a run got"]);
}

#[test]
fn a_page_that_is_tried_again_has_a_file_for_each_attempt() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let site = Site::start(move |path, socket| {
        let to = format!("Location: http://{address}/there\r\n");
        send(socket, &if path == "/moved" { answer("302 Found", &to, b"moved") } else { answer("200 OK", "", b"x") });
    });
    let scratch = Scratch::with_archive();
    let pages = [site.url("/moved"), site.url("/other")];
    scratch.json(["capture", "--allow-private", "--delay", "0", &pages[0], &pages[1]]).is(2);
    scratch.json(["capture", "--resume"]).is(2);
    let folder = std::fs::read_dir(scratch.path("archive/warc")).unwrap().next().unwrap().unwrap().path();
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ends: Vec<String> = names.filter_map(|name| Some(name.rsplit_once("-0")?.1.to_owned())).collect();
    ends.sort();
    assert_eq!(ends, ["0001.2.warc.gz", "0001.warc.gz", "0002.warc.gz"]);
    assert_eq!(site.paths().iter().filter(|path| *path == "/moved").count(), 2);
}

#[test]
fn an_erased_page_leaves_the_list_of_its_run() {
    let (site, gate) = site();
    gate.open();
    let scratch = Scratch::with_archive();
    let pages = [site.url("/1"), site.url("/2"), "http://127.0.0.1:9/".to_owned()];
    let args = ["capture", "--allow-private", "--delay", "0", &pages[0], &pages[1], &pages[2]];
    let first = scratch.json(args).is(2).documents().into_iter().find(|d| d["url"] == pages[0].as_str()).unwrap();
    scratch.json(["erase", text(&first, "record"), "--reason", "safety", "--yes"]).is(0);
    let mut left = String::new();
    for run in std::fs::read_dir(scratch.path("archive/warc")).unwrap() {
        for entry in std::fs::read_dir(run.unwrap().path()).unwrap() {
            left.push_str(&String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()));
        }
    }
    assert!(!left.contains(&pages[0]) && left.contains(&pages[1]), "{left}");
    scratch.json(["capture", "--resume"]).is(2).says(&["1 of 3 pages left"]);
    assert_eq!(site.paths().len(), 2);
}

#[test]
fn a_run_that_is_killed_again_and_again_captures_every_page_once() {
    let (site, gate) = site();
    gate.open();
    let scratch = Scratch::with_archive();
    let pages: Vec<String> = (1..=12).map(|page| site.url(&format!("/{page}"))).collect();
    let begin =
        [vec!["capture", "--allow-private", "--delay", "0"], pages.iter().map(String::as_str).collect()].concat();
    let mut wait = std::time::Duration::from_millis(3);
    for _ in 0..40 {
        let begun = std::fs::read_dir(scratch.path("archive/warc"))
            .is_ok_and(|runs| runs.flatten().any(|run| run.path().join("run.json").is_file()));
        let args = if begun { vec!["capture", "--resume"] } else { begin.clone() };
        let mut child = scratch.command().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait);
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        if ended.success() {
            break;
        }
        wait = wait * 6 / 5;
    }
    if captured(&scratch).len() < pages.len() {
        scratch.json(["capture", "--resume"]).is(0);
    }
    let mut expected = pages.clone();
    expected.sort();
    assert_eq!(captured(&scratch), expected, "each page once");
    scratch.json(["verify"]).is(0);
}
