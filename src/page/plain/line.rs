//! What one line is, seen by itself.

use super::dateline::{self, Dated};
use super::lexicon::LEXICON;
use crate::domain::outlet::outlet_of_url;
use crate::domain::{Block, Role};
use crate::page::dates::tokens::{Kind as TokenKind, Token, floor_boundary, tokens};
use crate::page::tweet::{self, Signature};

/// A visible line.
#[derive(Debug)]
pub(super) struct Line {
    /// The canonical text; its role is decided later.
    pub(super) block: Block,
    /// Whether an empty line stands before it.
    pub(super) gap: bool,
    /// Characters of the canonical text.
    pub(super) chars: usize,
    /// Words, counted up to the length of a headline.
    pub(super) words: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a line is, seen by itself. Where it stands decides the rest.
#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// Long, or of middling length and closed by a full stop.
    Paragraph,
    /// Shorter, closed like a sentence.
    Sentence,
    /// A headline, a heading, a verse, a list item: nothing closes it.
    Short,
    /// Furniture wherever it stands.
    Furniture,
    /// Furniture unless paragraphs stand around it: interface words, counters, clocks.
    Interface,
    /// Labels a list of other articles.
    ListLabel,
    /// After it only comments follow.
    End,
    /// A date line: labels, dates or both.
    Dated(Dated),
    /// A URL alone, with its registrable domain.
    Url(Option<String>),
    /// The signature of a tweet.
    Signature(Signature),
    /// A tweet: how many bytes its words have, and its signature.
    Tweet(usize, Signature),
    /// A labelled byline, with the name.
    Byline(Option<String>),
    /// `Name – place`: a byline at the head or foot of an article.
    Dateline(Option<String>),
    /// What stands under a picture.
    Caption,
}

/// The shortest line that is a paragraph whatever closes it.
const LONG: usize = 140;
/// The shortest line that is a paragraph when a full stop closes it.
const CLOSED: usize = 60;
/// Longer lines are looked at only by how they begin.
const SHORT_ENOUGH: usize = 220;

impl Line {
    /// Makes a line, unless nothing visible is in it.
    pub(super) fn new(raw: &str, gap: bool) -> Option<Line> {
        let block = Block::new(Role::Body, raw)?;
        let chars = block.text.chars().count();
        let (kind, words) = kind_of(&block.text, chars);
        Some(Line { block, gap, chars, words, kind })
    }

    /// Whether it could be a headline by its shape.
    pub(super) fn is_headline(&self, least_words: usize) -> bool {
        self.kind == Kind::Short && self.words >= least_words && self.chars <= 160 && !is_list_item(&self.block.text)
    }

    /// Whether a full stop closes it.
    pub(super) fn is_closed(&self) -> bool {
        ends_in_full_stop(&self.block.text)
    }
}

fn kind_of(text: &str, chars: usize) -> (Kind, usize) {
    if chars > SHORT_ENOUGH {
        let head = tokens(text, 0, floor_boundary(text, 160));
        let words = words_of(&head);
        let kind = if chars <= 1200 && begins_as_furniture(&head, &words) { Kind::Furniture } else { Kind::Paragraph };
        return (kind, words.len());
    }
    if let Some(signature) = tweet::parse_signature(text) {
        return (Kind::Signature(signature), 0);
    }
    let tokens = tokens(text, 0, text.len());
    let words = words_of(&tokens);
    let count = words.len();
    (short_kind(text, chars, &tokens, &words), count)
}

