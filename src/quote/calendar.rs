//! Months and days of the week as words, in the calendars and the tongues of the Arabic press and in English.

use std::ops::Range;

use super::fold::Folded;
use super::numbers::is_digits;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Month,
    Weekday,
}

/// A month or a day that words name; equal where they name the same one.
#[derive(Debug, Clone, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) number: u8,
    pub(super) words: String,
}

impl PartialEq for Found {
    fn eq(&self, other: &Found) -> bool {
        (self.kind, self.number) == (other.kind, other.number)
    }
}

/// Lists the months and days of the week that some words of a text name.
pub(super) fn in_words(folded: &Folded, range: Range<usize>) -> Vec<Found> {
    range.filter_map(|at| named(folded, at)).collect()
}

/// What word `at` names.
pub(super) fn named(folded: &Folded, at: usize) -> Option<Found> {
    let word = folded.word(at);
    let neighbour = |at: Option<usize>| at.filter(|&at| at < folded.len()).map(|at| folded.word(at));
    let (before, after) = (neighbour(at.checked_sub(1)), neighbour(Some(at + 1)));
    // `كانون` and `تشرين` are two months each.
    if matches!(word, "كانون" | "تشرين") {
        let second = matches!(after, Some("الثاني" | "ثاني" | "الثانيه" | "2"));
        let number = match (word, second) {
            ("كانون", true) => 1,
            ("كانون", false) => 12,
            (_, false) => 10,
            (_, true) => 11,
        };
        let words = format!("{word} {}", after.unwrap_or_default());
        return Some(Found { kind: Kind::Month, number, words });
    }
    let found = |kind, number| Some(Found { kind, number, words: word.to_owned() });
    let beside_digits = before.is_some_and(is_digits) || after.is_some_and(is_digits);
    let bare = word.strip_prefix('و').filter(|bare| bare.starts_with("ال")).unwrap_or(word);
    if let Some(day) = weekday(bare) {
        return found(Kind::Weekday, day);
    }
    // These are other words too.
    if matches!(word, "may" | "march" | "اب" | "ماي" | "صفر" | "اوت") && !beside_digits {
        return None;
    }
    month(word).and_then(|number| found(Kind::Month, number))
}

/// Whether the word after `at` completes the name of a month: `الثاني` is no count in `كانون الثاني`.
pub(super) fn completes_month(folded: &Folded, at: usize) -> bool {
    at > 0 && matches!(folded.word(at - 1), "كانون" | "تشرين")
}

fn weekday(word: &str) -> Option<u8> {
    Some(match word {
        "الاحد" | "sunday" => 1,
        "الاثنين" | "الاتنين" | "monday" => 2,
        "الثلاثاء" | "الثلاثا" | "tuesday" => 3,
        "الاربعاء" | "الاربعا" | "wednesday" => 4,
        "الخميس" | "thursday" => 5,
        "الجمعه" | "friday" => 6,
        "السبت" | "saturday" => 7,
        _ => return None,
    })
}

/// Months of the Gregorian year are 1 to 12, those of the Islamic year follow.
fn month(word: &str) -> Option<u8> {
    Some(match word {
        "يناير" | "جانفي" | "january" => 1,
        "فبراير" | "شباط" | "فيفري" | "february" => 2,
        "مارس" | "اذار" | "march" => 3,
        "ابريل" | "نيسان" | "افريل" | "april" => 4,
        "مايو" | "ايار" | "ماي" | "may" => 5,
        "يونيو" | "حزيران" | "جوان" | "june" => 6,
        "يوليو" | "تموز" | "جويليه" | "july" => 7,
        "اغسطس" | "اب" | "اوت" | "august" => 8,
        "سبتمبر" | "ايلول" | "september" => 9,
        "اكتوبر" | "october" => 10,
        "نوفمبر" | "november" => 11,
        "ديسمبر" | "december" => 12,
        "محرم" => 13,
        "صفر" => 14,
        "شعبان" => 20,
        "رمضان" => 21,
        "شوال" => 22,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn numbers(text: &str) -> Vec<u8> {
        let folded = fold(text);
        in_words(&folded, 0..folded.len()).iter().map(|found| found.number).collect()
    }

    #[test]
    fn months_of_two_calendars_are_one() {
        assert_eq!(numbers("في 3 كانون الثاني/يناير"), [1, 1]);
        assert_eq!(numbers("كانون الأول، تشرين الأول وتشرين الثاني"), [12, 10]);
        assert_eq!(numbers("14 آب، أب العائلة"), [8]);
        assert_eq!(numbers("it may march on 3 May"), [5]);
    }

    #[test]
    fn days_are_known() {
        assert_eq!(numbers("الأحد والاثنين، الثلاثاء والأربعاء وFriday"), [1, 2, 3, 4]);
    }
}
