//! The quotations of an article: whose they are, and whether they stand elsewhere, and earlier.

use crate::archive::article::{ArticleView, QuotationView};
use crate::archive::audit::{Elsewhere, OccurrenceView};
use crate::quote::MatchKind;
use crate::web::show::{Reference, When, encode};
use crate::web::visit::Frame;
use crate::web::words::fill;

/// A quotation in the list below the text.
pub(super) struct QuotationLine {
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) speaker: Option<String>,
    pub(super) via: Vec<String>,
    pub(super) audit: String,
    pub(super) passage: String,
    /// None where it was not looked for.
    pub(super) elsewhere: Option<ElsewhereLine>,
}

/// What other articles carry of it.
pub(super) struct ElsewhereLine {
    /// Whether another article has it, and whether an earlier one: `only`, `later`, `earlier`, `open`.
    pub(super) class: &'static str,
    pub(super) said: String,
    /// The first of the others, or one of those that may be it.
    pub(super) first: Option<FirstLine>,
}

/// Where the first of the others stands.
pub(super) struct FirstLine {
    pub(super) path: String,
    pub(super) who: String,
    pub(super) when: Option<When>,
    pub(super) said: &'static str,
}

/// The quotations in the order of the text.
pub(super) fn lines(view: &ArticleView, elsewhere: &[Elsewhere], f: &Frame) -> Vec<QuotationLine> {
    let line = |(index, quotation): (usize, &QuotationView)| QuotationLine {
        number: index + 1,
        text: quotation.text.clone(),
        speaker: quotation.speaker.clone(),
        via: quotation.via.clone(),
        audit: format!("/audit?q={}{}", encode(&quotation.text), f.and),
        passage: format!("{}/{}-{}{}#passage", view.path, quotation.start, quotation.end, f.q),
        elsewhere: elsewhere
            .iter()
            .find(|known| (known.start, known.end) == (quotation.start, quotation.end))
            .map(|known| said(known, f)),
    };
    view.quotations.iter().enumerate().map(line).collect()
}

/// The numbers behind those quotations that stand elsewhere, by the byte behind each.
pub(super) fn references(view: &ArticleView, lines: &[QuotationLine], f: &Frame) -> Vec<(usize, Reference)> {
    let mut list: Vec<(usize, Reference)> = Vec::new();
    for (quotation, line) in view.quotations.iter().zip(lines) {
        if let Some(found) = line.elsewhere.as_ref().filter(|found| found.class != "only") {
            let said = fill(f.w.quotation_number, &[&line.number.to_string(), &found.said]);
            // The closing mark belongs to the quotation.
            let mark = view.text.get(quotation.end..).and_then(|rest| rest.chars().next());
            let mark = mark.filter(|c| "\"”»’'".contains(*c)).map_or(0, char::len_utf8);
            list.push((quotation.end + mark, Reference { number: line.number, said, class: found.class }));
        }
    }
    list.sort_by_key(|(at, reference)| (*at, reference.number));
    list
}

fn said(known: &Elsewhere, f: &Frame) -> ElsewhereLine {
    let w = f.w;
    if known.occurrences == 0 {
        let said = match known.copies {
            0 => w.quotation_only.to_owned(),
            copies => fill(w.quotation_copies, &[&copies.to_string()]),
        };
        return ElsewhereLine { class: "only", said, first: None };
    }
    let place = known.first.as_ref().or(known.contenders.first());
    let count = known.occurrences.to_string();
    let said = match place.map(|place| place.kind) {
        Some(MatchKind::Reworded) => fill(w.quotation_reworded, &[&count]),
        Some(MatchKind::Respelled) => fill(w.quotation_respelled, &[&count]),
        _ => fill(w.quotation_elsewhere, &[&count]),
    };
    let (class, order) = match (known.earlier, known.first.is_some()) {
        (Some(true), _) => ("earlier", w.quotation_earlier),
        (Some(false), _) => ("later", w.quotation_later),
        (None, true) => ("open", w.quotation_open),
        (None, false) => ("open", w.quotation_contender),
    };
    let first = place.map(|place| FirstLine {
        path: format!("{}{}", place.path, f.q),
        who: who(place, w.outlet_unknown),
        when: place.published.as_ref().map(|time| When::of(time, w)),
        said: order,
    });
    ElsewhereLine { class, said, first }
}

fn who(place: &OccurrenceView, unknown: &str) -> String {
    place.outlet.as_ref().or(place.title.as_ref()).cloned().unwrap_or_else(|| unknown.to_owned())
}
