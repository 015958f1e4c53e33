//! Whole numbers as words say them: digits in groups, spelled compounds, digits before a scale, with what is counted.
//!
//! Only for telling that a number changed: `1,250`, `1250` and `ألف ومئتان وخمسون` are one value, `5` and `5 آلاف` two.
//! Where the words can be read in two ways, either may be meant.

use std::ops::Range;

use super::calendar;
use super::duals::is_dual;
use super::fold::Folded;
use super::numbers::is_digits;
use super::numerals::{Numeral, Sense, Tongue, Unit, numeral};
use super::sum::Sum;
use super::unspaced;

/// A number is kept in millionths.
pub(super) const ONE: u128 = 1_000_000;

/// A number as some words say it.
#[derive(Debug, Clone)]
pub(super) struct Amount {
    /// The words that say it.
    pub(super) at: Range<usize>,
    pub(super) number: Number,
    /// What else the same words may say: 1.250 in two countries.
    also: Option<u128>,
    unit: Option<Unit>,
    /// The word that names the unit ends there.
    unit_end: usize,
    /// Whether it may be a percentage though no sign says so.
    maybe_percent: bool,
}

/// What can be counted, put in a row, or estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Of(u128),
    /// A part of one.
    Part(u128),
    /// Several times so many.
    About(u128),
}

impl Amount {
    /// Whether both may say the same.
    pub(super) fn agrees(&self, other: &Amount) -> bool {
        let readings = |amount: &Amount| [Some(amount.number), amount.also.map(Number::Of)];
        let theirs = readings(other);
        let agree = |one: Number| theirs.iter().flatten().any(|&another| self.agree((one, another), other));
        readings(self).into_iter().flatten().any(agree)
    }

    fn agree(&self, numbers: (Number, Number), other: &Amount) -> bool {
        let percent = |amount: &Amount| amount.unit == Some(Unit::PERCENT);
        match numbers {
            (Number::Of(a), Number::Of(b)) => match (self.unit, other.unit) {
                (Some(unit), Some(another)) => {
                    let smallest = |number: u128, unit: Unit| number.saturating_mul(u128::from(unit.holds));
                    unit.of == another.of && smallest(a, unit) == smallest(b, another)
                }
                (None, None) => a == b,
                (Some(_), None) => a == b && (!percent(self) || other.maybe_percent),
                (None, Some(_)) => a == b && (!percent(other) || self.maybe_percent),
            },
            (Number::Part(a), Number::Part(b)) | (Number::About(a), Number::About(b)) => a == b,
            // A third is 33 or 34 percent.
            (Number::Part(part), Number::Of(of)) => percent(other) && (part * 100).abs_diff(of) <= 2 * ONE,
            (Number::Of(of), Number::Part(part)) => percent(self) && (part * 100).abs_diff(of) <= 2 * ONE,
            // Dozens may be sixty, and hardly are six or six hundred.
            (Number::About(least), Number::Of(of)) | (Number::Of(of), Number::About(least)) => {
                (least..least.saturating_mul(20)).contains(&of)
            }
            _ => false,
        }
    }

    /// The words, with the unit where it is part of what they say.
    pub(super) fn words(&self, folded: &Folded, text: &str, with_unit: bool) -> String {
        if folded.is_unspaced(self.at.start) {
            return text.get(folded.span(self.at.start).start..self.source_end(folded)).unwrap_or_default().to_owned();
        }
        let end = if with_unit { self.unit_end.max(self.at.end) } else { self.at.end };
        let words: Vec<&str> = (self.at.start..end).map(|at| folded.word(at)).collect();
        let sign = self.unit.filter(|_| with_unit && self.unit_end == 0);
        words.join(" ") + &sign.map_or(String::new(), |unit| format!(" {}", unit.of))
    }

    /// Words of an unspaced script overlap: where the next begins, the number ends.
    fn source_end(&self, folded: &Folded) -> usize {
        let last = folded.span(self.at.end - 1).end;
        if self.at.end < folded.len() { folded.span(self.at.end).start.min(last) } else { last }
    }
}

