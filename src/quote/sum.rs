//! A number while its words are read: what each adds to those before it, and which begins another number.

use super::amounts::{Digits, Number, ONE};
use super::numerals::{Numeral, Sense, Tongue};

/// A number while its words are read.
#[derive(Debug, Default)]
pub(super) struct Sum {
    /// What is complete: thousands, millions.
    total: u128,
    /// The scale of what was completed last.
    scale: u128,
    /// What comes before the next scale.
    group: Option<u128>,
    /// The same, read in the other way.
    also: Option<u128>,
    from_digits: bool,
    /// So many of so many parts.
    pub(super) part: Option<(u64, u64)>,
    several: Option<u128>,
    tongue: Option<Tongue>,
    weak: bool,
}

impl Sum {
    fn is_empty(&self) -> bool {
        self.total == 0 && self.group.is_none() && self.part.is_none() && self.several.is_none()
    }

    /// Whether it is an estimate so far.
    pub(super) fn is_several(&self) -> bool {
        self.several.is_some()
    }

    /// Whether something is counted so far that a half could be added to.
    pub(super) fn has_group(&self) -> bool {
        self.group.is_some()
    }

    /// Adds digits: the first of a number, or `500` of `5 آلاف و500`.
    pub(super) fn add_digits(&mut self, digits: &Digits, apart: bool) -> bool {
        let follows = self.group.is_none() && self.total > 0 && (digits.joined || apart) && digits.value < self.scale;
        if !self.is_empty() && !follows {
            return false;
        }
        (self.group, self.also, self.from_digits) = (Some(digits.value), digits.also, true);
        true
    }

    /// Adds a word; returns false where it begins another number.
    pub(super) fn add(&mut self, numeral: Numeral) -> bool {
        if self.tongue.is_some_and(|tongue| !tongue.goes_with(numeral.tongue)) {
            return false;
        }
        let first = self.is_empty();
        let added = match numeral.sense {
            Sense::And => false,
            Sense::Part(some, parts) => self.add_part(some, parts, numeral.joined),
            Sense::Several(several) if first => {
                self.several = Some(u128::from(several) * ONE);
                true
            }
            Sense::Several(scale) if scale >= 1000 => self.add_scale(u128::from(scale) * ONE, false),
            Sense::Several(_) => false,
            Sense::Of(scale) => self.add_number(u128::from(scale), numeral),
        };
        if added {
            self.tongue = Some(numeral.tongue);
            self.weak = first && numeral.weak;
        }
        added
    }

    fn add_part(&mut self, some: u64, parts: u64, joined: bool) -> bool {
        if self.is_empty() {
            self.part = Some((some, parts));
            return true;
        }
        // `three quarters`
        if let Some(group) = self.group.filter(|group| self.total == 0 && !joined && *group < 10 * ONE) {
            self.part = Some(((group / ONE) as u64, parts));
            self.group = None;
            return true;
        }
        // `اثنين ونصف`, `six and a half`
        if let Some(group) = self.group.filter(|group| joined && some == 1 && group.is_multiple_of(ONE)) {
            (self.group, self.also) = (Some(group + ONE / u128::from(parts)), None);
            return true;
        }
        // `مليون ونصف`
        if self.group.is_none() && self.total > 0 && joined && self.part.is_none() {
            self.total = self.total.saturating_add(self.scale * u128::from(some) / u128::from(parts));
            return true;
        }
        false
    }

    fn add_number(&mut self, number: u128, numeral: Numeral) -> bool {
        let value = number * ONE;
        if number >= 1000 {
            return if number.is_multiple_of(1000) && number.to_string().starts_with('1') {
                self.add_scale(value, numeral.joined)
            } else {
                self.add_scaled(value, numeral.joined)
            };
        }
        if self.part.is_some() || self.several.is_some() || self.from_digits && self.group.is_some() && number != 100 {
            return false;
        }
        let joins = numeral.joined || numeral.tongue != Tongue::Arabic;
        let Some(group) = self.group else {
            // The first word, or what follows a thousand.
            let follows = self.total == 0 || joins;
            if follows {
                (self.group, self.also, self.from_digits) = (Some(value), None, false);
            }
            return follows;
        };
        let rest = (group / ONE) % 100;
        let units = (1..=9).contains(&rest);
        let tens = rest >= 20 && rest.is_multiple_of(10);
        let semitic = matches!(numeral.tongue, Tongue::Arabic | Tongue::Hebrew);
        let new = match number {
            1..=9 if rest == 0 && joins => group + value,
            1..=9
                if tens
                    && !(numeral.tongue == Tongue::English && numeral.joined)
                    && numeral.tongue != Tongue::Arabic =>
            {
                group + value
            }
            1..=9 if rest == 10 && matches!(numeral.tongue, Tongue::Turkish | Tongue::French | Tongue::English) => {
                group + value
            }
            10 if units && semitic && !numeral.joined => group + value,
            10..=16 if tens && (rest == 60 || rest == 80) && numeral.tongue == Tongue::French => group + value,
            20 if rest == 4 && numeral.tongue == Tongue::French => group - 4 * ONE + 80 * ONE,
            10..=99 if rest == 0 && joins => group + value,
            20..=99 if units && numeral.tongue == Tongue::Arabic && numeral.joined => group + value,
            100 if group < 100 * ONE && !numeral.joined => group * 100,
            _ => return false,
        };
        self.group = Some(new);
        true
    }

    fn add_scale(&mut self, scale: u128, joined: bool) -> bool {
        if let Some((some, parts)) = self.part.take() {
            self.total = scale * u128::from(some) / u128::from(parts);
            self.scale = scale;
            return true;
        }
        if let Some(several) = self.several {
            self.several = Some(several.saturating_mul(scale / ONE));
            return true;
        }
        if self.group.is_none() && self.total > 0 && !joined {
            // `ألف مليون`, and `مليون ونصف المليون`, which names it twice.
            if self.scale < scale {
                self.total = self.total.saturating_mul(scale / ONE);
                self.scale = scale;
                return true;
            }
            return self.scale == scale && !self.total.is_multiple_of(scale);
        }
        if self.scale != 0 && scale >= self.scale || self.group.is_some() && joined {
            return false;
        }
        let times = |group: u128| group.saturating_mul(scale / ONE);
        let also = self.also.map(|also| self.total.saturating_add(times(also)));
        self.total = self.total.saturating_add(self.group.take().map_or(scale, times));
        (self.also, self.scale, self.from_digits) = (also, scale, false);
        true
    }

    /// `ألفان`: a scale with its count.
    fn add_scaled(&mut self, value: u128, joined: bool) -> bool {
        let scale = 10u128.pow(value.ilog10()).max(1000 * ONE);
        let fits = self.group.is_none() && self.part.is_none() && self.several.is_none();
        if !fits || self.total > 0 && (!joined || scale >= self.scale) {
            return false;
        }
        self.total = self.total.saturating_add(value);
        self.scale = scale;
        true
    }

    /// The number, and what else its `words` words may say; none where they are no number by themselves.
    pub(super) fn finish(self, words: usize) -> Option<(Number, Option<u128>)> {
        if self.weak && words == 1 {
            return None;
        }
        if let Some((some, parts)) = self.part {
            return Some((Number::Part(ONE * u128::from(some) / u128::from(parts)), None));
        }
        if let Some(several) = self.several {
            return Some((Number::About(several), None));
        }
        let also = match self.group {
            Some(_) if self.total == 0 => self.also,
            Some(_) => None,
            None => self.also,
        };
        Some((Number::Of(self.total.saturating_add(self.group.unwrap_or(0))), also))
    }
}
