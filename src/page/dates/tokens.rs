//! Runs of letters and digits in text, and the tokens of a small window around a candidate.

use super::words;
use crate::domain::text::digit_value;

/// What kind of run a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    Letters,
    Digits,
    Space,
    Mark,
}

/// The kind of run of one character. Harakat, tatweel and joiners stay inside words.
#[inline]
pub(crate) fn run_of(c: char) -> Run {
    if ('\u{620}'..='\u{65f}').contains(&c) {
        return Run::Letters;
    }
    if c == ' ' {
        return Run::Space;
    }
    other_run_of(c)
}

fn other_run_of(c: char) -> Run {
    match c {
        ' ' | '\u{a0}' | '\t' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Run::Space
        }
        'a'..='z' | 'A'..='Z' | '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d3}' | '\u{200c}' | '\u{200d}' => Run::Letters,
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Run::Digits,
        c if c.is_ascii() => Run::Mark,
        '\u{300}'..='\u{36f}' => Run::Letters,
        '\u{ff10}'..='\u{ff19}' | '\u{966}'..='\u{96f}' => Run::Digits,
        '年' | '月' | '日' | '년' | '월' | '일' | 'º' | 'ª' => Run::Mark,
        c if c.is_alphabetic() => Run::Letters,
        c if c.is_whitespace() => Run::Space,
        _ => Run::Mark,
    }
}

/// One piece of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Folded letters, and whether the first one printed is a capital.
    Word(String, bool),
    /// A number and how many digits it was printed with.
    Number(u32, usize),
    /// Any other visible character, or a line break.
    Mark(char),
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word, _) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn mark(&self) -> Option<char> {
        match self.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    /// The number, when it was printed with at least `min` and at most `max` digits.
    pub(crate) fn number(&self, min: usize, max: usize) -> Option<u32> {
        match self.kind {
            Kind::Number(value, digits) if (min..=max).contains(&digits) => Some(value),
            _ => None,
        }
    }
}

/// The tokens of `text[start..end]`, with offsets into `text`. Both ends must be character boundaries.
pub(crate) fn tokens(text: &str, start: usize, end: usize) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity((end - start) / 5);
    let mut chars = text[start..end].char_indices().map(|(at, c)| (at + start, c)).peekable();
    while let Some((at, c)) = chars.next() {
        let run = run_of(c);
        let mut stop = at + c.len_utf8();
        if matches!(run, Run::Letters | Run::Digits) {
            while let Some((next, c)) = chars.next_if(|(_, c)| run_of(*c) == run) {
                stop = next + c.len_utf8();
            }
        }
        let kind = match run {
            Run::Space if c != '\n' && c != '\r' => continue,
            Run::Space | Run::Mark => Kind::Mark(c),
            Run::Letters => Kind::Word(words::fold(&text[at..stop]), c.is_uppercase()),
            Run::Digits => number(&text[at..stop]),
        };
        out.push(Token { start: at, end: stop, kind });
    }
    out
}

fn number(digits: &str) -> Kind {
    let mut value: u32 = 0;
    let mut count = 0;
    for digit in digits.chars().filter_map(digit_value) {
        value = value.saturating_mul(10).saturating_add(digit);
        count += 1;
    }
    Kind::Number(value, count)
}

/// The greatest character boundary that is no further than `at`.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