/// Lists the numbers that some words of a text say, in order.
pub(super) fn amounts(folded: &Folded, text: &str, range: Range<usize>) -> Vec<Amount> {
    let reader = Reader { folded, text, end: range.end.min(folded.len()) };
    let mut found: Vec<Amount> = Vec::new();
    let mut at = range.start;
    while at < reader.end {
        match reader.amount(at) {
            Some(amount) => {
                at = amount.at.end.max(amount.unit_end);
                reader.put(&mut found, amount);
            }
            None => at += 1,
        }
    }
    spread_percent(&mut found);
    found
}

/// `between 30 and 40 percent`: the first is a percentage too.
fn spread_percent(found: &mut [Amount]) {
    for at in 1..found.len() {
        let near = found[at].at.start <= found[at - 1].at.end.max(found[at - 1].unit_end) + 2;
        let percent = |amount: &Amount| amount.unit == Some(Unit::PERCENT);
        if near && percent(&found[at]) {
            found[at - 1].maybe_percent = true;
        } else if near && percent(&found[at - 1]) {
            found[at].maybe_percent = true;
        }
    }
}

struct Reader<'t> {
    folded: &'t Folded,
    text: &'t str,
    end: usize,
}

/// Digits as they are written, in groups or not.
pub(super) struct Digits {
    end: usize,
    pub(super) value: u128,
    /// What they may say too.
    pub(super) also: Option<u128>,
    /// Whether `و` is written as one with them.
    pub(super) joined: bool,
}

