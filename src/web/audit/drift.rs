//! Drift as marked words, readable without colour and by ear.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::archive::audit::Difference;
use crate::quote::Op;
use crate::quote::drift::Drift;
use crate::web::show::text_direction;
use crate::web::words::Words;

/// The words of two passages, with what became of each.
#[derive(Debug, Template)]
#[template(path = "audit/drift.html")]
pub(super) struct DriftBox {
    w: &'static Words,
    /// The direction of the words.
    dir: &'static str,
    changes: Vec<(&'static str, String, String)>,
    runs: Vec<Shown>,
    differs: Vec<(&'static str, String, String)>,
}

impl HtmlSafe for DriftBox {}

/// A run of words with its marks.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// What was there before.
    from: Option<String>,
    /// What is there now.
    to: Option<String>,
    /// What it is called, where it is neither put in nor left out.
    label: Option<&'static str>,
    same: bool,
}

impl DriftBox {
    /// Shows a drift; `None` where nothing changed and the telling is the same.
    pub(super) fn of(drift: &Drift, differs: &[Difference], w: &'static Words) -> Option<Self> {
        if drift.is_none() && differs.is_empty() {
            return None;
        }
        let kind = |kind: &str| match kind {
            "number" => w.change_number,
            "negation" => w.change_negation,
            "date" => w.change_date,
            "contrary" => w.change_contrary,
            "vowels" => w.change_vowels,
            "condition" => w.change_condition,
            "claim" => w.change_claim,
            "possibility" => w.change_possibility,
            _ => w.change_name,
        };
        let or_none = |words: &str| if words.is_empty() { w.change_nothing.to_owned() } else { words.to_owned() };
        let named = |words: &Option<String>| words.clone().unwrap_or_else(|| w.nobody.to_owned());
        let words: String =
            drift.steps.iter().flat_map(|run| [&run.from, &run.to]).flatten().map(String::as_str).collect();
        Some(DriftBox {
            w,
            dir: text_direction(&words),
            changes: drift.changes.iter().map(|c| (kind(c.kind), or_none(&c.from), or_none(&c.to))).collect(),
            runs: drift.steps.iter().map(|run| shown(run.op, run.from.clone(), run.to.clone(), w)).collect(),
            differs: differs
                .iter()
                .map(|d| {
                    let said = |words: &Option<String>| match (d.what, words) {
                        ("medium", Some(medium)) => self::medium(medium, w).to_owned(),
                        _ => named(words),
                    };
                    (what(d.what, w), said(&d.first), said(&d.here))
                })
                .collect(),
        })
    }
}

fn what(what: &str, w: &'static Words) -> &'static str {
    match what {
        "speaker" => w.differs_speaker,
        "verb" => w.differs_verb,
        "medium" => w.differs_medium,
        _ => w.differs_source,
    }
}

/// A medium, which the audit names in English, in the words of the interface.
fn medium<'m>(name: &'m str, w: &'static Words) -> &'m str {
    match name {
        "tweet" => w.medium_tweet,
        "statement" => w.medium_statement,
        "conference" => w.medium_conference,
        "interview" => w.medium_interview,
        "remarks" => w.medium_remarks,
        "post" => w.medium_post,
        "speech" => w.medium_speech,
        "letter" => w.medium_letter,
        _ => name,
    }
}

fn shown(op: Op, from: Option<String>, to: Option<String>, w: &'static Words) -> Shown {
    match op {
        Op::Same => Shown { from: None, to, label: None, same: true },
        Op::Respelled => Shown { from, to, label: Some(w.drift_respelled), same: false },
        Op::Inflected => Shown { from, to, label: Some(w.drift_inflected), same: false },
        Op::Replaced => Shown { from, to, label: Some(w.drift_replaced), same: false },
        Op::Added | Op::Dropped => Shown { from, to, label: None, same: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Language;

    #[test]
    fn changes_stand_in_ins_and_del_with_words_for_the_ear() {
        let w = Language::English.words();
        let drift = crate::quote::drift::compare("killed 14 people in <Harasta>", "killed 41 people");
        let html = DriftBox::of(&drift, &[], w).unwrap().to_string();
        assert!(html.contains("<del><span class=\"ear\" lang=\"en\">[dropped: </span>in &#60;Harasta"), "{html}");
        assert!(html.contains("Number changed") && html.contains("<ins>"), "{html}");
        assert!(DriftBox::of(&crate::quote::drift::compare("same", "same"), &[], w).is_none());
    }
}
