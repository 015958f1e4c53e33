//! Bundles of a log that is ours to lie with: whatever bytes a record has, they are logged, proven and signed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use isnad::domain::{Digest, sha256};
use isnad::tlog::{
    Checkpoint, Frontier, Hash, LeafKind, NodeId, Note, SigningKey, TlogProof, leaf_hash, leaf_line, prove_inclusion,
};

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) const ORIGIN: &str = "liar.example/log";

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN.parse().unwrap(), &[seed; 32])
}

/// The verifier key of the forged log.
pub(crate) fn vkey() -> String {
    key(1).verifier().to_string()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Digest(sha256(bytes)).to_string()
}

/// What a forged bundle is made of; every part may be replaced before it is logged.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) capture: Vec<u8>,
    pub(crate) reading: Vec<u8>,
    pub(crate) text: Option<Vec<u8>>,
    pub(crate) blocks: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) attachments: Vec<Vec<u8>>,
}

impl Parts {
    /// Parts that hold together.
    pub(crate) fn good() -> Parts {
        Parts::with_text("عنوان الخبر", &["الفقرة الأولى من الخبر.", "The second paragraph, \"quoted\"."])
    }

    pub(crate) fn with_text(title: &str, body: &[&str]) -> Parts {
        let text = format!("{title}\n\n{}\n", body.join("\n\n"));
        let mut blocks = format!("furniture {}\n", hex(b"menu"));
        for block in &body[..1] {
            blocks += &format!("body {}\n", hex(block.as_bytes()));
        }
        // The title stands first in the text wherever it stands on the page.
        blocks += &format!("title {}\ncaption {}\n", hex(title.as_bytes()), hex(b"picture"));
        for block in &body[1..] {
            blocks += &format!("body {}\n", hex(block.as_bytes()));
        }
        let payload = b"<h1>page</h1>\r\n\0\xff".to_vec();
        let attachment = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        let capture = format!(
            r#"{{"attachments":[{{"kind":"http-headers","sha256":"{}"}}],"kind":"capture","payload":{{"bytes":{},"media_type":"text/html","sha256":"{}"}},"title":"a \"b\" \\ \u001f\né\u2028","v":1}}"#,
            hex(&attachment),
            payload.len(),
            hex(&payload)
        );
        // What JSON writes as itself must stand as itself.
        let capture = capture.replace("\\u2028", "\u{2028}").into_bytes();
        let mut parts = Parts {
            capture,
            reading: Vec::new(),
            text: Some(text.into_bytes()),
            blocks: blocks.into_bytes(),
            payload,
            attachments: vec![attachment],
        };
        parts.read();
        parts
    }