fn short_kind(text: &str, chars: usize, tokens: &[Token], words: &[&str]) -> Kind {
    if words.is_empty() {
        return Kind::Furniture;
    }
    if let Some(kind) = address(text) {
        return kind;
    }
    if LEXICON.line.is(words) {
        return Kind::Furniture;
    }
    if LEXICON.end.is(words) {
        return Kind::End;
    }
    if LEXICON.list.is(words) {
        return Kind::ListLabel;
    }
    let closed = ends_in_full_stop(text);
    if begins_as_furniture(tokens, words) || (chars <= 220 && points_elsewhere(tokens, words, closed)) {
        return Kind::Furniture;
    }
    if let Some(dated) = dateline::dated(text, tokens, words, closed) {
        return Kind::Dated(dated);
    }
    if is_caption(text, tokens, words, chars, closed) {
        return Kind::Caption;
    }
    // No counter has eight digits.
    let countable = |token: &Token| !matches!(token.kind, TokenKind::Number(_, digits) if digits > 7);
    let is_interface = |word: &&str| *word == "#" || LEXICON.words.contains(*word);
    if words.len() <= 9 && words.iter().all(is_interface) && tokens.iter().all(countable) {
        return Kind::Interface;
    }
    if let Some(name) = dateline::byline(text, tokens, words, closed) {
        return Kind::Byline(name);
    }
    if let Some(name) = dateline::dateline(text, tokens, words) {
        return Kind::Dateline(name);
    }
    shape(text, chars, words.len(), closed)
}

fn shape(text: &str, chars: usize, words: usize, closed: bool) -> Kind {
    if chars >= LONG || (chars >= CLOSED && closed) {
        Kind::Paragraph
    } else if words >= 3 && (closed || text.ends_with([':', '؛', ';'])) {
        Kind::Sentence
    } else {
        Kind::Short
    }
}

/// The folded words of tokens; `#` stands for a number.
pub(super) fn words_of(tokens: &[Token]) -> Vec<&str> {
    tokens
        .iter()
        .filter_map(|token| match &token.kind {
            TokenKind::Word(word, _) if !word.is_empty() => Some(word.as_str()),
            TokenKind::Number(..) => Some("#"),
            TokenKind::Mark('©') => Some("©"),
            _ => None,
        })
        .filter(|word| *word != "©" || tokens.len() > 1)
        .collect()
}

/// The mark that follows the first `count` words.
fn mark_after(tokens: &[Token], count: usize) -> Option<char> {
    let mut seen = 0;
    let is_word = |token: &Token| match &token.kind {
        TokenKind::Word(word, _) => !word.is_empty(),
        TokenKind::Number(..) => true,
        TokenKind::Mark(mark) => *mark == '©',
    };
    for token in tokens {
        if seen == count {
            return token.mark();
        }
        seen += usize::from(is_word(token));
    }
    None
}

fn begins_as_furniture(tokens: &[Token], words: &[&str]) -> bool {
    // A single word ("tags", "سمات") begins ordinary sentences too; a colon makes it a label.
    LEXICON.prefix.prefix(words).is_some_and(|taken| taken > 1 || mark_after(tokens, taken) == Some(':'))
}

/// `Read also: …`.
fn points_elsewhere(tokens: &[Token], words: &[&str], closed: bool) -> bool {
    let Some(taken) = LEXICON.also.prefix(words) else { return false };
    match mark_after(tokens, taken) {
        Some(':' | '|' | '–' | '—' | '-' | '»' | '>' | '←' | '…') => !closed || words.len() < 25,
        _ => taken > 1 && !closed && words.len() > taken,
    }
}

fn is_caption(text: &str, tokens: &[Token], words: &[&str], chars: usize, closed: bool) -> bool {
    if chars > 180 {
        return false;
    }
    if let Some(taken) = LEXICON.photo.prefix(words) {
        let labelled = matches!(mark_after(tokens, taken), Some(':' | '/' | '|' | '©'));
        if labelled || taken == words.len() && taken > 1 || (taken > 1 && !closed) {
            return true;
        }
    }
    // A paragraph can end in "(صورة تعبيرية)" or speak of a picture; a caption is short and mostly one sentence.
    let brief = chars <= 90 || (chars <= 130 && !text.contains(". "));
    !closed && brief && LEXICON.photo_in.within(words)
}

/// A URL or an e-mail address alone on its line.
fn address(text: &str) -> Option<Kind> {
    if text.contains(' ') {
        return None;
    }
    let bare = text.trim_matches(['<', '>', '(', ')', '[', ']', '"', '.', '،', ',']);
    let lower = bare.get(..8).unwrap_or(bare).to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Some(Kind::Url(outlet_of_url(bare)));
    }
    if lower.starts_with("www.") || lower.starts_with("pic.twit") {
        return Some(Kind::Url(outlet_of_url(&format!("http://{bare}"))));
    }
    let is_mail = bare
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && bare.is_ascii() && !host.contains('@'));
    is_mail.then_some(Kind::Furniture)
}

