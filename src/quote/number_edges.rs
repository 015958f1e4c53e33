//! Numbers of which the words found hold a part only: `500` of `1,500`, `5` of `5%` or `-5`, `million` of `5 million`, `3` of `3-1`.

use super::altered::{Change, ChangeKind};
use super::edges::{Beside, Edge, EdgeSide};
use super::fold::{Folded, fold};
use super::numbers;
use super::respelling::{Unit, has_minus};

/// Lists the numbers that go on beyond the words found, one a side; `asked` are the words asked for with the marks around
/// them, which may name the sign.
pub(super) fn number_edges(asked: &str, before: &str, (inside, middle): (&str, &Folded), after: &str) -> Vec<Edge> {
    let last = middle.len() - 1;
    let lead = format!("{before}{}", &inside[..middle.span(0).start]);
    let rest = format!("{}{after}", &inside[middle.span(last).end..]);
    // As printed, a number may be several words: `0.35`.
    let bare = &inside[middle.span(0).start..middle.span(last).end];
    let first = bare.split(char::is_whitespace).next().unwrap_or_default();
    let end = bare.rsplit(char::is_whitespace).next().unwrap_or_default();
    let (before, after) =
        (number_before(asked, &lead, (middle.word(0), first)), number_after(asked, (middle.word(last), end), &rest));
    [before, after].into_iter().flatten().collect()
}

fn edge(side: EdgeSide, words: String, decides: bool) -> Option<Edge> {
    Some(Edge { kind: ChangeKind::Number, side, words, decides, unsaid: false })
}

/// The number that ends with the first of the words, which is `printed`.
fn number_before(asked: &str, before: &str, (word, printed): (&str, &str)) -> Option<Edge> {
    let beside = Beside::new(before);
    if let Some(last) = beside.folded.len().checked_sub(1) {
        let between = &before[beside.folded.span(last).end..];
        if let Some(decides) = runs_on((beside.folded.word(last), word), between) {
            return edge(EdgeSide::Before, beside.printed(last, last).to_owned() + between + printed, decides);
        }
    }
    if !numbers::is_digits(word) {
        return None;
    }
    let sign = before.trim_end().chars().next_back()?;
    let whole = before[before.trim_end().len() - sign.len_utf8()..].to_owned() + printed;
    if has_minus(before) && !any_asked(asked, word, |before, _| has_minus(before)) {
        // At the beginning of a line it may be the dash of a list.
        return edge(EdgeSide::Before, whole, !before.trim_end_matches(sign).trim().is_empty());
    }
    let currency = Unit::beside(before, "").currency?;
    currency_not_asked(asked, word, currency).and_then(|other| edge(EdgeSide::Before, whole, other))
}

/// The number that begins with the last of the words.
fn number_after(asked: &str, (word, printed): (&str, &str), after: &str) -> Option<Edge> {
    let beside = Beside::new(after);
    if !beside.folded.is_empty() {
        let between = &after[..beside.folded.span(0).start];
        if let Some(decides) = runs_on((word, beside.folded.word(0)), between) {
            return edge(EdgeSide::After, format!("{printed}{between}{}", beside.printed(0, 0)), decides);
        }
    }
    if !numbers::is_digits(word) {
        return None;
    }
    if let Some(end) = percent(after).filter(|_| !any_asked(asked, word, |_, after| percent(after).is_some())) {
        return edge(EdgeSide::After, format!("{printed}{}", &after[..end]), true);
    }
    let currency = Unit::beside("", after).currency?;
    let end = after.find(currency).map_or(0, |at| at + currency.len_utf8());
    let other = currency_not_asked(asked, word, currency)?;
    edge(EdgeSide::After, format!("{printed}{}", &after[..end]), other)
}

/// Where the words end with a percentage and the text has the bare number there; edges tell of the contrary.
pub(super) fn percentage_lost(asked: (&Folded, &str), inside: &str, after: &str) -> Option<Change> {
    let last = asked.0.len().checked_sub(1).filter(|&last| numbers::is_digits(asked.0.word(last)))?;
    let span = asked.0.span(last);
    let end = percent(&asked.1[span.end..])?;
    percent(after).is_none().then(|| Change {
        kind: ChangeKind::Number,
        from: asked.1[span.start..span.end + end].to_owned(),
        to: inside[inside.rfind(char::is_whitespace).map_or(0, |at| at + 1)..].to_owned(),
    })
}

/// Whether the number stands among the words asked for with such a text before and after it.
fn any_asked(asked: &str, number: &str, holds: impl Fn(&str, &str) -> bool) -> bool {
    let folded = fold(asked);
    (0..folded.len()).filter(|&at| folded.word(at) == number).any(|at| {
        let span = folded.span(at);
        holds(&asked[..span.start], &asked[span.end..])
    })
}

/// Whether another currency was asked for; `None` where this one was. One that is not named may be any.
fn currency_not_asked(asked: &str, number: &str, currency: char) -> Option<bool> {
    let names = |which: fn(char, char) -> bool| {
        any_asked(asked, number, |before, after| {
            Unit::beside(before, after).currency.is_some_and(|c| which(c, currency))
        })
    };
    (!names(|one, other| one == other)).then(|| names(|one, other| one != other))
}

