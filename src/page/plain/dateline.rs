//! Lines around an article's text that say when, who and where.

use super::lexicon::LEXICON;
use super::line::words_of;
use crate::domain::Time;
use crate::page::dates::tokens::{Kind, Token};
use crate::page::dates::{is_calendar_word, parse_printed};

/// What a date line states.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Dated {
    pub(super) published: Option<Time>,
    pub(super) modified: Option<Time>,
    /// A date without a label; it means publication only beside a title.
    pub(super) bare: Option<Time>,
    /// A name on the same line (`Published 3 March 2018 by Jane Doe`).
    pub(super) byline: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Published,
    Modified,
}

/// Reads a date line: labels, dates, clocks and nothing else, or a label with a colon and a date.
pub(super) fn dated(text: &str, tokens: &[Token], words: &[&str], closed: bool) -> Option<Dated> {
    if words.len() > 24 {
        return None;
    }
    let labels = labels(words);
    let covered = |at: usize| labels.iter().any(|(_, start, end)| (*start..*end).contains(&at));
    let rest: Vec<usize> = (0..words.len()).filter(|at| !covered(*at) && !is_clock_word(words[*at])).collect();
    let spans = word_spans(tokens);
    let mut dated = Dated::default();
    if labels.is_empty() {
        if !rest.is_empty() {
            return None;
        }
        dated.bare = Some(parse_printed(text)?);
        return Some(dated);
    }
    for (number, (label, _, end)) in labels.iter().enumerate() {
        let from = spans[*end - 1].1;
        let to = labels.get(number + 1).map_or(text.len(), |(_, start, _)| spans[*start].0);
        let time = parse_printed(&text[from..to]);
        match label {
            Label::Published if dated.published.is_none() => dated.published = time,
            Label::Modified if dated.modified.is_none() => dated.modified = time,
            _ => {}
        }
    }
    let has_date = dated.published.is_some() || dated.modified.is_some();
    if rest.is_empty() {
        // One word alone ("تحديث", "Date") is a label too; nothing follows from it.
        return Some(dated);
    }
    let after_label = text[spans[labels[0].2 - 1].1..].trim_start();
    let first = rest[0];
    if has_date && !closed && (LEXICON.by.prefix(&words[first..]).is_some() || after_label.starts_with(':')) {
        dated.byline = byline_from(&text[spans[first].0..]);
        return Some(dated);
    }
    None
}

/// Labels of dates: where each begins and ends among the words. One counts at the start, or after another label or date.
fn labels(words: &[&str]) -> Vec<(Label, usize, usize)> {
    let mut labels = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let modified = LEXICON.modified.prefix(&words[at..]).map(|taken| (Label::Modified, taken));
        let published = LEXICON.published.prefix(&words[at..]).map(|taken| (Label::Published, taken));
        let longest = modified.into_iter().chain(published).max_by_key(|(_, taken)| *taken);
        match longest {
            Some((label, taken)) => {
                labels.push((label, at, at + taken));
                at += taken;
            }
            None if labels.is_empty() => break,
            None => at += 1,
        }
    }
    labels
}

fn is_clock_word(word: &str) -> bool {
    word == "#" || LEXICON.clock.contains(word) || is_calendar_word(word)
}

/// The bytes of the words that [`words_of`] gives.
fn word_spans(tokens: &[Token]) -> Vec<(usize, usize)> {
    let is_word = |token: &&Token| match &token.kind {
        Kind::Word(word, _) => !word.is_empty(),
        Kind::Number(..) => true,
        Kind::Mark(mark) => *mark == '©',
    };
    tokens.iter().filter(is_word).map(|token| (token.start, token.end)).collect()
}

