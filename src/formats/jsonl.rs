//! JSON Lines: every line is a payload of its own, with what it declares about itself.

use std::cell::Cell;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::sidecar::Declared;
use super::window::{Stop, Window};
use super::{Captured, Item, MAX_PAYLOAD, Origin, SourceKind};

/// How many bytes are read ahead in the search for a line's end.
const AHEAD: usize = 256 << 10;

/// Yields one item a line; empty lines are passed over.
pub(super) struct Lines {
    window: Window,
    origin: Origin,
    number: u64,
    /// Byte of the member at which reading went on after damage; lines are counted from there.
    resumed: Option<u64>,
    done: bool,
}

impl Lines {
    pub(super) fn new(window: Window, origin: Origin) -> Self {
        Lines { window, origin, number: 0, resumed: None, done: false }
    }

    fn place(&self) -> String {
        let from = self.resumed.map_or_else(String::new, |byte| format!(" from byte {byte} on"));
        format!("{}: line {}{from}", self.origin.place, self.number)
    }

    fn reject(&self, error: String) -> Item {
        Item::Rejected { source: self.place(), error }
    }

    /// Length of the next line with its end, as far as it fits; `None` when it is too long.
    fn line_end(&mut self) -> Option<usize> {
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memchr(b'\n', &bytes[searched..]) {
                return (searched + at <= MAX_PAYLOAD).then_some(searched + at + 1);
            }
            searched = bytes.len();
            if searched > MAX_PAYLOAD {
                return None;
            }
            if self.window.ensure(searched + AHEAD) == searched {
                return Some(searched);
            }
        }
    }

    /// Passes over the rest of a line that is too long, keeping nothing of it.
    fn skip_line(&mut self) -> Item {
        let mut skipped = 0u64;
        loop {
            let bytes = self.window.bytes();
            let end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
            let n = end.unwrap_or(bytes.len());
            self.window.advance(n);
            skipped += n as u64;
            if end.is_some() || self.window.ensure(AHEAD) == 0 {
                return self.reject(format!(
                    "the line has {skipped} bytes, too many for one document; the limit is {MAX_PAYLOAD}"
                ));
            }
        }
    }

    /// Where the data end: names a damage, and goes on at the next member that begins a line.
    fn finish(&mut self) -> Option<Item> {
        let Some(Stop::Damaged(damage)) = self.window.stop().cloned() else {
            self.done = true;
            return None;
        };
        let source = self.place();
        let resumed = self.window.resync(begins_line);
        let after = match resumed {
            Some(byte) => format!("reading goes on at byte {byte}"),
            None => "nothing after it could be read".to_owned(),
        };
        // How many lines were lost is unknown: from here they are counted anew.
        (self.resumed, self.number, self.done) = (resumed.or(self.resumed), 0, resumed.is_none());
        Some(Item::Rejected { source, error: format!("{} at byte {}; {after}", damage.what, damage.at) })
    }
}

/// Whether a JSON object begins here.
fn begins_line(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""))
}

impl Iterator for Lines {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.done {
            self.number += 1;
            let Some(length) = self.line_end() else { return Some(self.skip_line()) };
            if length == 0 {
                match self.finish() {
                    None => continue,
                    item => return item,
                }
            }
            let whole = self.window.bytes()[..length].ends_with(b"\n");
            if !whole && matches!(self.window.stop(), Some(Stop::Damaged(_))) {
                return self.finish();
            }
            let line = &self.window.bytes()[..length];
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = if self.number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
            if line.trim_ascii().is_empty() {
                self.window.advance(length);
                continue;
            }
            let item = match read_line(line) {
                Ok((declared, notes)) => Item::Captured(Box::new(self.capture(line.to_vec(), declared, notes))),
                Err(error) => self.reject(error),
            };
            self.window.advance(length);
            return Some(item);
        }
        None
    }
}