    /// States the reading anew, after the parts that it names were replaced.
    pub(crate) fn read(&mut self) {
        let article = match &self.text {
            Some(text) => format!(r#"{{"bytes":{},"sha256":"{}"}}"#, text.len(), hex(text)),
            None => "null".to_owned(),
        };
        self.reading = format!(
            r#"{{"article":{article},"blocks":"{}","capture":"{}","kind":"reading","v":1}}"#,
            hex(&self.blocks),
            hex(&self.capture)
        )
        .into_bytes();
    }

    /// Replaces words in the capture record, which the reading then names.
    pub(crate) fn capture(mut self, from: &str, to: &str) -> Parts {
        self.capture = replace(&self.capture, from.as_bytes(), to.as_bytes());
        self.read();
        self
    }

    /// Replaces words in the reading record.
    pub(crate) fn reading(mut self, from: &str, to: &str) -> Parts {
        self.reading = replace(&self.reading, from.as_bytes(), to.as_bytes());
        self
    }

    /// Replaces the list of blocks.
    pub(crate) fn blocks(mut self, change: impl FnOnce(String) -> String) -> Parts {
        self.blocks = change(String::from_utf8(self.blocks).unwrap()).into_bytes();
        self.read();
        self
    }

    /// Replaces the text, the reading names the new one, the blocks stay.
    pub(crate) fn text(mut self, from: &str, to: &str) -> Parts {
        self.text = Some(replace(&self.text.unwrap(), from.as_bytes(), to.as_bytes()));
        self.read();
        self
    }

    /// Logs the records, proves and signs them.
    pub(crate) fn bundle(&self) -> Files {
        self.bundle_with(|head| head.sign(&[key(1)]).unwrap().to_string().into_bytes(), |_| ())
    }

    /// The same with another note and other proofs.
    pub(crate) fn bundle_with(
        &self,
        sign: impl FnOnce(&Checkpoint) -> Vec<u8>,
        change: impl Fn(&mut TlogProof),
    ) -> Files {
        let entries = [
            leaf_line(LeafKind::Adopt, [7; 32]),
            leaf_line(LeafKind::Capture, sha256(&self.capture)),
            leaf_line(LeafKind::Capture, [8; 32]),
            leaf_line(LeafKind::Reading, sha256(&self.reading)),
            leaf_line(LeafKind::Capture, [9; 32]),
        ];
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let mut frontier = Frontier::new();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        let head = Checkpoint::new(key(1).verifier().name(), leaves.len() as u64, frontier.root());
        let note = sign(&head);
        let prove = |index: u64| {
            let path = prove_inclusion(leaves.len() as u64, index, |node| read(&leaves, node)).unwrap();
            // A note that does not parse stands under the proof as it is.
            let checkpoint = head.sign(&[key(1)]).unwrap();
            let mut proof = TlogProof { extra: None, index, path, checkpoint: checkpoint.clone() };
            change(&mut proof);
            let text = proof.to_string();
            let above = text.strip_suffix(&checkpoint.to_string()).unwrap_or(&text);
            [above.as_bytes(), &note].concat()
        };
        let mut files = Files::new();
        let mut put = |name: &str, bytes: &[u8]| files.insert(name.to_owned(), bytes.to_vec());
        put("citation.tlog-proof", &prove(1));
        put("reading.tlog-proof", &prove(3));
        put("capture.leaf", entries[1].as_bytes());
        put("reading.leaf", entries[3].as_bytes());
        put("capture.json", &self.capture);
        put("reading.json", &self.reading);
        put("blocks.txt", &self.blocks);
        put("payload.bin", &self.payload);
        put("checkpoint", &note);
        for name in ["README.txt", "verify.html", "verify.py", "verify.sh"] {
            put(name, b"not looked at");
        }
        for (at, bytes) in self.attachments.iter().enumerate() {
            put(&format!("attachments/{}.bin", at + 1), bytes);
        }
        if let Some(text) = &self.text {
            put("article.txt", text);
        }
        seal(files)
    }
}

fn read(leaves: &[Hash], node: NodeId) -> Result<Hash, Infallible> {
    let width = 1 << node.level;
    let from = node.index as usize * width;
    let mut frontier = Frontier::new();
    leaves[from..from + width].iter().for_each(|leaf| frontier.push(*leaf));
    Ok(frontier.root())
}

pub(crate) fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).expect("what is replaced is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// Signs with several keys, and adds lines.
pub(crate) fn note(text: &str, keys: &[SigningKey], more: &str) -> Vec<u8> {
    let signatures = keys.iter().map(|key| key.sign(text)).collect();
    format!("{}{more}", Note::new(text.to_owned(), signatures).unwrap()).into_bytes()
}

/// Writes the manifest of the files that are there, as docs/format.md states it.
pub(crate) fn seal(mut files: Files) -> Files {
    files.remove("manifest.json");
    let lines: Vec<String> = files
        .iter()
        .map(|(name, bytes)| {
            let is = what_is(name);
            format!(r#"{{"bytes":{},"is":"{is}","name":"{name}","sha256":"{}"}}"#, bytes.len(), hex(bytes))
        })
        .collect();
    let manifest = format!(r#"{{"files":[{}],"kind":"isnad-bundle","v":1}}"#, lines.join(","));
    files.insert("manifest.json".to_owned(), manifest.into_bytes());
    files
}

fn what_is(name: &str) -> &'static str {
    let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
    match (folder.split('/').next().unwrap_or_default(), last) {
        (_, "README.txt") => "readme",
        (_, "audit.json") => "audit",
        ("", "checkpoint") => "checkpoint",
        (_, "payload.bin") => "payload",
        (_, "article.txt") => "text",
        (_, "blocks.txt") => "block-list",
        (_, "capture.json") => "capture-record",
        (_, "capture.leaf") => "capture-leaf",
        (_, "citation.tlog-proof") => "capture-proof",
        (_, "reading.json") => "reading-record",
        (_, "reading.leaf") => "reading-leaf",
        (_, "reading.tlog-proof") => "reading-proof",
        ("attachments", _) => "attachment",
        ("stamps", last) if last.ends_with(".checkpoint") => "stamped-checkpoint",
        ("stamps", last) if last.ends_with(".tlog-proof") => "stamp-proof",
        ("stamps", _) => "stamp-response",
        ("evidence", _) => "block",
        (_, last) if last.starts_with("verify.") => "verifier",
        _ => "unknown",
    }
}

/// Writes a stored zip with these members in this order; names and order are the caller's to get wrong.
pub(crate) fn zip<'a>(members: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0u16);
    for (name, bytes) in members {
        let length = (bytes.len() as u32).to_le_bytes();
        let crc = crc32(bytes).to_le_bytes();
        let names = (name.len() as u16).to_le_bytes();
        let common = [&[10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..], &crc, &length, &length, &names, &[0, 0]].concat();
        let at = (out.len() as u32).to_le_bytes();
        directory.extend([&b"PK\x01\x02\x0a\x00"[..], &common, &[0; 10], &at, name.as_bytes()].concat());
        out.extend([&b"PK\x03\x04"[..], &common, name.as_bytes(), bytes].concat());
        count += 1;
    }
    let (size, at, count) =
        ((directory.len() as u32).to_le_bytes(), (out.len() as u32).to_le_bytes(), count.to_le_bytes());
    out.extend(directory);
    out.extend([&b"PK\x05\x06"[..], &[0; 4], &count, &count, &size, &at, &[0; 2]].concat());
    out
}

pub(crate) fn zip_of(files: &Files) -> Vec<u8> {
    zip(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ crc >> 1 } else { crc >> 1 })
    })
}
