//! A list of pages: one address a line.

use std::collections::HashSet;

use crate::fetch::{Target, without_secret};

/// The pages of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// What can be asked for, each once, in order.
    pub targets: Vec<Target>,
    /// What cannot.
    pub unread: Vec<Unread>,
    /// How many addresses stood there before.
    pub repeats: usize,
}

/// A line that is no address to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The line as it may be shown.
    pub text: String,
    /// Where it stands, for people.
    pub place: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

impl List {
    /// Takes one address.
    pub fn push(&mut self, text: &str) {
        self.add(text, None);
    }

    /// Takes every line that is neither blank nor a comment (`#` first).
    pub fn push_lines(&mut self, text: &str) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                self.add(line, Some(format!("line {number}")));
            }
        }
    }

    fn add(&mut self, text: &str, place: Option<String>) {
        match Target::parse(text) {
            Ok(target) => self.targets.push(target),
            Err(why) => self.unread.push(Unread { text: without_secret(text), place, why }),
        }
    }

    /// Leaves out what stands there already.
    pub fn without_repeats(mut self) -> List {
        let before = self.targets.len();
        let mut seen = HashSet::new();
        self.targets.retain(|target| seen.insert(target.clone()));
        self.repeats = before - self.targets.len();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_comments_blank_lines_and_repeats() {
        let mut list = List::default();
        list.push_lines(
            "\u{feff}# a list\n\nhttp://a.example/1\r\n  http://a.example/2  \nhttp://A.example/1#part\nnews/1\n",
        );
        let list = list.without_repeats();
        let targets: Vec<&str> = list.targets.iter().map(Target::as_str).collect();
        assert_eq!(targets, ["http://a.example/1", "http://a.example/2"]);
        assert_eq!((list.repeats, list.unread.len()), (1, 1));
        assert_eq!(list.unread[0].place.as_deref(), Some("line 6"));
    }
}