impl Lines {
    fn capture(&self, line: Vec<u8>, declared: Declared, notes: Vec<String>) -> Captured {
        let mut captured =
            Captured::new(SourceKind::Jsonl, &self.place(), &self.origin.basename, "application/json", line);
        captured.record_id = self.resumed.is_none().then(|| self.number.to_string());
        captured.notes = notes;
        declared.put_before(&mut captured);
        captured
    }
}

/// Checks one line and reads what it declares; remarks come second.
fn read_line(line: &[u8]) -> Result<(Declared, Vec<String>), String> {
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        format!("column {}: not UTF-8: byte {:#04x}", at + 1, line[at])
    })?;
    if let Some(at) = memchr::memchr(0, line) {
        return Err(format!("column {}: a NUL byte", at + 1));
    }
    if line.trim_ascii_start().first() != Some(&b'{') {
        let found: String = text.trim_start().chars().take(20).collect();
        let column = line.len() - line.trim_ascii_start().len() + 1;
        return Err(format!("column {column}: not a JSON object: it begins with {found:?}"));
    }
    lone_surrogate(text)?;
    CURRENT_KEY.set("");
    let keys: Keys = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    if !keys.has_content {
        return Err("column 1: the object has neither text nor html".to_owned());
    }
    if let Some(key) = keys.nul {
        return Err(format!("{}: {key} holds a NUL character (\\u0000)", column_of(text, "\\u0000")));
    }
    declare(&keys)
}

/// A capture time is part of a capture's identity, so one that is no date rejects the line; an unreadable crawl or
/// publication time is left out, with a remark.
fn declare(keys: &Keys) -> Result<(Declared, Vec<String>), String> {
    let mut declared = Declared::default();
    let mut notes = Vec::new();
    for (key, value) in &keys.declared {
        let known = if *key == "retrieved" { "captured_at" } else { key };
        if let Err(error) = declared.declare(known, value) {
            if *key == "captured_at" {
                return Err(error);
            }
            notes.push(match error.strip_prefix("captured_at") {
                Some(rest) if *key == "retrieved" => format!("retrieved{rest}"),
                _ => error,
            });
        }
    }
    Ok((declared, notes))
}

fn json_error(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    let key = CURRENT_KEY.get();
    let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
    format!("column {}: {key}{what}", error.column())
}

fn column_of(text: &str, needle: &str) -> String {
    text.find(needle).map_or_else(|| "column 1".to_owned(), |at| format!("column {}", at + 1))
}

/// Half a character: a `\ud800`–`\udfff` escape without its other half, anywhere in the line.
///
/// The parser lets it pass in keys that nobody asked for.
fn lone_surrogate(text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                return Err(format!("column {}: a lone surrogate: {}", at + 1, &text[at..at + 6]));
            }
            _ => at = (at + 2).min(bytes.len()),
        }
    }
    Ok(())
}

thread_local! {
    /// The key whose value is being read: the parser's errors know the column but not the key.
    static CURRENT_KEY: Cell<&'static str> = const { Cell::new("") };
}

