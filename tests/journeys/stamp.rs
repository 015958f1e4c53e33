//! Stamps of a real time-stamping authority (`openssl ts` behind a loopback server), and of authorities that lie.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::common::{Scratch, skipped, text};
use crate::tsa::{authority, openssl, reply};

/// How an authority behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Honest,
    /// Stamps another hash, with the nonce of the request.
    OtherImprint,
    /// Answers with a stamp of this hash that it made for another request.
    OtherNonce,
    Garbage,
    Redirect,
    Failing,
    /// Sends without end.
    Endless,
    /// Takes the request and never answers.
    Silent,
}

fn answer(folder: &Path, manner: Manner, mut socket: TcpStream) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    let body = loop {
        let read = socket.read(&mut part).unwrap_or(0);
        if read == 0 {
            return;
        }
        request.extend_from_slice(&part[..read]);
        let head = String::from_utf8_lossy(&request).into_owned();
        let Some(end) = head.find("\r\n\r\n") else { continue };
        let head = head[..end].to_ascii_lowercase();
        assert!(head.starts_with("post ") && head.contains("content-type: application/timestamp-query"), "{head}");
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        if request.len() >= end + 4 + length {
            break request[end + 4..].to_vec();
        }
    };
    let mut changed = body.clone();
    let bytes = match manner {
        Manner::Silent => {
            // Until the client gives up.
            let _ = socket.read(&mut part);
            return;
        }
        Manner::Endless => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nConnection: close\r\n\r\n";
            let _ = socket.write_all(head.as_bytes());
            while socket.write_all(&[0x30; 65536]).is_ok() {}
            return;
        }
        Manner::Redirect => {
            let _ = socket.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        Manner::Failing => {
            let _ = socket.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        Manner::Garbage => b"<html>Buy our stamps</html>".to_vec(),
        Manner::Honest => reply(folder, &body),
        Manner::OtherImprint => {
            // SEQUENCE, version, imprint: the hash ends before the nonce.
            let at = changed.windows(2).position(|pair| pair == [0x04, 0x20]).unwrap() + 2;
            changed[at] ^= 1;
            reply(folder, &changed)
        }
        Manner::OtherNonce => {
            let last = changed.len() - 4;
            changed[last] ^= 1;
            reply(folder, &changed)
        }
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    // A client that has gone has its reasons.
    let _ = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&bytes));
}

/// Starts an authority; it lives as long as the test program.
fn serve(folder: &Arc<PathBuf>, manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsr", listener.local_addr().unwrap());
    let folder = Arc::clone(folder);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let folder = Arc::clone(&folder);
            std::thread::spawn(move || answer(&folder, manner, socket.unwrap()));
        }
    });
    address
}

fn prepared() -> Option<(Scratch, Arc<PathBuf>)> {
    if !Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        skipped("openssl is missing");
        return None;
    }
    let scratch = Scratch::with_sample();
    let folder = scratch.path("authority");
    std::fs::create_dir_all(&folder).unwrap();
    authority(&folder);
    Some((scratch, Arc::new(folder)))
}

#[test]
fn two_authorities_stamp_the_head_and_openssl_agrees() {
    let Some((scratch, folder)) = prepared() else { return };
    let (one, two) = (serve(&folder, Manner::Honest), serve(&folder, Manner::Honest));
    let root = folder.join("root.pem");
    let root = root.to_str().unwrap();
    let before = scratch.json(["log", "checkpoint"]).is(0).only();
    let lines = scratch.json(["log", "stamp", "--tsa", &one, "--tsa", &two, "--ca", root]).is(0).lines();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert_eq!((&line["outcome"], &line["size"]), (&"stamped".into(), &before["size"]), "{line}");
        assert!(text(line, "authority").contains("Test Authority"), "{line}");
    }
    // What was kept, checked by somebody else.
    let db = scratch.sqlite();
    let mut rows = db.prepare("SELECT message, response FROM stamp").unwrap();
    let kept: Vec<(Vec<u8>, Vec<u8>)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert_eq!(kept.len(), 2);
    for (message, response) in kept {
        assert_eq!(String::from_utf8_lossy(&message), text(&before, "note"));
        let (note, answer) = (scratch.write("note", message), scratch.write("answer.tsr", response));
        openssl(
            scratch.path("").as_path(),
            &["ts", "-verify", "-data", note.to_str().unwrap(), "-in", answer.to_str().unwrap(), "-CAfile", root],
        );
    }
    drop(rows);
    drop(db);
    // The clock of everything below the head.
    for capture in scratch.json(["list"]).is(0).lines() {
        assert_eq!(capture["stamped"]["basis"], "rfc3161", "{capture}");
    }
    let audit = scratch.json(["audit", "سوق الخميس يعود إلى ساحة المنارة بعد أعمال الرصف"]).only();
    assert!(audit["first"]["stamped"].is_object() || audit["occurrences"].as_array().unwrap().is_empty(), "{audit}");
    let later = scratch
        .write("later.txt", "A page that came after the stamp.\nNobody has vouched for it yet, and nothing says so.\n");
    scratch.json(["ingest", later.to_str().unwrap()]).is(0);
    assert!(scratch.json(["list", "--limit", "1"]).is(0).only()["stamped"].is_null());

    scratch.json(["verify"]).is(0);
    scratch.json(["verify", "--ca", root]).is(0);
    let stranger = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stamp/stranger.pem");
    scratch.json(["verify", "--ca", stranger.to_str().unwrap()]).is(1);
    // A stamp that was changed where it lies.
    let db = scratch.sqlite();
    db.execute_batch("DROP TRIGGER stamp_stays; UPDATE stamp SET time = time - 86400 WHERE id = 1").unwrap();
    drop(db);
    let lines = scratch.json(["verify"]).is(1).lines();
    assert!(lines.iter().any(|line| line["kind"] == "stamp" && line["outcome"] == "failed"), "{lines:?}");
}

