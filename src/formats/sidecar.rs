//! What a person declares about a capture: a sidecar file, command-line flags, keys of a JSON line.

use serde_json::Value;

use super::Captured;
use crate::domain::edtf::parse_time;
use crate::domain::{Basis, Claim, Time};

/// Declared claims about one capture, each on [`Basis::Declared`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// URLs.
    pub url: Vec<Claim<String>>,
    /// Outlets: domain or display name.
    pub outlet: Vec<Claim<String>>,
    /// Titles.
    pub title: Vec<Claim<String>>,
    /// Capture times.
    pub captured: Vec<Time>,
    /// Publication times.
    pub published: Vec<Time>,
}

impl Declared {
    /// Takes one declared value by its key: `url`, `outlet`, `captured_at`, `published` or `title`.
    ///
    /// An empty value declares nothing. An unknown key is an error, and so is a date that is none.
    pub fn declare(&mut self, key: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        let claim = || Claim::new(Basis::Declared, value.to_owned());
        let time = || parse_time(value, Basis::Declared).map_err(|error| format!("{key}: {error}"));
        match key {
            _ if value.is_empty() => {}
            "url" => add(&mut self.url, claim()),
            "outlet" => add(&mut self.outlet, claim()),
            "title" => add(&mut self.title, claim()),
            "captured_at" => add(&mut self.captured, time()?),
            "published" => add(&mut self.published, time()?),
            _ => return Err(format!("{key:?} is no key; the keys are url, outlet, captured_at, published, title")),
        }
        Ok(())
    }

    /// Puts these claims before those the capture has; exact repeats are dropped.
    ///
    /// Apply the sidecar first and the flags after it, so that flags beat the sidecar, and both the container.
    pub fn put_before(self, captured: &mut Captured) {
        prepend(&mut captured.url, self.url);
        prepend(&mut captured.outlet, self.outlet);
        prepend(&mut captured.title, self.title);
        prepend(&mut captured.captured, self.captured);
        prepend(&mut captured.published, self.published);
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn prepend<T: PartialEq>(list: &mut Vec<T>, mut first: Vec<T>) {
    for value in list.drain(..) {
        add(&mut first, value);
    }
    *list = first;
}

/// Reads the sidecar called `name`: a JSON object with `url`, `outlet`, `captured_at`, `published` and `title`, each a
/// string or null. Other keys stay in the sidecar's bytes, which are kept as an attachment.
pub fn parse_sidecar(name: &str, bytes: &[u8]) -> Result<Declared, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| format!("{name}: the sidecar is not JSON: {error}"))?;
    let Value::Object(object) = value else {
        return Err(format!("{name}: the sidecar is {}, not a JSON object", kind_of(&value)));
    };
    let mut declared = Declared::default();
    for key in ["url", "outlet", "captured_at", "published", "title"] {
        match object.get(key) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => declared.declare(key, text).map_err(|error| format!("{name}: {error}"))?,
            Some(other) => return Err(format!("{name}: {key} is {}, not a string", kind_of(other))),
        }
    }
    Ok(declared)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::SourceKind;

    #[test]
    fn a_sidecar_declares_and_other_keys_are_left_alone() {
        let declared = parse_sidecar(
            "a.txt.meta.json",
            r#"{"url":"http://a.example/1","outlet":"جريدة","captured_at":"2018-03-31T10:49:00+03:00","published":null,"x":[1]}"#
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(declared.url, [Claim::new(Basis::Declared, "http://a.example/1".to_owned())]);
        assert_eq!(declared.outlet[0].value, "جريدة");
        assert_eq!(declared.captured[0].edtf, "2018-03-31T10:49:00+03:00");
        assert!(declared.published.is_empty() && declared.title.is_empty());
    }

    #[test]
    fn errors_name_the_file_and_the_key() {
        for (bytes, message) in [
            ("[1]", "x: the sidecar is a list, not a JSON object"),
            ("{\"url\":5}", "x: url is a number, not a string"),
            ("{", "x: the sidecar is not JSON: EOF while parsing an object at line 1 column 1"),
        ] {
            assert_eq!(parse_sidecar("x", bytes.as_bytes()).unwrap_err(), message);
        }
        let error = parse_sidecar("x", br#"{"published":"soon"}"#).unwrap_err();
        assert!(error.starts_with("x: published: \"soon\" is not a date"), "{error}");
    }

    #[test]
    fn earlier_declarations_come_first_and_repeats_are_dropped() {
        let mut captured = Captured::new(SourceKind::Text, "a.txt", "a.txt", "text/plain", Vec::new());
        let mut declare = |url: &str| {
            let mut declared = Declared::default();
            declared.declare("url", url).unwrap();
            declared.put_before(&mut captured);
        };
        declare("http://sidecar.example/");
        declare("http://flag.example/");
        declare("http://sidecar.example/");
        let urls: Vec<&str> = captured.url.iter().map(|claim| claim.value.as_str()).collect();
        assert_eq!(urls, ["http://sidecar.example/", "http://flag.example/"]);
    }
}
