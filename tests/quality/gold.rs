//! The gold of the shared set: pages, tweets and encodings with what is known about them.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Where the shared data lies: `$ISNAD_SHARED/data`, else `../shared/data` beside the crate.
pub(crate) fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("ISNAD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(root.join("data")).filter(|data| data.join("html/manifest.jsonl").is_file())
}

/// A page with its gold.
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) set: String,
    pub(crate) url: String,
    pub(crate) kind: String,
    pub(crate) arabic: bool,
    pub(crate) bytes: Vec<u8>,
    pub(crate) gold: Value,
}

impl Page {
    /// Whether rules may be made while looking at this page; the others only measure them.
    pub(crate) fn is_dev(&self) -> bool {
        self.id.bytes().last().is_some_and(|digit| digit.is_ascii_digit())
    }

    /// A text of the gold.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.gold.get(key)?.as_str()
    }

    /// A list of texts of the gold.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        self.gold.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// Reads lines of JSON.
pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Reads all pages.
pub(crate) fn pages(data: &Path) -> Vec<Page> {
    let read = |line: Value| {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        let file = std::fs::File::open(data.join("html").join(text("file"))).unwrap();
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
        let arabic = line["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == "arabic"));
        Page {
            id: text("id"),
            set: text("set"),
            url: text("url"),
            kind: text("gold_kind"),
            arabic,
            bytes,
            gold: line["gold"].clone(),
        }
    };
    lines(&data.join("html/manifest.jsonl")).into_iter().map(read).collect()
}
