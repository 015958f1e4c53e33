//! Small pieces that several pages print: times, outlets, captures, marked words, links.

mod isolate;
mod when;

use askama::Template;
use askama::filters::HtmlSafe;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(super) use isolate::{isolated, quoting};
pub(super) use when::{When, spoken};

use super::visit::Frame;
use super::words::Words;
use crate::archive::article::CaptureView;
use crate::domain::outlet::host_of;
use crate::domain::{Role, text::is_rtl};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes a value for a query or a path segment.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes a value for a text fragment, where a dash has a meaning of its own.
pub(super) fn encode_fragment(text: &str) -> String {
    encode(text).replace('-', "%2D")
}

/// The URL as a link target, when it is http(s).
pub(super) fn foreign_link(url: &str) -> Option<String> {
    host_of(url).map(|_| url.to_owned())
}

/// The first digits of an id, for places where the whole one is a click away.
pub(super) fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().take(12).collect()
}

/// A number with its thousands set apart.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An attribute ` lang="…"`, or nothing where the language is unknown or its tag is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Lang(Option<String>);

impl Lang {
    /// The language that a page states for itself.
    pub(super) fn of(tag: Option<&str>) -> Self {
        let fine = |tag: &&str| {
            let mut parts = tag.split('-');
            parts
                .next()
                .is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()))
                && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        };
        Lang(tag.map(str::trim).filter(fine).map(str::to_owned))
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(tag) => write!(f, " lang=\"{tag}\""),
            None => Ok(()),
        }
    }
}

// Its tag is letters, digits and dashes only.
impl HtmlSafe for Lang {}

/// A link to an outlet.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/outlet.html")]
pub(super) struct OutletLink {
    path: String,
    name: String,
    domain: Option<String>,
}

impl HtmlSafe for OutletLink {}

impl OutletLink {
    /// Links to an outlet by its domain or name; its display name, when known, stands first.
    pub(super) fn of(outlet: &str, display: Option<&str>, f: &Frame) -> Self {
        let shown = display.unwrap_or(outlet);
        OutletLink {
            path: format!("/o/{}{}", encode(outlet), f.q),
            name: shown.to_owned(),
            domain: (shown != outlet).then(|| outlet.to_owned()),
        }
    }

    /// The outlet of a capture.
    pub(super) fn of_capture(capture: &CaptureView, f: &Frame) -> Option<Self> {
        capture.outlet.as_deref().map(|outlet| Self::of(outlet, capture.outlet_name.as_deref(), f))
    }
}

/// A run of words, marked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) mark: bool,
    /// Whether a link to the passage leads here.
    pub(super) anchor: bool,
    /// What stands behind it.
    pub(super) note: Option<Reference>,
}

/// A number behind words that leads to a remark on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) number: usize,
    /// What the remark says, for those who hear it or point at it.
    pub(super) said: String,
    /// What kind of remark it is, for the style sheet.
    pub(super) class: &'static str,
}

/// Words with some of them marked.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/segments.html")]
pub(super) struct Segments {
    pub(super) list: Vec<Segment>,
}

impl HtmlSafe for Segments {}

impl Segments {
    /// `text` with the byte ranges of `marks` marked; ranges that are none are passed over.
    pub(super) fn of(text: &str, marks: &[(usize, usize)]) -> Self {
        let mut list = Vec::new();
        let mut at = 0;
        let mut push = |words: Option<&str>, mark| {
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                list.push(Segment { text: words.to_owned(), mark, anchor: false, note: None });
            }
        };
        for &(start, end) in marks {
            if start < at || end <= start || text.get(start..end).is_none() {
                continue;
            }
            push(text.get(at..start), false);
            push(text.get(start..end), true);
            at = end;
        }
        push(text.get(at..), false);
        Segments { list }
    }

    /// Puts references behind the bytes at which they stand, which must be in order.
    pub(super) fn with_references(self, notes: &[(usize, Reference)]) -> Self {
        let mut list = Vec::new();
        let (mut at, mut notes) = (0, notes.iter().peekable());
        for segment in self.list {
            let end = at + segment.text.len();
            let mut rest = segment;
            while let Some((place, note)) = notes.next_if(|(place, _)| *place <= end) {
                let Some((head, tail)) = rest.text.split_at_checked(place.saturating_sub(at)) else { continue };
                at += head.len();
                let tail = Segment { text: tail.to_owned(), anchor: false, ..rest.clone() };
                list.push(Segment { text: head.to_owned(), note: Some(note.clone()), ..rest });
                rest = tail;
            }
            at += rest.text.len();
            if !rest.text.is_empty() {
                list.push(rest);
            }
        }
        Segments { list }
    }

    /// Makes the first marked run the target of links, if there is one.
    pub(super) fn anchor(&mut self) -> bool {
        match self.list.iter_mut().find(|segment| segment.mark) {
            Some(first) => {
                first.anchor = true;
                true
            }
            None => false,
        }
    }
}