/// What a line says about itself, and whether it has something to read.
#[derive(Default)]
struct Keys {
    declared: Vec<(&'static str, String)>,
    has_content: bool,
    /// A key whose value holds U+0000.
    nul: Option<&'static str>,
}

const KEYS: [&str; 8] = ["url", "outlet", "captured_at", "retrieved", "published", "title", "text", "html"];

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Keys;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Keys::default();
                let mut seen = [false; KEYS.len()];
                while let Some(Key(index)) = map.next_key()? {
                    let Some(index) = index else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    let key = KEYS[index];
                    CURRENT_KEY.set(key);
                    if std::mem::replace(&mut seen[index], true) {
                        return Err(serde::de::Error::custom("the key stands twice"));
                    }
                    if let Some(value) = map.next_value::<Option<Text>>()? {
                        keys.take(key, value.0);
                    }
                    CURRENT_KEY.set("");
                }
                Ok(keys)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl Keys {
    fn take(&mut self, key: &'static str, value: Kept) {
        match key {
            "text" | "html" => self.has_content = true,
            "title" => {}
            _ => self.declared.push((key, value.text)),
        }
        if value.has_nul {
            self.nul.get_or_insert(key);
        }
    }
}

/// Index of a key in [`KEYS`], if it is one of them.
struct Key(Option<usize>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(Key(KEYS.iter().position(|key| *key == name)))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// As much of a string as is needed: short ones whole, long ones (the text) only looked through.
struct Kept {
    text: String,
    has_nul: bool,
}

/// A string value.
struct Text(Kept);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = Text;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                let has_nul = memchr::memchr(0, text.as_bytes()).is_some();
                let kept = matches!(CURRENT_KEY.get(), "url" | "outlet" | "captured_at" | "retrieved" | "published");
                Ok(Text(Kept { text: if kept { text.to_owned() } else { String::new() }, has_nul }))
            }
        }
        deserializer.deserialize_str(Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &[u8]) -> String {
        read_line(line).unwrap_err()
    }

    #[test]
    fn a_line_declares_what_its_keys_say() {
        let line = r#"{"id":1,"url":"http://a.example/","outlet":"Jawhara FM","retrieved":"2015-07-21 02:49:53","published":"17/10/2013","title":"T","text":"words"}"#;
        let (declared, notes) = read_line(line.as_bytes()).unwrap();
        assert_eq!(declared.url[0].value, "http://a.example/");
        assert_eq!(declared.outlet[0].value, "Jawhara FM");
        assert_eq!(declared.captured[0].edtf, "2015-07-21T02:49:53");
        assert_eq!(declared.published[0].edtf, "2013-10-17");
        assert!(declared.title.is_empty(), "the line's title is part of the payload");
        assert!(notes.is_empty());
    }

    #[test]
    fn an_unreadable_date_is_a_remark_and_no_claim() {
        let (declared, notes) = read_line(br#"{"text":"x","published":"soon","retrieved":"later"}"#).unwrap();
        assert!(declared.published.is_empty() && declared.captured.is_empty());
        assert!(notes[0].starts_with("published: \"soon\" is not a date"), "{notes:?}");
        assert!(notes[1].starts_with("retrieved: \"later\" is not a date"), "{notes:?}");
    }

    #[test]
    fn a_broken_line_says_where_and_what() {
        assert_eq!(error(b"[1]"), "column 1: not a JSON object: it begins with \"[1]\"");
        assert_eq!(error(b"{\"url\":\"x\"}"), "column 1: the object has neither text nor html");
        assert_eq!(error(b"{\"text\":null}"), "column 1: the object has neither text nor html");
        assert_eq!(error(b"{\"text\":\"a\xff\"}"), "column 11: not UTF-8: byte 0xff");
        assert_eq!(error(b"{\"text\":5}"), "column 9: text: invalid type: integer `5`, expected a string");
        assert_eq!(error(b"{\"text\":\"a\",\"url\":[]}"), "column 18: url: invalid type: sequence, expected a string");
        assert_eq!(error(b"{\"text\":\"a\",\"text\":\"b\"}"), "column 18: text: the key stands twice");
        assert_eq!(error(b"{\"text\":\"a"), "column 10: text: EOF while parsing a string");
        assert_eq!(error(b"{\"text\":\"a\x00\"}"), "column 11: a NUL byte");
        assert_eq!(error(b"{\"text\":\"a\\u0000\"}"), "column 11: text holds a NUL character (\\u0000)");
        assert_eq!(error(b"{\"text\":\"a\"} x"), "column 14: trailing characters");
        assert_eq!(error(b"{\"text\":\"\\ud800\"}"), "column 10: a lone surrogate: \\ud800");
        assert_eq!(error(b"{\"text\":\"a\",\"x\":\"\\udc00\"}"), "column 18: a lone surrogate: \\udc00");
    }
}