/// Reads a labelled byline (`كتب: …`, `By Jane Doe`): the inner option is the name.
pub(super) fn byline(text: &str, tokens: &[Token], words: &[&str], closed: bool) -> Option<Option<String>> {
    if words.len() > 14 || closed || text.contains(['"', '“', '«', '؟', '?', '!']) {
        return None;
    }
    let spans = word_spans(tokens);
    if let Some(taken) = LEXICON.by.prefix(words).filter(|taken| *taken < words.len()) {
        let rest = text[spans[taken - 1].1..].trim_start();
        if let Some(rest) = rest.strip_prefix([':', '/', '|']) {
            return Some(byline_from(rest));
        }
    }
    let taken = LEXICON.by_bare.prefix(words).filter(|taken| *taken < words.len())?;
    let rest = text[spans[taken - 1].1..].trim_start();
    let latin = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let names = rest.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
    let looks_like_names = if latin { names * 2 >= words.len() - taken } else { words.len() - taken <= 6 };
    (looks_like_names && !rest.starts_with(|c: char| c.is_ascii_lowercase() || c.is_numeric()))
        .then(|| byline_from(rest))
}

/// The first piece that is no agency, place or date.
pub(super) fn byline_from(text: &str) -> Option<String> {
    let tokens = crate::page::dates::tokens::tokens(text, 0, text.len());
    let words = words_of(&tokens);
    let spans = word_spans(&tokens);
    let taken = LEXICON.by.prefix(&words).unwrap_or(0);
    let start = if taken == 0 { 0 } else { spans[taken - 1].1 };
    let pieces = text[start..].split(['-', '–', '—', '|', '/', '(', ')', '،', ',', ':', 'ـ']);
    pieces.map(str::trim).find(|piece| !piece.is_empty() && what(piece) == Piece::Name).map(str::to_owned)
}

/// What a piece of a dateline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Known,
    Name,
    Word,
    Other,
}

fn what(piece: &str) -> Piece {
    let tokens = crate::page::dates::tokens::tokens(piece, 0, piece.len());
    let words = words_of(&tokens);
    let known = LEXICON.place.is(&words) || LEXICON.agency.within(&words);
    match words.len() {
        0 => Piece::Other,
        _ if known => Piece::Known,
        _ if words.contains(&"#") || words.iter().all(|word| is_clock_word(word)) => Piece::Other,
        1 => Piece::Word,
        2..=6 => Piece::Name,
        _ => Piece::Other,
    }
}

/// Reads `Name – agency – place:`, `LONDON (Reuters) -`, `outlet – (Name)`: the inner option is the name.
///
/// A place or an agency must be among the pieces, or a name in parentheses at the end: two names with a dash between are
/// a heading.
pub(super) fn dateline(text: &str, tokens: &[Token], words: &[&str]) -> Option<Option<String>> {
    let ends = text.ends_with([':', '-', '–', '—', ')']);
    if !(2..=11).contains(&words.len()) || text.contains(['"', '“', '«', '؟', '?', '!', '…']) || text.contains("..")
    {
        return None;
    }
    if tokens.iter().all(|token| !is_separator(token)) {
        return None;
    }
    let mut pieces = Vec::new();
    for piece in text.split(['-', '–', '—', '|', '/', '(', ')', '،', ',', ':', 'ـ']).map(str::trim) {
        if !piece.is_empty() && piece != "." {
            pieces.push((piece, what(piece)));
        }
    }
    let count = |kind: Piece| pieces.iter().filter(|(_, piece)| *piece == kind).count();
    let longest = pieces.iter().map(|(piece, _)| piece.split_whitespace().count()).max()?;
    let known = count(Piece::Known);
    let plain = pieces.len() >= 2 || ends;
    let sound = plain && known >= 1 && count(Piece::Other) == 0 && count(Piece::Word) <= 1 && count(Piece::Name) <= 2;
    let in_parentheses = text.split_once('(').map(|(_, rest)| rest.trim_end_matches([')', ' ', ':']));
    if !sound || longest > 4 {
        return None;
    }
    let named = in_parentheses.filter(|inner| what(inner) == Piece::Name);
    let name = named.or_else(|| pieces.iter().find(|(_, piece)| *piece == Piece::Name).map(|(piece, _)| *piece));
    Some(name.map(str::to_owned))
}

fn is_separator(token: &Token) -> bool {
    match &token.kind {
        Kind::Mark(mark) => matches!(mark, '-' | '–' | '—' | '|' | '/' | '(' | '،' | ',' | ':'),
        Kind::Word(word, _) => word.is_empty(),
        Kind::Number(..) => false,
    }
}

