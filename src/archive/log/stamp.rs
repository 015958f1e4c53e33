//! Having third parties stamp the head of the log (RFC 3161), and keeping what they answer.
//!
//! What is stamped is the SHA-256 of a signed head as the log made it: the checkpoint's body, the empty line, and the
//! signature lines of the log itself. A stamp is verified, at the time that it states, before it is kept; then an `anchor`
//! entry names it. Everything below a stamped head existed no later than the stamp's time, as far as its authority is
//! believed.

use std::io::Read as _;
use std::time::Duration;

use serde::Serialize;

use super::servers::Servers;
use crate::archive::article::utc;
use crate::archive::open::random;
use crate::archive::verify::{Finding, Outcome};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::{Digest, sha256};
use crate::stamp::{Anchors, Request, Response, Stamp};
use crate::store::{NewStamp, ReadTx, StampRow};
use crate::tlog::{Checkpoint, Note};

/// How long one authority may take, all in all.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read; real ones have 2 to 10 kB.
const MAX_ANSWER: u64 = 1 << 20;
/// How far the clock of an authority and that of this machine may be apart.
const CLOCK_SLACK: i64 = 600;

/// What came of asking one authority: a line of `log stamp --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamped {
    /// The address that was asked.
    pub tsa: String,
    /// `stamped`, `refused` (its answer does not hold) or `unreachable`.
    pub outcome: &'static str,
    /// Why there is no stamp.
    pub why: Option<String>,
    /// Entries of the log that the stamp covers.
    pub size: u64,
    /// SHA-256 of what was stamped.
    pub digest: String,
    /// The time in the stamp, RFC 3339.
    pub time: Option<String>,
    /// Who stamped, as its certificate says.
    pub authority: Option<String>,
    /// SHA-256 of the answer, which the `anchor` entry names.
    pub anchor: Option<String>,
    /// Index of that entry in the log.
    pub index: Option<u64>,
    /// What was not checked of it.
    pub not_checked: Vec<String>,
}

/// An answer that holds.
struct Held {
    response: Vec<u8>,
    nonce: u64,
    stamp: Stamp,
}

/// Why there is no stamp.
enum NoStamp {
    /// Nobody answered.
    Unreachable(String),
    /// What was answered does not hold.
    Refused(String),
}

impl Archive {
    /// Asks every authority of `tsas` to stamp the newest signed head; keeps and logs the stamps that hold. `servers` says
    /// whom https addresses are believed to be; `anchors`, whose stamps.
    ///
    /// One that is down or lies keeps no other from being asked.
    pub fn log_stamp(&self, tsas: &[String], anchors: &Anchors, servers: &Servers) -> Result<Vec<Stamped>, Error> {
        let (log, row) = self.read(|tx| self.shown_checkpoint(tx))?;
        if row.size == 0 {
            return Err(Error::usage("stamping the log: it has no entries yet; ingest something first"));
        }
        // Fails before anybody is asked where the log may not grow.
        let mut writer = self.writer()?;
        let digest = sha256(&row.note);
        let now = self.clock.now();
        let ask = |tsa: &String| -> Result<Result<Held, NoStamp>, Error> {
            let nonce = u64::from_be_bytes(random()?);
            Ok(ask(tsa, digest, nonce, anchors, servers, (row.at, now)))
        };
        let answers: Vec<Result<Result<Held, NoStamp>, Error>> = std::thread::scope(|scope| {
            let asked: Vec<_> = tsas.iter().map(|tsa| scope.spawn(move || ask(tsa))).collect();
            let lost = || Ok(Err(NoStamp::Unreachable("asking it ended in a failure of this program".to_owned())));
            asked.into_iter().map(|thread| thread.join().unwrap_or_else(|_| lost())).collect()
        });
        let mut tx = writer.begin(self.clock.now())?;
        if tx.read().log()? != log {
            return Err(Error::new(
                ErrorKind::Busy,
                log.origin,
                "the log was carried on meanwhile; run the command again",
            ));
        }
        let mut results = Vec::with_capacity(tsas.len());
        for (tsa, answer) in tsas.iter().zip(answers) {
            let mut result = Stamped {
                tsa: tsa.clone(),
                outcome: "stamped",
                why: None,
                size: row.size,
                digest: Digest(digest).to_string(),
                time: None,
                authority: None,
                anchor: None,
                index: None,
                not_checked: Vec::new(),
            };
            match answer? {
                Err(NoStamp::Unreachable(why)) => (result.outcome, result.why) = ("unreachable", Some(why)),
                Err(NoStamp::Refused(why)) => (result.outcome, result.why) = ("refused", Some(why)),
                Ok(Held { response, nonce, stamp }) => {
                    let id = sha256(&response);
                    let index = tx.put_stamp(&NewStamp {
                        id,
                        size: row.size,
                        message: &row.note,
                        nonce,
                        response: &response,
                        tsa,
                        authority: &stamp.authority,
                        trusted: stamp.is_trusted(),
                        time: (stamp.seconds(), stamp.from, stamp.to),
                    })?;
                    result.time = Some(utc(stamp.seconds()));
                    result.authority = Some(stamp.authority);
                    result.anchor = Some(Digest(id).to_string());
                    result.index = Some(index);
                    result.not_checked = stamp.not_checked;
                }
            }
            results.push(result);
        }
        tx.commit()?;
        writer.checkpoint()?;
        Ok(results)
    }

