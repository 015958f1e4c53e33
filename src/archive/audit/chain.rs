//! The chain: which occurrence depends on which, by a source that is named or by wording that only two share.

use std::collections::BTreeSet;

use super::occurrences::Found;
use super::view::{Basis, Link, NearKind, Which};
use crate::domain::ArticleId;
use crate::quote::chain::{Precedence, Teller, may_precede, shared_wording};
use crate::quote::outlets;

/// Links at most.
const MOST_LINKS: usize = 500;
/// Changes quoted as evidence at most.
const QUOTED: usize = 3;

/// Draws the links between the occurrences, in the order of the later one; a named source that is not among them is
/// noted with the occurrence.
pub(super) fn chain(asked: &str, found: &mut [Found], order: &[usize]) -> Vec<Link> {
    let listed: Vec<usize> = order.iter().copied().filter(|&index| found[index].view.article.is_some()).collect();
    let mut links = Vec::new();
    for &to in &listed {
        named(found, &listed, to, &mut links);
    }
    wording(asked, found, &listed, &mut links);
    copies(found, &listed, &mut links);
    let place = |article: ArticleId| listed.iter().position(|&index| found[index].view.article == Some(article));
    links.sort_by_key(|link| (place(link.to), place(link.from), link.basis));
    let mut seen = BTreeSet::new();
    links.retain(|link| seen.insert((link.from, link.to, link.basis)));
    links.truncate(MOST_LINKS);
    links
}

fn precedence(found: &[Found], one: usize, other: usize) -> Precedence {
    may_precede(found[one].evidence.claimed(), found[other].evidence.claimed())
}

fn outlet_in_words(outlet: &str) -> String {
    outlets::display(outlet).map_or_else(|| outlet.to_owned(), |name| format!("{name} ({outlet})"))
}

/// Links an occurrence to the outlets that its text names.
fn named(found: &mut [Found], listed: &[usize], to: usize, links: &mut Vec<Link>) {
    let Some(target) = found[to].view.article else { return };
    for source in found[to].view.sources.clone() {
        let of_source = |index: &&usize| {
            let view = &found[**index].view;
            view.article != Some(target) && view.outlet.as_ref().is_some_and(|outlet| source.outlets.contains(outlet))
        };
        let carriers: Vec<usize> = listed.iter().filter(of_source).copied().collect();
        let sure = carriers.iter().copied().find(|&from| precedence(found, from, to) == Precedence::Before);
        let perhaps = carriers.iter().copied().find(|&from| precedence(found, from, to) == Precedence::Unknown);
        let name = source.outlets.first().map(|outlet| outlet_in_words(outlet)).unwrap_or_default();
        let says = format!("its text names {name} as a source: “{}”", source.words);
        let Some(from) = sure.or(perhaps) else {
            let lacks = if carriers.is_empty() {
                "no article of it in this archive carries these words"
            } else {
                "the articles of it in this archive that carry these words are later"
            };
            found[to].view.notes.push(format!("names {name} as a source (“{}”); {lacks}", source.words));
            continue;
        };
        let order = if sure.is_some() {
            "published these words earlier"
        } else {
            "carries these words too; the known times do not say which came first"
        };
        let Some(origin) = found[from].view.article else { continue };
        let outlet = found[from].view.outlet.as_deref().unwrap_or_default();
        links.push(Link {
            from: origin,
            to: target,
            basis: Basis::Named,
            why: format!("{says}; {outlet} {order}. That it took them from this article is inferred"),
        });
    }
}

/// Links occurrences that alone share a change.
fn wording(asked: &str, found: &[Found], listed: &[usize], links: &mut Vec<Link>) {
    let mut keys: Vec<i64> = Vec::new();
    let mut tellers = Vec::new();
    for &index in listed {
        let Some(article) = &found[index].article else { continue };
        let number = keys.iter().position(|key| *key == article.key).unwrap_or_else(|| {
            keys.push(article.key);
            keys.len() - 1
        });
        let view = &found[index].view;
        tellers.push(Teller { article: number, text: &view.text, kind: view.kind, published: view.published.as_ref() });
    }
    for shared in shared_wording(asked, &tellers) {
        let evidence: Vec<String> = shared
            .changes
            .iter()
            .take(QUOTED)
            .map(|(from, to)| match (from.is_empty(), to.is_empty()) {
                (true, _) => format!("“{to}” put in"),
                (_, true) => format!("“{from}” left out"),
                _ => format!("“{to}” for “{from}”"),
            })
            .collect();
        let rest = shared.changes.len().saturating_sub(QUOTED);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let says = format!("no other occurrence has {}{more}", evidence.join(", "));
        let (one, other) = (listed[shared.one], listed[shared.other]);
        link_by_wording(found, (one, other), precedence(found, one, other), &says, links);
    }
}

/// Links two occurrences in the order of time; where that is not known, kinship has no direction, and `near` tells it.
fn link_by_wording(
    found: &[Found],
    (one, other): (usize, usize),
    order: Precedence,
    says: &str,
    links: &mut Vec<Link>,
) {
    let (from, to) = match order {
        Precedence::Before => (one, other),
        Precedence::After => (other, one),
        Precedence::Unknown => return,
    };
    let (Some(from), Some(to)) = (found[from].view.article, found[to].view.article) else { return };
    if from != to {
        let why = format!("{says}; the one is earlier. Inferred: both may also follow a third text");
        links.push(Link { from, to, basis: Basis::Wording, why });
    }
}

/// Links two articles that are near copies of each other and of no third, and versions of one page.
fn copies(found: &[Found], listed: &[usize], links: &mut Vec<Link>) {
    for (at, &one) in listed.iter().enumerate() {
        for near in found[one].view.near.iter().filter(|near| near.kind != NearKind::Same) {
            let there = |index: &&usize| {
                let view = &found[**index].view;
                view.article == Some(near.article) && view.url == near.url && view.outlet == near.outlet
            };
            let Some(&other) = listed[at + 1..].iter().find(there) else { continue };
            let back = found[other].view.near.iter().find(|back| {
                let here = &found[one].view;
                here.article == Some(back.article) && here.url == back.url && here.outlet == back.outlet
            });
            let percent = (near.share.max(back.map_or(0.0, |back| back.share)) * 100.0).round();
            let says = match near.kind {
                NearKind::Version => {
                    format!("both are versions of one page; {percent} % of the words of one stand in the other")
                }
                _ => {
                    let line = found[one].view.line;
                    let kin: BTreeSet<Option<ArticleId>> = listed
                        .iter()
                        .filter(|&&index| found[index].view.line == line)
                        .map(|&index| found[index].view.article)
                        .collect();
                    if kin.len() != 2 {
                        continue;
                    }
                    format!(
                        "{percent} % of the words of one article stand in the other, and no third occurrence shares so much"
                    )
                }
            };
            let order = match near.first {
                Some(Which::This) => Precedence::Before,
                Some(Which::Other) => Precedence::After,
                None => Precedence::Unknown,
            };
            link_by_wording(found, (one, other), order, &says, links);
        }
    }
}