/// A capture in a list.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/capture.html")]
pub(super) struct CaptureLine {
    w: &'static Words,
    path: String,
    title: String,
    lang: Lang,
    outlet: Option<OutletLink>,
    /// Whether the page that lists it is the outlet's.
    at_home: bool,
    published: Option<When>,
    captured: When,
    index: u64,
    record_path: String,
    record_short: String,
}

impl HtmlSafe for CaptureLine {}

impl CaptureLine {
    /// A capture with a way to its article.
    pub(super) fn of(capture: &CaptureView, f: &Frame) -> Self {
        let record_path = format!("/r/{}{}", capture.record, f.q);
        let untitled = capture.title.is_none();
        CaptureLine {
            w: f.w,
            path: capture.article.map_or_else(|| record_path.clone(), |id| format!("/a/{id}{}", f.q)),
            title: capture.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
            lang: if untitled { Lang::default() } else { Lang::of(capture.lang.as_deref()) },
            outlet: OutletLink::of_capture(capture, f),
            at_home: false,
            published: capture.published.as_ref().map(|time| When::of(time, f.w)),
            captured: When::of(&capture.captured, f.w),
            index: capture.logged.index,
            record_path,
            record_short: short(capture.record),
        }
    }
}

impl CaptureLine {
    /// The same on the page of its outlet, which need not be named again.
    pub(super) fn of_its_outlet(self) -> Self {
        CaptureLine { at_home: true, ..self }
    }
}

/// What a role is called.
pub(super) fn role_name(role: Role, w: &Words) -> &'static str {
    match role {
        Role::Title => w.role_title,
        Role::Subhead => w.role_subhead,
        Role::Body => w.role_body,
        Role::Tweet => w.role_tweet,
        Role::Byline => w.role_byline,
        Role::Caption => w.role_caption,
        Role::Furniture => w.role_furniture,
    }
}

/// The direction in which most letters of a text run: an Arabic sentence that begins with "BBC" still runs from the right.
pub(super) fn text_direction(text: &str) -> &'static str {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (right, left) = letters.fold((0, 0), |(r, l), c| if is_rtl(c) { (r + 1, l) } else { (r, l + 1) });
    match right.cmp(&left) {
        std::cmp::Ordering::Greater => "rtl",
        std::cmp::Ordering::Less => "ltr",
        std::cmp::Ordering::Equal => "auto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_no_character_and_never_overlap() {
        let shown = |text: &str, marks: &[(usize, usize)]| Segments::of(text, marks).to_string();
        assert_eq!(shown("a<b>c", &[(1, 4)]), "a<mark>&#60;b&#62;</mark>c");
        assert_eq!(shown("أمس", &[(0, 1), (0, 2), (1, 4), (9, 12)]), "<mark>أ</mark>مس");
    }

    #[test]
    fn references_stand_behind_their_words_marked_or_not() {
        let note = |at, number| (at, Reference { number, said: "remark".to_owned(), class: "later" });
        let shown = |marks: &[(usize, usize)], notes: &[(usize, Reference)]| {
            let segments = Segments::of("abcdef", marks).with_references(notes);
            let words = |s: &Segment| {
                let note = s.note.as_ref().map(|note| format!("^{}", note.number)).unwrap_or_default();
                format!("{}{}{note}", if s.mark { "*" } else { "" }, s.text)
            };
            segments.list.iter().map(words).collect::<Vec<_>>().join("|")
        };
        assert_eq!(shown(&[], &[note(2, 1), note(6, 2)]), "ab^1|cdef^2");
        assert_eq!(shown(&[(1, 4)], &[note(2, 1), note(4, 2)]), "a|*b^1|*cd^2|ef");
        assert_eq!(shown(&[], &[note(99, 1)]), "abcdef");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(foreign_link("https://a.example/x").is_some());
        for bad in ["javascript:alert(1)", "data:text/html,x", " javascript:1", "//a.example", "file:///etc/passwd"] {
            assert_eq!(foreign_link(bad), None, "{bad}");
        }
    }

    #[test]
    fn most_letters_tell_the_direction() {
        assert_eq!(text_direction("BBC: قال المتحدث أمس"), "rtl");
        assert_eq!(text_direction("قال said the spokesman"), "ltr");
        assert_eq!(text_direction("2018 – 12"), "auto");
    }

    #[test]
    fn a_language_tag_is_checked() {
        assert_eq!(Lang::of(Some("ar-SY")).to_string(), " lang=\"ar-SY\"");
        for bad in ["\"><script>", "a", "arabic", "en_US", ""] {
            assert_eq!(Lang::of(Some(bad)).to_string(), "", "{bad}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            (number(7).as_str(), number(44_549).as_str(), number(1_000_000).as_str()),
            ("7", "44,549", "1,000,000")
        );
    }
}
