//! Captures that show a page without its article, or a part of it: what such a capture lacks may have stood there.
//!
//! A wall for cookies, for payment or against robots answers under the address of the article; so does an error. What a
//! later capture has beyond it was not added later, as far as anybody can tell.

use super::near::Body;

/// Shared runs of five words from which a text is an earlier form of another one.
const SHARED: usize = 3;
/// A call to subscribe has at most so many words.
const CALL: usize = 25;

/// Words with which a text ends where the rest is for subscribers, folded.
const CALLS: [&str; 16] = [
    "subscribe",
    "subscribers",
    "subscription",
    "sign in",
    "log in",
    "register",
    "continue reading",
    "read the rest",
    "read the full",
    "read more",
    "اشترك",
    "للمشتركين",
    "تسجيل الدخول",
    "سجل الدخول",
    "لقراءه المزيد",
    "لمتابعه القراءه",
];

/// What an earlier text of a page, without its title, can say of a passage that a later one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// It is a form of the same article: what it lacks was not there.
    Version,
    /// It breaks off, and may have had the passage further on.
    BreaksOff,
    /// It shares nothing with the later one: a wall, an error, another article.
    Another,
}

/// Compares an earlier text with a later one, both as the paragraphs of their bodies.
pub fn earlier(before: &[&str], after: &[&str]) -> Earlier {
    let Some(last) = before.last() else { return Earlier::Another };
    let cut = |whole: &&&str| whole.len() > last.len() && whole.starts_with(last);
    let sentence_ends = last.ends_with(['.', '!', '?', '؟', '…', '»', '"', '”', '۔', '。']);
    let folded = super::fold(last);
    let words = format!(" {} ", folded.words().collect::<Vec<&str>>().join(" "));
    let calls = folded.len() <= CALL && CALLS.iter().any(|call| words.contains(&format!(" {call} ")));
    if Body::of(&before.join("\n")).shared_runs(&Body::of(&after.join("\n"))) < SHARED
        && !before.iter().any(|paragraph| after.contains(paragraph))
    {
        return Earlier::Another;
    }
    if (!sentence_ends && after.iter().any(|whole| cut(&whole))) || (calls && !after.contains(last)) {
        Earlier::BreaksOff
    } else {
        Earlier::Version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "The council met on Monday to discuss the works at the bridge over the river.";
    const SECOND: &str = "She said that it will never be rebuilt by this administration, on a day.";

    #[test]
    fn what_a_form_of_the_article_lacks_was_not_there() {
        assert_eq!(earlier(&[FIRST], &[FIRST, SECOND]), Earlier::Version);
        let corrected = FIRST.replace("Monday", "Tuesday");
        assert_eq!(earlier(&[&corrected], &[FIRST, SECOND]), Earlier::Version);
        assert_eq!(earlier(&["عاجل"], &["عاجل", SECOND]), Earlier::Version, "a paragraph of one word");
    }

    #[test]
    fn a_wall_or_an_error_says_nothing() {
        for wall in ["Access denied. Please enable JavaScript to go on.", "404 Not Found", "الصفحة غير موجودة"]
        {
            assert_eq!(earlier(&[wall], &[FIRST, SECOND]), Earlier::Another, "{wall}");
        }
        assert_eq!(earlier(&[], &[FIRST]), Earlier::Another);
    }

    #[test]
    fn a_text_may_break_off() {
        assert_eq!(earlier(&[FIRST, &SECOND[..30]], &[FIRST, SECOND]), Earlier::BreaksOff);
        let call = "Subscribe to read the rest of this article.";
        assert_eq!(earlier(&[FIRST, call], &[FIRST, SECOND]), Earlier::BreaksOff);
        assert_eq!(earlier(&[FIRST, "لقراءة المزيد سجّل الدخول"], &[FIRST, SECOND]), Earlier::BreaksOff);
        assert_eq!(earlier(&[FIRST, call], &[FIRST, SECOND, call]), Earlier::Version, "it stands under every version");
    }
}