/// The name in a dateline that begins a paragraph (`أحمد علي – سبق – جدة: سقطت …`).
pub(super) fn leading_name(paragraph: &str) -> Option<String> {
    let head = &paragraph[..crate::page::dates::tokens::floor_boundary(paragraph, 120)];
    let (head, _) = head.split_once(':')?;
    if head.contains(['.', '"', '«', '“', '(']) {
        return None;
    }
    let tokens = crate::page::dates::tokens::tokens(head, 0, head.len());
    dateline(head, &tokens, &words_of(&tokens)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::dates::tokens::tokens;

    fn line<T>(text: &str, read: impl Fn(&str, &[Token], &[&str]) -> T) -> T {
        let tokens = tokens(text, 0, text.len());
        read(text, &tokens, &words_of(&tokens))
    }

    fn date(text: &str) -> Option<Dated> {
        line(text, |text, tokens, words| dated(text, tokens, words, false))
    }

    #[test]
    fn labelled_dates_are_read() {
        let both = date("نشر في: 31 مارس 2018 - 10:49 آخر تحديث: 1 أبريل 2018").unwrap();
        assert_eq!(both.published.unwrap().edtf, "2018-03-31T10:49:00");
        assert_eq!(both.modified.unwrap().edtf, "2018-04-01");
        assert_eq!(
            date("Last updated: 3 March 2018 14:05 GMT").unwrap().modified.unwrap().edtf,
            "2018-03-03T14:05:00Z"
        );
        assert_eq!(date("نُشر: الأحد 18 شباط 2018 - 21:09").unwrap().published.unwrap().edtf, "2018-02-18T21:09:00");
        let named = date("Published 3 March 2018 by Jane Doe").unwrap();
        assert_eq!((named.published.unwrap().edtf.as_str(), named.byline.as_deref()), ("2018-03-03", Some("Jane Doe")));
    }

    #[test]
    fn empty_labels_state_nothing() {
        assert_eq!(date("نشر في: آخر تحديث:"), Some(Dated::default()));
        assert_eq!(date("Published: 10:49"), Some(Dated::default()));
        assert_eq!(date("نشر الجيش قواته في المدينة"), None);
        assert_eq!(date("10:49"), None);
    }

    #[test]
    fn a_bare_date_has_no_label() {
        assert_eq!(date("الأحد 18 شباط 2018 - 21:09").unwrap().bare.unwrap().edtf, "2018-02-18T21:09:00");
    }

    #[test]
    fn bylines_give_the_name_alone() {
        let by = |text: &str| line(text, |text, tokens, words| byline(text, tokens, words, false));
        for (text, name) in [
            ("كتب: أحمد علي", Some("أحمد علي")),
            ("بقلم سامي حسن", Some("سامي حسن")),
            ("By Jane Doe", Some("Jane Doe")),
            ("By Jane Doe and John Roe, BBC News", Some("Jane Doe and John Roe")),
            ("إعداد: سامر أحمد – وكالات", Some("سامر أحمد")),
        ] {
            assert_eq!(by(text), Some(name.map(str::to_owned)), "{text}");
        }
        for text in ["By the end of the day", "By 2018 it was over", "كتب: \"لن نعود إلى هناك\"", "كتب الوزير رسالة"]
        {
            assert_eq!(by(text), None, "{text}");
        }
    }

    #[test]
    fn datelines_need_a_place_or_an_agency() {
        let read = |text: &str| line(text, dateline);
        for (text, name) in [
            ("بلدي نيوز – (أحمد عبد الحق)", Some("أحمد عبد الحق")),
            ("عوض الفهمي- سبق- أضم:", Some("عوض الفهمي")),
            ("الرياضي ـ جدة", None),
            ("LONDON (Reuters) -", None),
            ("دبي، الإمارات العربية المتحدة (CNN) --", None),
            ("طلال عبدالله ـ جدة", Some("طلال عبدالله")),
        ] {
            assert_eq!(read(text), Some(name.map(str::to_owned)), "{text}");
        }
        for text in [
            "العروبة × الفيصلي",
            "مفاوضات لإخراج المقاتلين.. والجيش ينفي",
            "توعد",
            "الأهلي - الشباب",
            "سوريا - مقتل خمسة مدنيين في قصف",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