/// Whether a sentence ends here: one full stop, perhaps inside closing marks. An ellipsis ends nothing.
pub(super) fn ends_in_full_stop(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '”', '»', '\'', '’', ')', ']', ' ', '“', '*']);
    let Some(rest) = text.strip_suffix(['.', '۔', '。', '।']) else { return false };
    !rest.ends_with(['.', ' ']) || rest.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '"' || c == ')')
}

/// Whether the line begins like an item of a list.
pub(super) fn is_list_item(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('•' | '*' | '·' | '▪' | '■' | '●' | '◦' | '►' | '➢' | '✓') => true,
        Some('-' | '–' | '—') => chars.next().is_some_and(|c| c == ' ' || c.is_alphanumeric()),
        Some(c) if crate::domain::text::digit_value(c).is_some() => {
            let rest = chars.as_str().trim_start_matches(|c| crate::domain::text::digit_value(c).is_some());
            rest.starts_with([')', '.', '-']) && text.len() - rest.len() <= 6
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        Line::new(text, false).unwrap().kind
    }

    #[test]
    fn interface_lines_are_known_by_their_words() {
        for text in [
            ".",
            "–",
            "* * *",
            "حجم الخط:",
            "شارك هذا المقال",
            "Share this article",
            "alrashed@example.com",
            "اقرأ أيضاً: انهيار جسر في المدينة القديمة",
            "Read also: Bridge collapses in the old town",
            "جميع الحقوق محفوظة © 2018",
            "Copyright © 2018 The Example. All rights reserved.",
            "© 2018 Example",
            "اشترك في النشرة البريدية ليصلك كل جديد",
            "Sign up for our newsletter",
            "Tags: bridge, river",
        ] {
            assert!(matches!(kind(text), Kind::Furniture | Kind::End), "{text}: {:?}", kind(text));
        }
        for text in ["1327", "مشاهدة", "١٬٢٠٤", "Facebook Twitter WhatsApp", "طباعة | مشاركة | حفظ", "5 min"]
        {
            assert_eq!(kind(text), Kind::Interface, "{text}");
        }
        for text in ["المزيد", "الأكثر قراءة", "Most read:", "RELATED ARTICLES"] {
            assert_eq!(kind(text), Kind::ListLabel, "{text}");
        }
    }

    #[test]
    fn sentences_that_begin_with_interface_words_stay_text() {
        for text in [
            "سمات الشخصية القيادية كما يراها الباحثون في علم النفس هي الصبر والحزم.",
            "Share prices fell on Tuesday after the bank had warned of losses in the quarter.",
            "شاهد عيان قال إن الجسر انهار بعد مرور شاحنة كبيرة عليه صباح اليوم.",
            "Read together, the two letters show that the minister had known of the plan.",
        ] {
            assert_eq!(kind(text), Kind::Paragraph, "{text}");
        }
    }

    #[test]
    fn captions_are_known_by_their_words() {
        for text in [
            "جسر المدينة- صورة أرشيفية من الانترنت",
            "Photo: Jane Doe",
            "تصوير: أحمد علي",
            "A bridge (file photo)",
            "The bridge in 2015. Image: Example/Getty Images",
        ] {
            assert_eq!(kind(text), Kind::Caption, "{text}");
        }
        assert_ne!(kind("ونشرت الصحيفة صورة أرشيفية للجسر القديم."), Kind::Caption);
    }

    #[test]
    fn an_ellipsis_is_no_full_stop() {
        assert!(ends_in_full_stop("انتهى.") && ends_in_full_stop("He left.”") && ends_in_full_stop("انتهى ."));
        assert!(!ends_in_full_stop("انتهى..") && !ends_in_full_stop("He left…") && !ends_in_full_stop("Left ..."));
    }
}