impl Reader<'_> {
    fn amount(&self, at: usize) -> Option<Amount> {
        let word = self.folded.word(at);
        if self.folded.is_unspaced(at) {
            let (end, value) = unspaced::number(self.folded, self.text, at, self.end)?;
            let after = self.text.get(self.folded.span(end - 1).start..).and_then(|rest| rest.chars().nth(1));
            let unit = after.and_then(Unit::sign);
            return Some(Amount { unit, ..Amount::of(at..end, Number::Of(value * ONE)) });
        }
        let said = self.phrase(at)?;
        // `الأحد` is a day, `الثاني` the end of `كانون الثاني`.
        if calendar::completes_month(self.folded, at) || calendar::named(self.folded, at).is_some() {
            return None;
        }
        // `لست` is "I am not".
        (word != "لست").then(|| self.with_unit(said))
    }

    /// Adds a number; two words for two, and the plural counted by a number, are one.
    fn put(&self, found: &mut Vec<Amount>, amount: Amount) {
        let dual = |amount: &Amount| amount.at.len() == 1 && is_dual(self.folded.word(amount.at.start));
        if let Some(last) = found.last_mut().filter(|last| last.at.end == amount.at.start) {
            let two = |amount: &Amount| amount.number == Number::Of(2 * ONE);
            let counted = matches!(last.number, Number::Of(number) if number >= 2 * ONE) && !dual(last);
            if dual(&amount) && counted || dual(last) && two(&amount) {
                last.at.end = amount.at.end;
                last.unit = last.unit.or(amount.unit);
                return;
            }
        }
        found.push(amount);
    }

    fn with_unit(&self, mut amount: Amount) -> Amount {
        let next = amount.at.end;
        let word = |at: usize| if at < self.folded.len() { self.folded.word(at) } else { "" };
        let first = self.folded.span(amount.at.start).start;
        let last = self.folded.span(next - 1).end;
        let sign_after = self.text.get(last..).and_then(|rest| rest.trim_start().chars().next()).and_then(Unit::sign);
        let before = self.text.get(..first).and_then(|before| before.trim_end().chars().next_back());
        if let Some(unit) = sign_after.or_else(|| before.and_then(Unit::sign).filter(|unit| *unit != Unit::PERCENT)) {
            amount.unit = Some(unit);
            return amount;
        }
        let known = match (word(next), word(next + 1)) {
            ("per", "cent") | ("pour" | "por", "cent" | "ciento") | ("في", "الميه" | "المايه") => {
                Some((Unit::PERCENT, 2))
            }
            ("us" | "american" | "canadian" | "australian", unit) => Unit::named(unit).map(|unit| (unit, 2)),
            ("الميه" | "المايه", _) => None,
            (unit, _) => Unit::named(unit).map(|unit| (unit, 1)),
        };
        if let Some((unit, words)) = known.filter(|_| amount.unit.is_none()) {
            (amount.unit, amount.unit_end) = (Some(unit), (next + words).min(self.folded.len()));
        }
        // At the end of the words the rest may be cut off.
        let rate = |at: usize| {
            let word = self.folded.word(at);
            word.ends_with("نسبه") || word.ends_with("نسبته") || matches!(word, "rate" | "percentage" | "yuzde")
        };
        let start = amount.at.start;
        amount.maybe_percent = next == self.folded.len() || (start.saturating_sub(3)..start).any(rate);
        amount
    }

    /// The text between a word and the next.
    fn between(&self, at: usize) -> &str {
        self.text.get(self.folded.span(at).end..self.folded.span(at + 1).start).unwrap_or_default()
    }

    /// Whether nothing parts a word from the next; `(50) ألف` is one number.
    fn are_close(&self, at: usize) -> bool {
        self.between(at).chars().all(|c| matches!(c, ' ' | ')' | '-' | '\u{a0}' | '\u{202f}' | '\u{2011}' | '\u{640}'))
    }

    fn phrase(&self, at: usize) -> Option<Amount> {
        let mut sum = Sum::default();
        let mut end = at;
        while end < self.end {
            let begins = end == at;
            if !begins && !self.are_close(end - 1) {
                break;
            }
            let word = self.folded.word(end);
            let apart = !begins && end + 1 < self.end && is_and(word) && self.are_close(end);
            let half = apart && end + 2 < self.end && self.folded.word(end + 1) == "a" && self.are_close(end + 1);
            let from = end + usize::from(apart) + usize::from(half);
            if let Some(digits) = self.digits(from) {
                if !sum.add_digits(&digits, apart) {
                    break;
                }
                end = digits.end;
                continue;
            }
            let Some(numeral) = self.numeral(from, begins) else { break };
            let numeral = Numeral { joined: numeral.joined || apart, ..numeral };
            // `50 شخصا ونصف القتلى`: a half belongs to the number only before what is counted in parts.
            let is_part = matches!(numeral.sense, Sense::Part(..)) && numeral.joined && sum.has_group();
            let next = if from + 1 < self.end { self.folded.word(from + 1) } else { "" };
            let in_parts = matches!(next, "بالميه" | "بالمايه" | "في" | "percent" | "per") || numeral_of_scale(next);
            if is_part && !in_parts {
                break;
            }
            if !sum.add(numeral) {
                break;
            }
            end = from + 1;
            // `half a million`, `hundreds of thousands`
            let article =
                end + 1 < self.end && sum.part.is_some() && matches!(self.folded.word(end), "a" | "of" | "the");
            if (article || sum.is_several() && end + 1 < self.end && self.folded.word(end) == "of")
                && numeral_of_scale(self.folded.word(end + 1))
            {
                end += 1;
            }
        }
        if end == at {
            let dual = is_dual(self.folded.word(at));
            let unit = || Unit::named(self.folded.word(at).trim_start_matches("ال"));
            return dual.then(|| Amount { unit: unit(), ..Amount::of(at..at + 1, Number::Of(2 * ONE)) });
        }
        let (mut number, also) = sum.finish(end - at)?;
        if let Number::Of(whole) = &mut number
            && let Some(decimals) = self.spoken_decimals(end)
        {
            (*whole, end) = (whole.saturating_add(decimals), end + 2);
        }
        Some(Amount { also, ..Amount::of(at..end, number) })
    }

    /// What `فاصلة ثمانية` or `point eight` adds.
    fn spoken_decimals(&self, at: usize) -> Option<u128> {
        let is_point =
            at + 1 < self.end && matches!(self.folded.word(at), "فاصله" | "فاصل" | "point" | "virgule" | "komma");
        if !is_point {
            return None;
        }
        match numeral(self.folded.word(at + 1))?.sense {
            Sense::Of(unit @ 1..=9) => Some(u128::from(unit) * ONE / 10),
            Sense::Of(tens @ 10..=99) => Some(u128::from(tens) * ONE / 100),
            _ => None,
        }
    }

    /// What a word adds; before the first of a number a preposition may stand.
    fn numeral(&self, at: usize, begins: bool) -> Option<Numeral> {
        let word = self.folded.word(at);
        numeral(word).filter(|numeral| !matches!(numeral.sense, Sense::And)).or_else(|| {
            let rest = word.strip_prefix(['ب', 'ل', 'ك']).filter(|_| begins)?;
            numeral(rest).filter(|numeral| rest.chars().count() > 3 && numeral.tongue == Tongue::Arabic)
        })
    }

    fn digits(&self, at: usize) -> Option<Digits> {
        let word = self.folded.word(at);
        let joined = word.starts_with('و');
        // `3ر1`: the sign of decimals is a letter, and which side is the whole depends on who set it.
        if let Some((one, other)) = word.split_once('ر').filter(|(one, other)| is_digits(one) && is_digits(other)) {
            let decimal = |whole: &str, rest: &str| -> Option<u128> {
                let part = rest.parse::<u128>().ok().filter(|_| rest.len() <= 3)? * ONE / 10u128.pow(rest.len() as u32);
                Some(whole.parse::<u128>().ok().filter(|_| whole.len() <= 12)? * ONE + part)
            };
            return Some(Digits { end: at + 1, value: decimal(one, other)?, also: decimal(other, one), joined });
        }
        let first = bare_digits(word).filter(|digits| digits.len() <= 12)?;
        let mut run: Vec<(char, &str)> = Vec::new();
        for next in at + 1..self.end {
            let mut between = self.between(next - 1).chars();
            let (Some(sign), None) = (between.next(), between.next()) else { break };
            let word = self.folded.word(next);
            if !is_digits(word)
                || !matches!(sign, ',' | '،' | '.' | '٬' | '٫' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
            {
                break;
            }
            run.push((sign, word));
        }
        let whole: u128 = first.parse().ok()?;
        let Some(&(sign, _)) = run.first() else {
            // `12万人`
            let after = self.text.get(self.folded.span(at).end..).and_then(|rest| rest.chars().next());
            let scale = after.and_then(unspaced::scale).filter(|_| at + 1 < self.end);
            let end = at + 1 + usize::from(scale.is_some());
            return Some(Digits { end, value: whole * ONE * scale.unwrap_or(1), also: None, joined });
        };
        let is_group = |&&(other, word): &&(char, &str)| other == sign && sign != '٫' && word.len() == 3;
        let may_group = first.len() <= 3 && !first.starts_with('0');
        let groups = if may_group { run.iter().take_while(is_group).count().min(3) } else { 0 };
        let point = |sign: char| matches!(sign, ',' | '،' | '.' | '٫');
        let decimals = |at: usize| {
            // Three numbers in a row are a date.
            let alone = run.get(at + 1).is_none_or(|next| !point(next.0));
            let (_, word) = run.get(at).filter(|next| point(next.0) && next.1.len() <= 3 && alone)?;
            Some(word.parse::<u128>().ok()? * ONE / 10u128.pow(word.len() as u32))
        };
        if groups == 0 {
            let (value, end) = decimals(0).map_or((whole * ONE, at + 1), |rest| (whole * ONE + rest, at + 2));
            return Some(Digits { end, value, also: None, joined });
        }
        let grouped = run[..groups].iter().fold(whole, |sum, (_, word)| sum * 1000 + word.parse().unwrap_or(0)) * ONE;
        // 12,000 is never twelve.
        let also = decimals(0).filter(|&rest| groups == 1 && rest > 0).map(|rest| whole * ONE + rest);
        let rest = decimals(groups).filter(|_| run[groups].0 != sign);
        let end = at + 1 + groups + usize::from(rest.is_some());
        Some(Digits { end, value: grouped + rest.unwrap_or(0), also, joined })
    }
}

impl Amount {
    fn of(at: Range<usize>, number: Number) -> Amount {
        Amount { at, number, also: None, unit: None, unit_end: 0, maybe_percent: false }
    }
}

/// The digits of a word, without the particle written as one with them.
fn bare_digits(word: &str) -> Option<&str> {
    let bare = word.trim_start_matches(['و', 'ب', 'ل', 'ا']);
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|ending| bare.strip_suffix(ending));
    Some(ordinal.unwrap_or(bare)).filter(|bare| is_digits(bare))
}

fn is_and(word: &str) -> bool {
    numeral(word).is_some_and(|numeral| numeral.sense == Sense::And)
}

fn numeral_of_scale(word: &str) -> bool {
    matches!(numeral(word).map(|numeral| numeral.sense), Some(Sense::Of(1000..) | Sense::Several(1000..)))
}
