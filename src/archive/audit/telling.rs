//! How each occurrence tells the words: by which verb, through which medium, from which source.

use super::occurrences::Found;
use super::view::{Difference, OccurrenceView, SourceView};
use crate::archive::Error;
use crate::domain::Role;
use crate::quote::outlets::{self, Names};
use crate::quote::sources::{self, Source};
use crate::quote::telling::{Medium, Telling, telling};
use crate::store::ReadTx;

/// A credit line has at most so many bytes: المصدر: وكالة الأناضول.
const CREDIT: usize = 80;

/// Fills verb, medium and sources of each occurrence, and how they differ from those of the first listed.
pub(super) fn tell(tx: &ReadTx<'_>, found: &mut [Found], order: &[usize]) -> Result<(), Error> {
    let own = own_names(found);
    let names: Vec<&Names> = if own.is_empty() { vec![outlets::known()] } else { vec![outlets::known(), &own] };
    let told = tx.each(found.iter().collect(), 20, |_, place: &Found| Ok::<_, Error>(read(place, &names)))?;
    for (place, (telling, sources)) in found.iter_mut().zip(told) {
        if let Some(telling) = telling {
            (place.view.verb, place.view.medium) = (telling.verb, telling.medium);
        }
        if place.view.role == Role::Tweet {
            place.view.medium = Some(Medium::Tweet);
        }
        let outlet = place.view.outlet.clone();
        let list = &mut place.view.sources;
        for source in sources {
            let itself = outlet.as_ref().is_some_and(|outlet| source.outlets.contains(outlet));
            if !itself && !list.iter().any(|known| known.outlets == source.outlets) {
                list.push(SourceView { words: source.words, outlets: source.outlets });
            }
        }
    }
    let Some(first) = order.iter().copied().find(|&index| found[index].view.role != Role::Furniture) else {
        return Ok(());
    };
    let first_view = found[first].view.clone();
    for index in order.iter().copied().filter(|&index| index != first) {
        if found[index].view.role != Role::Furniture {
            found[index].view.differs = differences(&first_view, &found[index].view);
        }
    }
    Ok(())
}

/// How one occurrence tells the words, and the sources that its text names.
fn read(place: &Found, names: &[&Names]) -> (Option<Telling>, Vec<Source>) {
    let mut sources = Vec::new();
    let telling = place.block().map(|(block, within)| {
        sources = sources::around(block, within.clone(), names);
        telling(block, within)
    });
    sources.extend(place.view.via.iter().filter_map(|via| sources::of_name(via, names)));
    if let Some(article) = &place.article {
        let body = || article.blocks.iter().filter(|(_, role, _)| *role == Role::Body);
        if let Some((_, _, first)) = body().next() {
            sources.extend(sources::in_dateline(first, names));
        }
        if let Some((_, _, last)) = body().next_back().filter(|(_, _, text)| text.len() <= CREDIT) {
            sources.extend(sources::around(last, last.len()..last.len(), names));
        }
    }
    (telling, sources)
}

/// Names of the outlets among the occurrences that the list does not have: display names and domains.
fn own_names(found: &[Found]) -> Names {
    let mut names = Names::default();
    for place in found {
        let Some(outlet) = &place.view.outlet else { continue };
        names.add(outlet, outlet, false);
        if let Some(display) = &place.outlet_name {
            // A single word may be any word; beside "agency" or in brackets it is a name.
            names.add(display, outlet, !display.trim().contains(' '));
        }
    }
    names
}

/// How `here` tells the words otherwise than `first`.
pub(super) fn differences(first: &OccurrenceView, here: &OccurrenceView) -> Vec<Difference> {
    let folded = |text: &Option<String>| text.as_ref().map(|text| fold_words(text));
    let source = |view: &OccurrenceView| {
        let mut list: Vec<&str> =
            view.sources.iter().filter_map(|source| source.outlets.first()).map(String::as_str).collect();
        list.sort_unstable();
        (!list.is_empty()).then(|| list.join(", "))
    };
    let medium = |view: &OccurrenceView| view.medium.map(|medium| medium.name().to_owned());
    let mut list = Vec::new();
    let mut put = |what, a: Option<String>, b: Option<String>, same: bool| {
        if !same {
            list.push(Difference { what, first: a, here: b });
        }
    };
    let (a, b) = (&first.speaker, &here.speaker);
    // Somebody whom one text leaves unnamed is no other speaker, yet the reader must see it.
    put("speaker", a.clone(), b.clone(), folded(a) == folded(b));
    let (a, b) = (&first.verb, &here.verb);
    put("verb", a.clone(), b.clone(), folded(a) == folded(b));
    put("medium", medium(first), medium(here), medium(first) == medium(here));
    put("source", source(first), source(here), source(first) == source(here));
    list
}

/// The words without their spelling and without the and before them.
fn fold_words(text: &str) -> String {
    let folded = crate::quote::fold(text);
    let words: Vec<&str> = folded.words().collect();
    let joined = words.join(" ");
    joined.strip_prefix('و').filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(&joined).to_owned()
}