/// Where the words end that begin a text and make a percentage of the number before it: `%`, `percent`, `في المئة`.
fn percent(after: &str) -> Option<usize> {
    if Unit::beside("", after).percent {
        let sign = after.trim_start();
        return sign.chars().next().map(|sign_char| after.len() - sign.len() + sign_char.len_utf8());
    }
    let folded = fold(after.get(..after.char_indices().nth(24).map_or(after.len(), |(at, _)| at))?);
    let word = |at: usize| if at < folded.len() { folded.word(at) } else { "" };
    let last = match (word(0), word(1)) {
        ("percent" | "pct" | "بالميه" | "بالمايه", _) => 0,
        ("per", "cent") | ("في", "الميه" | "المايه") => 1,
        _ => return None,
    };
    after[..folded.span(0).start].chars().all(|c| matches!(c, ' ' | '-' | '\n')).then(|| folded.span(last).end)
}

/// Whether two neighbouring words are parts of one number, and if so, whether that makes another statement.
fn runs_on((one, other): (&str, &str), between: &str) -> Option<bool> {
    if numbers::is_digits(one) && numbers::is_digits(other) {
        return match between {
            // 1,500 and 2.5; a space parts thousands only by threes, which years and counts beside each other may be too.
            "," | "." | "٫" | "٬" | "،" => Some(true),
            // A score, an hour, a day of a month. Of years one alone is what it is.
            "-" | "–" | "\u{2011}" | ":" | "/" => Some(one.len() < 4 && other.len() < 4),
            _ => None,
        };
    }
    if !matches!(between, " " | "-" | "\u{2011}") {
        return None;
    }
    let both = numbers::value(one).zip(numbers::value(other));
    both.and_then(|(a, b)| numbers::pair((one, a), (other, b))).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::edges::edges;

    /// The number that goes on beyond `words` in `text`, and whether it decides.
    fn goes_on(text: &str, asked: &str, words: &str) -> Option<(String, bool)> {
        let at = text.find(words).unwrap();
        let mut found = edges(asked, &text[..at], words, &text[at + words.len()..]);
        assert!(found.len() < 2, "{found:?}");
        found.pop().map(|edge| (edge.words, edge.decides))
    }

    #[test]
    fn a_part_of_a_number_is_no_number() {
        for (text, words, whole) in [
            ("قتل 1,500 مدني في القصف", "500 مدني في القصف", "1,500"),
            ("a rise of 2.5 pct in the year", "5 pct in the year", "2.5"),
            ("نزوح 5 ملايين لاجئ سوري", "ملايين لاجئ سوري", "5 ملايين"),
            ("and twenty-five people were killed", "five people were killed", "twenty-five"),
            ("the plan would cost 5 million dollars", "the plan would cost 5", "5 million"),
            ("وقال إن السعر ارتفع 5% هذا العام", "ارتفع 5", "5%"),
            ("وقال إن السعر ارتفع ٥ ٪ هذا العام", "السعر ارتفع ٥", "٥ ٪"),
            ("وقال إن السعر ارتفع 5 في المئة هذا العام", "السعر ارتفع 5", "5 في المئة"),
            ("وقال إن السعر ارتفع 5 بالمئة هذا العام", "السعر ارتفع 5", "5 بالمئة"),
            ("the price rose 5 per cent in the year", "the price rose 5", "5 per cent"),
            ("it fell to -5 degrees at night", "5 degrees at night", "-5"),
            ("they won 3-1 in the city", "they won 3", "3-1"),
            ("they met at 10:30 in the city", "they met at 10", "10:30"),
        ] {
            assert_eq!(goes_on(text, words, words), Some((whole.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn what_may_be_the_same_number_is_shown() {
        for (text, words, whole) in [
            ("it cost $50 at the fair", "50 at the fair", "$50"),
            ("it cost 50 € at the fair", "it cost 50", "50 €"),
            ("he ruled from 2011-2018 in the city", "he ruled from 2011", "2011-2018"),
            ("-5 people came to the fair", "5 people came", "-5"),
        ] {
            assert_eq!(goes_on(text, words, words), Some((whole.to_owned(), false)), "{text}");
        }
        let other = goes_on("it cost $50 at the fair", "€50 at the fair", "50 at the fair");
        assert_eq!(other, Some(("$50".to_owned(), true)), "another currency was asked for");
    }

    #[test]
    fn a_number_that_ends_there_is_whole() {
        for (text, words) in [
            ("في عام 2015 500 مدني قتلوا", "500 مدني قتلوا"),
            ("in 1987, 500 people were killed", "500 people were killed"),
            ("قتل 5، وجرح 7 في القصف", "قتل 5"),
            ("It rose 5 - 3 more than before", "It rose 5"),
            ("the number 5 perhaps", "the number 5"),
        ] {
            assert_eq!(goes_on(text, words, words), None, "{text}");
        }
        for (text, asked, words) in [
            ("the price rose 5% in the year", "the price rose 5%", "the price rose 5"),
            ("the price rose 5 percent in the year", "the price rose 5%.", "the price rose 5"),
            ("it fell to -5 degrees at night", "-5 degrees at night", "5 degrees at night"),
            ("it cost $50 at the fair", "$50 at the fair", "50 at the fair"),
        ] {
            assert_eq!(goes_on(text, asked, words), None, "{text}");
        }
    }

    #[test]
    fn a_percentage_asked_for_is_no_bare_number() {
        let lost = |asked: &str, inside: &str, after: &str| {
            percentage_lost((&fold(asked), asked), inside, after).map(|change| change.to_string())
        };
        let said = "number changed: 5% became 5";
        assert_eq!(lost("the price rose 5%", "the price rose 5", " in the year").as_deref(), Some(said));
        assert_eq!(lost("the price rose 5%", "the price rose 5", " percent in the year"), None);
        assert_eq!(lost("the price rose 5", "the price rose 5", " in the year"), None);
    }
}
