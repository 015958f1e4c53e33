//! Words that say nothing about their origin: formulas that everybody repeats, and quotations too common to attribute.

use std::collections::BTreeSet;

use super::idf::{NAT, Weight};

/// A place of a repeated sentence, as far as repetition goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use<'a> {
    /// The article, as the archive numbers it.
    pub article: u64,
    /// The outlet, where known.
    pub outlet: Option<&'a str>,
    /// The day of publication or else of capture, counted from any fixed day.
    pub day: i64,
}

/// A sentence many articles share over many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Formula {
    /// How many articles carry it.
    pub articles: usize,
    /// How many outlets do.
    pub outlets: usize,
    /// On how many different days.
    pub days: usize,
}

/// Articles a formula stands in at least. A story that everybody carries stands in as many, but within days.
const ARTICLES: usize = 8;
/// Different days at least.
const DAYS: usize = 6;
/// Days from the first to the last at least: a story that lives on is retold for a week or two.
const SPAN: i64 = 21;

/// The same of words that nobody in particular says, months apart: a count of a charge, a clause.
const UNATTRIBUTED: (usize, usize, i64) = (4, 4, 60);

/// Recognises a formula by its uses: many articles, many days, far apart; fewer where `attributed` says that no one
/// person says them.
pub fn formula(uses: &[Use<'_>], attributed: bool) -> Option<Formula> {
    let articles: BTreeSet<u64> = uses.iter().map(|place| place.article).collect();
    let days: BTreeSet<i64> = uses.iter().map(|place| place.day).collect();
    let outlets: BTreeSet<&str> = uses.iter().filter_map(|place| place.outlet).collect();
    let span = days.last()?.saturating_sub(*days.first()?);
    let reaches = |(least, on_days, apart)| articles.len() >= least && days.len() >= on_days && span >= apart;
    let is_formula = reaches((ARTICLES, DAYS, SPAN)) || (!attributed && reaches(UNATTRIBUTED));
    is_formula.then_some(Formula { articles: articles.len(), outlets: outlets.len(), days: days.len() })
}

/// Weight below which a quotation is too common to be attributed by its words, once it stands in several articles.
pub const TOO_COMMON: Weight = 8 * NAT;
/// Weight below which it is, wherever it stands: a particle, a number of one digit.
const NOTHING: Weight = 4 * NAT;

/// Whether a quotation of this weight, found in so many articles, is too common to say where it comes from.
///
/// A few particles always are; a light one is, once it stands in several articles; a heavier one needs a crowd that a
/// story does not make.
pub fn is_too_common(total: Weight, articles: usize) -> bool {
    total < NOTHING || (total < TOO_COMMON && articles > 3) || (total < 2 * TOO_COMMON && articles > 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(days: &[i64]) -> Vec<Use<'static>> {
        days.iter().zip(0..).map(|(&day, article)| Use { article, outlet: Some("a.example"), day }).collect()
    }

    #[test]
    fn a_formula_is_spread_over_articles_and_days() {
        assert_eq!(
            formula(&uses(&[1, 5, 9, 12, 20, 25, 30, 31]), true),
            Some(Formula { articles: 8, outlets: 1, days: 8 })
        );
        assert_eq!(formula(&uses(&[1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6]), true), None, "a story of one week");
        assert_eq!(formula(&uses(&[1, 100]), true), None);
        let months_apart = uses(&[1, 40, 80, 120]);
        assert!(formula(&months_apart, false).is_some() && formula(&months_apart, true).is_none(), "{months_apart:?}");
        assert_eq!(formula(&uses(&[1, 2, 3, 4]), false), None);
        assert_eq!(formula(&[], false), None);
    }

    #[test]
    fn light_words_are_too_common() {
        assert!(is_too_common(3 * NAT, 1));
        assert!(is_too_common(5 * NAT, 4) && !is_too_common(5 * NAT, 3));
        assert!(!is_too_common(12 * NAT, 50) && is_too_common(12 * NAT, 51) && !is_too_common(30 * NAT, 500));
    }
}