    /// Checks every stamp that is kept; with `anchors`, also who stands behind it.
    pub(in crate::archive) fn verify_stamps(&self, tx: &ReadTx<'_>, anchors: &Anchors, say: &mut dyn FnMut(Finding)) {
        let rows = match tx.stamps() {
            Ok(rows) => rows,
            Err(error) => {
                let (id, why) = ("stamps".to_owned(), error.to_string());
                return say(Finding { kind: "stamp", id, outcome: Outcome::NotChecked, why });
            }
        };
        for row in rows {
            let (outcome, why) = match holds(tx, &row, anchors) {
                Ok(why) => (Outcome::Verified, why),
                Err((outcome, why)) => (outcome, why),
            };
            say(Finding { kind: "stamp", id: Digest(row.id).to_string(), outcome, why });
        }
    }
}

/// Asks one authority, and judges what it answers. `clock` is the hour of the head and the present, by this machine.
fn ask(
    tsa: &str,
    digest: [u8; 32],
    nonce: u64,
    anchors: &Anchors,
    servers: &Servers,
    clock: (i64, i64),
) -> Result<Held, NoStamp> {
    let unreachable = |why: String| NoStamp::Unreachable(format!("{tsa}: asking for a stamp: {why}"));
    let refused = |why: String| NoStamp::Refused(format!("{tsa}: {why}"));
    if !tsa.starts_with("http://") && !tsa.starts_with("https://") {
        return Err(unreachable("it is no http or https address".to_owned()));
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // Whoever answers is the one that was named.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .tls_config(servers.tls())
        .user_agent(concat!("isnad/", env!("CARGO_PKG_VERSION")));
    let mut answer = config
        .build()
        .new_agent()
        .post(tsa)
        .content_type(Request::MEDIA_TYPE)
        .header("accept", Response::MEDIA_TYPE)
        .send(&Request::new(digest, nonce).to_der()[..])
        .map_err(|e| unreachable(Servers::failure(&e)))?;
    match answer.status().as_u16() {
        200 => {}
        status @ 300..400 => {
            return Err(refused(format!("it sends elsewhere (status {status}); name that address instead")));
        }
        status @ 500..600 => return Err(unreachable(format!("it answers with status {status}"))),
        status => return Err(refused(format!("it answers with status {status}"))),
    }
    let mut response = Vec::new();
    let mut body = answer.body_mut().as_reader().take(MAX_ANSWER + 1);
    body.read_to_end(&mut response).map_err(|e| unreachable(e.to_string()))?;
    if response.len() as u64 > MAX_ANSWER {
        return Err(refused(format!("its answer is longer than {MAX_ANSWER} bytes")));
    }
    let stamp = Response::parse(&response)
        .and_then(|parsed| parsed.verify(&digest, Some(nonce), anchors))
        .map_err(|e| refused(e.to_string()))?;
    let (head, now) = clock;
    if stamp.to < head - CLOCK_SLACK || stamp.from > now + CLOCK_SLACK {
        return Err(refused(format!(
            "its stamp says {}, and by the clock of this machine the head was made at {} and it is {} now; one of the two \
             clocks is wrong",
            utc(stamp.seconds()),
            utc(head),
            utc(now)
        )));
    }
    Ok(Held { response, nonce, stamp })
}

/// Checks one kept stamp: its bytes, its entry, the head that it is on, and the stamp itself.
fn holds(tx: &ReadTx<'_>, row: &StampRow, anchors: &Anchors) -> Result<String, (Outcome, String)> {
    let failed = |why: String| (Outcome::Failed, why);
    let unread = |error: crate::store::StoreError| (Outcome::NotChecked, error.to_string());
    if sha256(&row.response) != row.id {
        return Err(failed(format!("its bytes hash to {}", Digest(sha256(&row.response)))));
    }
    let logs = tx.logs().map_err(unread)?;
    let log = logs.iter().find(|log| log.first_leaf == row.first_leaf && log.first_leaf < row.covers);
    let log = log.ok_or_else(|| failed("the log that it is on is not here".to_owned()))?;
    if !tx.is_anchored(&row.id).map_err(unread)? {
        return Err(failed("no entry of the log names it".to_owned()));
    }
    let note = Note::parse(&row.message).map_err(|e| failed(format!("what was stamped is no signed head: {e}")))?;
    let head =
        Checkpoint::parse(note.text()).map_err(|e| failed(format!("what was stamped is no signed head: {e}")))?;
    let size = row.covers - row.first_leaf;
    let root = tx.root_at(log, size).map_err(unread)?;
    if head.size != size || root != Some(head.root.0) || head.origin != log.origin {
        return Err(failed("the head that was stamped is not one of this log".to_owned()));
    }
    let stamp = Response::parse(&row.response)
        .and_then(|response| response.verify(&sha256(&row.message), Some(row.nonce), anchors))
        .map_err(|e| (if e.is_verdict() { Outcome::Failed } else { Outcome::NotChecked }, e.to_string()))?;
    if (stamp.seconds(), stamp.from, stamp.to) != row.time {
        return Err(failed("the time that is shown is not the one in the stamp".to_owned()));
    }
    Ok(format!("{} by {}; {}", utc(stamp.seconds()), stamp.authority, stamp.not_checked.join("; ")))
}
