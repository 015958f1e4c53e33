//! What a single word adds to a number, and what is counted after one: closed lists, of which none is ever aligned by.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::fold::fold;
use super::numbers;

/// What a word adds to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// So many; a hundred or a thousand may have a count before it.
    Of(u64),
    /// Several times so many: dozens, hundreds.
    Several(u64),
    /// So many of so many parts.
    Part(u64, u64),
    /// Nothing: it joins the words of one number.
    And,
}

/// A number word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numeral {
    pub(super) sense: Sense,
    pub(super) tongue: Tongue,
    /// Whether `and` is written as one with it.
    pub(super) joined: bool,
    /// Whether it is something else too, and counts only beside another number word.
    pub(super) weak: bool,
}

/// Whose words they are; numbers are not put together from two tongues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Arabic,
    English,
    French,
    German,
    Spanish,
    Turkish,
    Russian,
    Persian,
    Hebrew,
    Greek,
}

impl Tongue {
    fn named(code: &str) -> Option<Tongue> {
        Some(match code {
            "ar" => Tongue::Arabic,
            "en" => Tongue::English,
            "fr" => Tongue::French,
            "de" => Tongue::German,
            "es" => Tongue::Spanish,
            "tr" => Tongue::Turkish,
            "ru" => Tongue::Russian,
            "fa" => Tongue::Persian,
            "he" => Tongue::Hebrew,
            "el" => Tongue::Greek,
            _ => return None,
        })
    }

    /// Whether words of both make one number: `six` and `million` are of several tongues.
    pub(super) fn goes_with(self, other: Tongue) -> bool {
        let shares = |tongue| matches!(tongue, Tongue::French | Tongue::German | Tongue::Spanish);
        self == other
            || self == Tongue::English && shares(other)
            || other == Tongue::English && shares(self)
            || matches!((self, other), (Tongue::Arabic, Tongue::Persian) | (Tongue::Persian, Tongue::Arabic))
    }
}

/// Returns what a folded word adds to a number; digits are none.
pub(super) fn numeral(word: &str) -> Option<Numeral> {
    if let Some(known) = known(word) {
        return Some(known);
    }
    let joined = |rest: &str| known(rest).map(|known| Numeral { joined: true, ..known });
    match word.chars().next()? {
        'و' => {
            let rest = &word['و'.len_utf8()..];
            joined(rest).or_else(|| joined(rest.strip_prefix("ال")?))
        }
        'ו' => joined(&word['ו'.len_utf8()..]),
        'ا' => known(word.strip_prefix("ال")?),
        _ => fused(word),
    }
}

/// German writes the unit first, all in one word: `fünfundzwanzig`.
fn fused(word: &str) -> Option<Numeral> {
    let (unit, tens) = word.split_once("und")?;
    let unit = if unit == "ein" { 1 } else { of(unit).filter(|unit| *unit < 10)? };
    let tens = of(tens).filter(|tens| (20..100).contains(tens))?;
    Some(Numeral { sense: Sense::Of(unit + tens), tongue: Tongue::German, joined: false, weak: false })
}

fn of(word: &str) -> Option<u64> {
    match known(word)?.sense {
        Sense::Of(number) => Some(number),
        _ => None,
    }
}

fn known(word: &str) -> Option<Numeral> {
    if let Some(known) = table().numerals.get(word) {
        return Some(*known);
    }
    let aligned = !word.starts_with('و') && !numbers::is_digits(word);
    let number = numbers::value(word).filter(|_| aligned).or_else(|| numbers::ordinal(word))?;
    let tongue = if word.is_ascii() { Tongue::English } else { Tongue::Arabic };
    let joined = word.starts_with('و');
    Some(Numeral { sense: Sense::Of(number), tongue, joined, weak: false })
}

/// What is counted: two counts of one thing may be the same in two units, two counts of two things never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) of: &'static str,
    pub(super) holds: u64,
}

impl Unit {
    pub(super) const PERCENT: Unit = Unit { of: "percent", holds: 1 };

    /// What a folded word names.
    pub(super) fn named(word: &str) -> Option<Unit> {
        table().units.get(word).copied()
    }

    /// What a sign beside digits names.
    pub(super) fn sign(sign: char) -> Option<Unit> {
        let of = match sign {
            '%' | '٪' | '％' => "percent",
            '$' | '＄' => "dollar",
            '€' => "euro",
            '£' | '₺' | '₤' => "pound",
            '₽' => "rouble",
            '₪' => "shekel",
            '₹' => "rupee",
            _ => return None,
        };
        Some(Unit { of, holds: 1 })
    }
}

struct Table {
    numerals: HashMap<String, Numeral>,
    units: HashMap<String, Unit>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table {
        numerals: lines(include_str!("numerals.txt")).flat_map(numerals).collect(),
        units: lines(include_str!("units.txt")).flat_map(units).collect(),
    })
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn folded(word: &str) -> String {
    fold(word).words().collect()
}

fn numerals(line: &'static str) -> Vec<(String, Numeral)> {
    let mut fields = line.split(' ');
    let Some((tongue, sense)) = fields.next().and_then(Tongue::named).zip(fields.next().and_then(sense)) else {
        return Vec::new();
    };
    let numeral = |word: &str| Numeral { sense, tongue, joined: false, weak: word.starts_with('?') };
    fields.map(|word| (folded(word), numeral(word))).collect()
}

fn sense(said: &str) -> Option<Sense> {
    Some(match said.split_once('/') {
        Some(("", parts)) => Sense::Part(1, parts.parse().ok()?),
        Some((some, parts)) => Sense::Part(some.parse().ok()?, parts.parse().ok()?),
        None if said == "&" => Sense::And,
        None => match said.strip_prefix('~') {
            Some(several) => Sense::Several(several.parse().ok()?),
            None => Sense::Of(said.parse().ok()?),
        },
    })
}

fn units(line: &'static str) -> Vec<(String, Unit)> {
    let mut fields = line.split(' ');
    let Some((of, holds)) = fields.next().zip(fields.next().and_then(|holds| holds.parse().ok())) else {
        return Vec::new();
    };
    fields.map(|word| (folded(word), Unit { of, holds })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_read() {
        let mut seen = std::collections::HashSet::new();
        for line in lines(include_str!("numerals.txt")) {
            let words = numerals(line);
            assert!(!words.is_empty() && words.into_iter().all(|(word, _)| seen.insert(word)), "{line}");
        }
        for line in lines(include_str!("units.txt")) {
            assert!(!units(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn words_of_many_tongues_are_known() {
        for (word, number) in [
            ("والعشرين", 20),
            ("اثني", 2),
            ("fünfundzwanzig", 25),
            ("ושלושה", 3),
            ("δώδεκα", 12),
            ("الثامنة", 8),
            ("هزار", 1000),
        ] {
            let word = fold(word).words().next().unwrap_or_default().to_owned();
            assert_eq!(numeral(&word).map(|known| known.sense), Some(Sense::Of(number)), "{word}");
        }
        assert!(numeral("village").is_none() && numeral("25").is_none());
    }
}
