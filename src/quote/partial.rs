//! Captures that show a page without its article, or a part of it: what such a capture lacks may have stood there.
//!
//! A wall for cookies, for payment or against robots answers under the address of the article; so does an error. What a
//! later capture has beyond it was not added later, as far as anybody can tell.

use super::fold::{Folded, fold};
use super::near::Body;

/// Shared runs of five words from which a text is an earlier form of another one.
const SHARED: usize = 3;
/// A call to subscribe has at most so many words.
const CALL: usize = 25;
/// A wall or an error has at most so many.
const WALL: usize = 120;

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

/// Words of walls and errors, folded.
const WALLS: [&str; 33] = [
    "javascript",
    "cookies",
    "ad blocker",
    "adblock",
    "adblocker",
    "accept all",
    "access denied",
    "captcha",
    "a robot",
    "you are human",
    "checking your browser",
    "404",
    "403",
    "page not found",
    "could not be found",
    "cannot be found",
    "no longer available",
    "forbidden",
    "server error",
    "bad gateway",
    "service unavailable",
    "temporarily unavailable",
    "gateway timeout",
    "too many requests",
    "to continue",
    "جافا سكريبت",
    "ملفات تعريف الارتباط",
    "الكوكيز",
    "الصفحه غير موجوده",
    "الصفحه المطلوبه",
    "تم رفض الوصول",
    "روبوت",
    "خطا في الخادم",
];

/// What an earlier text of a page can say of a passage that a later one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// It is a form of the same article: what it lacks was not there.
    Version,
    /// It shares nothing with the later one, and is nothing known: what it lacks was not there, if it is an article.
    Unlike,
    /// It breaks off, and may have had the passage further on.
    BreaksOff,
    /// It is a wall or an error.
    Wall,
}

impl Earlier {
    /// Whether what the text lacks was not there.
    pub fn tells(self) -> bool {
        matches!(self, Earlier::Version | Earlier::Unlike)
    }
}

/// Compares an earlier text, its titles and paragraphs, with the paragraphs of a later one.
pub fn earlier((title, before): (&[&str], &[&str]), after: &[&str]) -> Earlier {
    let shares = || {
        before.iter().any(|paragraph| after.contains(paragraph))
            || Body::of(&before.join("\n")).shared_runs(&Body::of(&after.join("\n"))) >= SHARED
    };
    let Some(last) = before.last().filter(|_| shares()) else {
        let whole = fold(&[title, before].concat().join("\n"));
        return if whole.len() <= WALL && holds(&whole, &WALLS) { Earlier::Wall } else { Earlier::Unlike };
    };
    let goes_on = after.iter().any(|whole| whole.len() > last.len() && whole.starts_with(last));
    let ends = last.ends_with(['.', '!', '?', '؟', '…', '»', '"', '”', '۔', '。']);
    let folded = fold(last);
    let calls = folded.len() <= CALL && holds(&folded, &CALLS) && !after.contains(last);
    if (goes_on && !ends) || calls { Earlier::BreaksOff } else { Earlier::Version }
}

/// Whether one of these phrases stands in a text, both folded.
fn holds(text: &Folded, phrases: &[&str]) -> bool {
    let words = format!(" {} ", text.words().collect::<Vec<&str>>().join(" "));
    phrases.iter().any(|phrase| words.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "The council met on Monday to discuss the works at the bridge over the river.";
    const SECOND: &str = "She said that it will never be rebuilt by this administration, on a day.";

    fn compare(before: &[&str], after: &[&str]) -> Earlier {
        earlier((&["A title"], before), after)
    }

    #[test]
    fn what_a_form_of_the_article_lacks_was_not_there() {
        assert_eq!(compare(&[FIRST], &[FIRST, SECOND]), Earlier::Version);
        let corrected = FIRST.replace("Monday", "Tuesday");
        assert_eq!(compare(&[&corrected], &[FIRST, SECOND]), Earlier::Version);
        assert_eq!(compare(&["عاجل"], &["عاجل", SECOND]), Earlier::Version, "a paragraph of one word");
        let other = "Nobody would say afterwards what had been decided about the lighthouse.";
        assert_eq!(compare(&[other], &[FIRST, SECOND]), Earlier::Unlike);
        assert!(Earlier::Unlike.tells());
    }

    #[test]
    fn a_wall_or_an_error_says_nothing() {
        for wall in ["Access denied. Please enable JavaScript to go on.", "404 Not Found", "الصفحة غير موجودة"]
        {
            assert_eq!(compare(&[wall], &[FIRST, SECOND]), Earlier::Wall, "{wall}");
        }
        assert_eq!(earlier((&["404"], &["Go to the front page."]), &[FIRST]), Earlier::Wall);
        assert_eq!(compare(&[], &[FIRST]), Earlier::Unlike);
    }

    #[test]
    fn a_text_may_break_off() {
        assert_eq!(compare(&[FIRST, &SECOND[..30]], &[FIRST, SECOND]), Earlier::BreaksOff);
        let call = "Subscribe to read the rest of this article.";
        assert_eq!(compare(&[FIRST, call], &[FIRST, SECOND]), Earlier::BreaksOff);
        assert_eq!(compare(&[FIRST, "لقراءة المزيد سجّل الدخول"], &[FIRST, SECOND]), Earlier::BreaksOff);
        assert_eq!(compare(&[FIRST, call], &[FIRST, SECOND, call]), Earlier::Version, "it stands under every version");
    }
}
