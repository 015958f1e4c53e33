//! The figures of the table, each a mean over pages or a share of a count.

use std::collections::{BTreeMap, HashMap};

/// Sum and count of a figure.
#[derive(Default, Clone, Copy)]
pub(crate) struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    pub(crate) fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1.0;
    }

    pub(crate) fn value(self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }
}

/// Figures by name, for the halves `dev`, `held` and for `all`.
#[derive(Default)]
pub(crate) struct Figures(BTreeMap<(String, &'static str), Mean>);

impl Figures {
    pub(crate) fn add(&mut self, name: &str, dev: bool, value: f64) {
        for half in ["all", if dev { "dev" } else { "held" }] {
            self.0.entry((name.to_owned(), half)).or_default().add(value);
        }
    }

    pub(crate) fn get(&self, name: &str, half: &'static str) -> Option<f64> {
        self.0.get(&(name.to_owned(), half)).and_then(|mean| mean.value())
    }

    fn count(&self, name: &str) -> f64 {
        self.0.get(&(name.to_owned(), "all")).map_or(0.0, |mean| mean.count)
    }

    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut names: Vec<&String> = self.0.keys().map(|(name, _)| name).collect();
        names.dedup();
        let mut out = format!("{:<44} {:>6} {:>8} {:>8} {:>8}\n", "measure", "n", "all", "dev", "held");
        for name in names {
            let figure = |half| self.get(name, half).map_or("-".to_owned(), |value| format!("{value:.4}"));
            let n = self.count(name);
            out += &format!("{name:<44} {n:>6} {:>8} {:>8} {:>8}\n", figure("all"), figure("dev"), figure("held"));
        }
        out
    }
}

/// Words of a text: runs of letters and digits in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn bag(words: &[String]) -> HashMap<&str, usize> {
    let mut bag = HashMap::new();
    for word in words {
        *bag.entry(word.as_str()).or_default() += 1;
    }
    bag
}

/// How many of the words of `part` are in `whole`, each as often as it stands there.
pub(crate) fn shared(part: &[String], whole: &[String]) -> usize {
    let whole = bag(whole);
    bag(part).iter().map(|(word, count)| (*count).min(whole.get(word).copied().unwrap_or(0))).sum()
}

/// F1 over bags of words, with precision and recall.
pub(crate) fn f1(found: &[String], gold: &[String]) -> (f64, f64, f64) {
    if found.is_empty() || gold.is_empty() {
        return if found.is_empty() && gold.is_empty() { (1.0, 1.0, 1.0) } else { (0.0, 0.0, 0.0) };
    }
    let shared = shared(found, gold) as f64;
    let (precision, recall) = (shared / found.len() as f64, shared / gold.len() as f64);
    (if shared > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }, precision, recall)
}
