//! The hashes that `datapackage.json` states about the parts of a WACZ.

use std::io::Read;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::entries::{Entry, SharedFile};
use crate::domain::record::hex;

/// The file that describes the package, and the one that signs it.
pub(in super::super) const PACKAGE: &str = "datapackage.json";
pub(in super::super) const DIGEST: &str = "datapackage-digest.json";
/// The longest of these two files.
pub(super) const MAX_JSON: u64 = 16 << 20;

/// One thing that was checked, and how it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// The entry that was checked.
    pub(super) entry: String,
    /// Whether it does not hold.
    pub(super) failed: bool,
    /// `verified: …`, `not-checked: …`, or what failed.
    pub(super) what: String,
    /// Whether it concerns every capture in the package.
    pub(super) on_all: bool,
}

impl Finding {
    pub(super) fn verified(entry: &str, what: &str) -> Finding {
        Finding { entry: entry.to_owned(), failed: false, what: format!("verified: {what}"), on_all: false }
    }

    pub(super) fn not_checked(entry: &str, what: &str) -> Finding {
        Finding { entry: entry.to_owned(), failed: false, what: format!("not-checked: {what}"), on_all: false }
    }

    pub(super) fn failed(entry: &str, what: &str) -> Finding {
        Finding { entry: entry.to_owned(), failed: true, what: what.to_owned(), on_all: false }
    }

    pub(super) fn on_all(mut self) -> Finding {
        self.on_all = true;
        self
    }

    /// The finding as a remark on a capture.
    pub(super) fn note(&self) -> String {
        let failed = if self.failed { "failed: " } else { "" };
        format!("{}: {failed}{}", self.entry, self.what)
    }
}

/// Compares every part that `datapackage.json` lists with its stated hash.
pub(super) fn check(file: &SharedFile, entries: &[Entry]) -> Vec<Finding> {
    let find = |name: &str| entries.iter().find(|entry| entry.name == name);
    let Some(package) = find(PACKAGE) else {
        return vec![Finding::not_checked(PACKAGE, "the package has no datapackage.json, so no hashes").on_all()];
    };
    let parsed = file
        .read(package, MAX_JSON)
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).map_err(|error| format!("it is not JSON: {error}")));
    let package = match parsed {
        Ok(package) => package,
        Err(error) => return vec![Finding::failed(PACKAGE, &error).on_all()],
    };
    let Some(resources) = package.get("resources").and_then(Value::as_array) else {
        return vec![Finding::failed(PACKAGE, "it lists no resources").on_all()];
    };
    let mut findings = Vec::new();
    let mut listed = Vec::new();
    for resource in resources {
        let Some(path) = resource.get("path").and_then(Value::as_str) else {
            findings.push(Finding::failed(PACKAGE, "a resource without a path"));
            continue;
        };
        if !listed.contains(&path) {
            listed.push(path);
            findings.push(check_resource(file, find(path), path, resource));
        }
    }
    let unlisted = entries.iter().filter(|entry| entry.name.starts_with("archive/") && !entry.name.ends_with('/'));
    for entry in unlisted.filter(|entry| !listed.contains(&entry.name.as_str())) {
        findings.push(Finding::failed(&entry.name, "datapackage.json does not list this file"));
    }
    findings
}

fn check_resource(file: &SharedFile, entry: Option<&Entry>, path: &str, resource: &Value) -> Finding {
    let Some(entry) = entry else {
        return Finding::failed(path, "datapackage.json lists this file, the package does not hold it");
    };
    let Some(stated) = stated_hash(resource) else {
        return Finding::not_checked(path, "datapackage.json states no hash of it");
    };
    let Some(expected) = stated.strip_prefix("sha256:").map(str::to_ascii_lowercase) else {
        return Finding::not_checked(path, &format!("the hash {stated:?} is none that is checked here"));
    };
    match hash(file, entry) {
        Err(error) => Finding::failed(path, &error),
        Ok((digest, _)) if digest != expected => {
            Finding::failed(path, &format!("its SHA-256 is {digest}, datapackage.json says {expected}"))
        }
        Ok((_, bytes)) => match resource.get("bytes").and_then(Value::as_u64) {
            Some(stated) if stated != bytes => {
                Finding::failed(path, &format!("it has {bytes} bytes, datapackage.json says {stated}"))
            }
            _ => Finding::verified(path, "its SHA-256 is the one in datapackage.json"),
        },
    }
}

/// The hash of a part with its algorithm; early packages had it under `stats`.
fn stated_hash(resource: &Value) -> Option<String> {
    if let Some(hash) = resource.get("hash").and_then(Value::as_str) {
        return Some(hash.to_owned());
    }
    let stats = resource.get("stats")?;
    let hash = stats.get("hash").and_then(Value::as_str)?;
    let algorithm = stats.get("hashing").or_else(|| resource.get("hashing")).and_then(Value::as_str);
    Some(if hash.contains(':') { hash.to_owned() } else { format!("{}:{hash}", algorithm.unwrap_or("sha256")) })
}

/// SHA-256 and length of an entry's bytes.
fn hash(file: &SharedFile, entry: &Entry) -> Result<(String, u64), String> {
    let mut reader = file.reader(entry);
    let mut hasher = Sha256::new();
    let mut buf = vec![0; 128 << 10];
    let mut total = 0;
    loop {
        match reader.read(&mut buf) {
            Ok(0) => return Ok((hex(&hasher.finalize()), total)),
            Ok(n) => {
                hasher.update(&buf[..n]);
                total += n as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(format!("it breaks off after {total} bytes ({error})")),
        }
    }
}