#[test]
fn an_authority_that_lies_is_refused_and_stops_no_other() {
    let Some((scratch, folder)) = prepared() else { return };
    let manners = [
        (Manner::Honest, "stamped"),
        (Manner::OtherImprint, "refused"),
        (Manner::OtherNonce, "refused"),
        (Manner::Garbage, "refused"),
        (Manner::Redirect, "refused"),
        (Manner::Endless, "refused"),
        (Manner::Failing, "unreachable"),
        (Manner::Silent, "unreachable"),
        (Manner::Honest, "stamped"),
    ];
    let addresses: Vec<String> = manners.iter().map(|(manner, _)| serve(&folder, *manner)).collect();
    let mut args = vec!["log", "stamp"];
    addresses.iter().for_each(|address| args.extend(["--tsa", address.as_str()]));
    let lines = scratch.json(args).is(1).lines();
    let outcomes: Vec<&str> = lines.iter().map(|line| text(line, "outcome")).collect();
    assert_eq!(outcomes, manners.map(|(_, outcome)| outcome), "{lines:#?}");
    assert!(text(&lines[4], "why").contains("sends elsewhere"), "{}", lines[4]);
    let kept: u64 = scratch.sqlite().query_row("SELECT count(*) FROM stamp", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2);
    // Nobody there at all; a certificate that is not believed.
    scratch.json(["log", "stamp", "--tsa", "http://127.0.0.1:9/"]).is(2);
    let stranger = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stamp/stranger.pem");
    scratch.json(["log", "stamp", "--tsa", &addresses[0], "--ca", stranger.to_str().unwrap()]).is(1);
    scratch.json(["verify"]).is(0);
}

#[test]
fn an_authority_is_asked_over_tls_when_its_certificate_is_believed() {
    let Some((scratch, folder)) = prepared() else { return };
    let plain: std::net::SocketAddr =
        serve(&folder, Manner::Honest)["http://".len()..].trim_end_matches("/tsr").parse().unwrap();
    let place = scratch.path("tls");
    std::fs::create_dir_all(&place).unwrap();
    assert!(crate::site::certificates(&place));
    let (root, ca) = (folder.join("root.pem"), place.join("ca.pem"));
    let (root, ca) = (root.to_str().unwrap(), ca.to_str().unwrap());
    let secured = crate::site::secured(&place, plain);
    for host in ["127.0.0.1", "localhost"] {
        let tsa = format!("https://{host}:{}/tsr", secured.port());
        let stamped = scratch.json(["log", "stamp", "--tsa", &tsa, "--ca", root, "--tls-ca", ca]).is(0).only();
        assert_eq!(stamped["outcome"], "stamped", "{stamped}");
    }
    let tsa = format!("https://127.0.0.1:{}/tsr", secured.port());
    let unbelieved = scratch.json(["log", "stamp", "--tsa", &tsa]).is(2).only();
    assert!(text(&unbelieved, "why").contains("--tls-ca"), "{unbelieved}");
    // Who stands behind a stamp does not stand behind a server.
    scratch.json(["log", "stamp", "--tsa", &tsa, "--ca", ca, "--tls-ca", root]).is(2);
    let mut by_environment = scratch.command();
    by_environment.env("SSL_CERT_FILE", ca).args(["--json", "log", "stamp", "--tsa", &tsa]);
    crate::common::Run::of(by_environment.output().unwrap()).is(0);
    scratch.json(["log", "stamp", "--tsa", &tsa, "--tls-ca", "missing.pem"]).is(2).says(&["missing.pem"]);
    scratch.json(["verify", "--ca", root]).is(0);
}
