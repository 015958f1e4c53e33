//! Outlets by the names under which others credit them: `وكالة سبوتنيك`, `told AFP`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::fold::{Folded, fold};

/// What the names lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    /// Registrable domains, or the name of an outlet without one.
    outlets: Vec<String>,
    /// The folded words after the first.
    rest: Vec<String>,
    /// Whether the name is a common word too.
    common: bool,
}

/// Names of outlets, looked up in folded text.
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_first: HashMap<String, Vec<Named>>,
}

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<'n> {
    /// The outlets that are credited so.
    pub outlets: &'n [String],
    /// The words of the name.
    pub words: Range<usize>,
    /// Whether the name is a common word too, so that only its company makes it a name.
    pub common: bool,
}

/// The names of `outlets.txt`.
pub fn known() -> &'static Names {
    static KNOWN: OnceLock<Names> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut names = Names::default();
        for (domain, list) in entries() {
            for name in list.split(';').map(str::trim) {
                let (name, common) = name.strip_prefix('~').map_or((name, false), |name| (name, true));
                names.add(name, domain, common);
            }
        }
        names
    })
}

fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("outlets.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(':'))
}

/// The name by which an outlet is best known, where the list has it.
pub fn display(domain: &str) -> Option<&'static str> {
    let names = entries().find(|(known, _)| *known == domain)?.1;
    names.split(';').next().map(str::trim)
}

impl Names {
    /// Adds a name of an outlet; one without a letter or of a single letter is passed over.
    pub fn add(&mut self, name: &str, outlet: &str, common: bool) {
        let folded = fold(name);
        let mut words = folded.words().map(str::to_owned);
        let Some(first) = words.next() else { return };
        let rest: Vec<String> = words.collect();
        if rest.is_empty() && first.chars().nth(1).is_none() {
            return;
        }
        let list = self.by_first.entry(first).or_default();
        match list.iter_mut().find(|named| named.rest == rest) {
            Some(named) => {
                if !named.outlets.iter().any(|known| known == outlet) {
                    named.outlets.push(outlet.to_owned());
                }
            }
            None => {
                list.push(Named { outlets: vec![outlet.to_owned()], rest, common });
                list.sort_by_key(|named| std::cmp::Reverse(named.rest.len()));
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// The longest name that begins at word `at`, a clitic before it passed over.
    pub fn at<'n>(&'n self, text: &Folded, at: usize) -> Option<Mention<'n>> {
        let word = text.word(at);
        let bare = word.strip_prefix(['ل', 'ب', 'و', 'ف']).filter(|rest| rest.chars().nth(2).is_some());
        // للاناضول is ل with الاناضول.
        let article = word.strip_prefix("لل").map(|rest| format!("ال{rest}"));
        let ways = [Some(word), bare, article.as_deref()];
        ways.into_iter().flatten().find_map(|first| self.beginning(text, at, first))
    }

    fn beginning<'n>(&'n self, text: &Folded, at: usize, first: &str) -> Option<Mention<'n>> {
        let fits = |named: &&Named| {
            at + named.rest.len() < text.len()
                && named.rest.iter().enumerate().all(|(offset, word)| text.word(at + 1 + offset) == word)
        };
        let named = self.by_first.get(first)?.iter().find(fits)?;
        Some(Mention { outlets: &named.outlets, words: at..at + 1 + named.rest.len(), common: named.common })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlets(text: &str) -> Vec<String> {
        let folded = fold(text);
        (0..folded.len()).filter_map(|at| known().at(&folded, at)).map(|mention| mention.outlets[0].clone()).collect()
    }

    #[test]
    fn outlets_are_known_by_their_names_in_both_languages() {
        assert_eq!(outlets("قال الوزير لفرانس برس إن"), ["afp.com"]);
        assert_eq!(outlets("وفق وكالة سبوتنيك الروسية"), ["sputniknews.com"]);
        assert_eq!(outlets("نقلت رويترز عن مصدر"), ["reuters.com"]);
        assert_eq!(outlets("he told AFP on Sunday"), ["afp.com"]);
        assert_eq!(outlets("في تصريح للأناضول"), ["aa.com.tr"]);
        assert_eq!(outlets("وذكرت سكاي نيوز عربية"), ["skynewsarabia.com"]);
        assert_eq!(outlets("لا أحد هنا"), Vec::<String>::new());
    }

    #[test]
    fn every_line_of_the_list_has_a_domain_and_a_name() {
        let mut lines = 0;
        for (domain, names) in entries() {
            assert!(crate::domain::outlet::is_host_name(domain), "{domain}");
            assert!(!fold(names).is_empty(), "{domain}");
            assert_eq!(display(domain).is_some(), !names.starts_with('~'), "{domain}");
            lines += 1;
        }
        assert!(lines > 80);
    }

    #[test]
    fn names_may_be_added() {
        let mut names = Names::default();
        names.add("مرصاد البلد", "mirsad.example", false);
        let text = fold("بحسب مرصاد البلد أمس");
        assert_eq!(
            names.at(&text, 1).map(|mention| (mention.outlets.to_vec(), mention.words)),
            Some((vec!["mirsad.example".to_owned()], 1..3))
        );
        names.add("a", "x.example", false);
        assert!(names.at(&fold("a"), 0).is_none());
    }
}
