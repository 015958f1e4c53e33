//! The audit page: where words first appeared, by which evidence.

mod timeline;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::Response;

use self::timeline::Timeline;
use super::article::logged;
use super::page::{in_confidence, page};
use super::problem::Problem;
use super::server::Server;
use super::show::{OutletLink, Segments, When, encode, number, role_name, spoken};
use super::visit::{Frame, Visit};
use super::words::{Words, fill};
use crate::archive::article::utc;
use crate::archive::audit::{Audit, OccurrenceView};
use crate::domain::{ArticleId, Role, Time};
use crate::quote::{MatchKind, Order, Verdict};

/// Occurrences on one page; the JSON has more.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    f: Frame,
    q: String,
    max: usize,
    answer: Option<Answer>,
}

struct Answer {
    verdict: VerdictBox,
    timeline: Option<Timeline>,
    first: Vec<FirstLine>,
    contenders: Vec<FirstLine>,
    in_articles: Vec<OccurrenceCard>,
    in_furniture: Vec<OccurrenceCard>,
    possibly: Vec<OccurrenceCard>,
    headings: [&'static str; 3],
    cut: usize,
    notes: Vec<String>,
    extent: String,
    root: String,
    json: String,
}

impl Answer {
    /// (anchor, heading, list) of each kind of occurrence.
    fn parts(&self) -> [(&'static str, &'static str, &[OccurrenceCard]); 3] {
        let [articles, furniture, possibly] = self.headings;
        [
            ("occurrences", articles, &self.in_articles),
            ("furniture", furniture, &self.in_furniture),
            ("possibly", possibly, &self.possibly),
        ]
    }
}

struct FirstLine {
    clock: &'static str,
    path: String,
    who: String,
    title: Option<String>,
    when: String,
}

/// The verdict in sentences.
#[derive(Debug, Template)]
#[template(path = "parts/verdict.html")]
pub(super) struct VerdictBox {
    class: &'static str,
    sentence: String,
    order: Option<String>,
    undated: Option<String>,
}

impl HtmlSafe for VerdictBox {}

impl VerdictBox {
    /// Says what an audit found; `here` is the article that the words were taken from.
    pub(super) fn of(audit: &Audit, here: Option<ArticleId>, f: &Frame) -> Self {
        let w = f.w;
        let (class, mut sentence) = match audit.verdict {
            Verdict::Found => ("found", w.verdict_found.to_owned()),
            Verdict::FoundRespelled => ("respelled", w.verdict_respelled.to_owned()),
            Verdict::FoundAltered => ("altered", w.verdict_altered.to_owned()),
            Verdict::FurnitureOnly => ("furniture-only", w.verdict_furniture.to_owned()),
            Verdict::Absent => ("absent", w.verdict_absent.to_owned()),
        };
        if here.is_some() {
            let others =
                audit.occurrences.iter().filter(|place| place.article.is_some() && place.article != here).count();
            sentence = match others {
                0 => w.passage_only_here.to_owned(),
                others => fill(w.passage_elsewhere, &[&others.to_string()]),
            };
        }
        let found = matches!(audit.verdict, Verdict::Found | Verdict::FoundRespelled);
        let order = match (&audit.first.published, audit.order) {
            (Some(first), Order::Determined) => first.published.as_ref().map(|time| {
                let when = When::of(time, w);
                let line = if first.article == here { w.order_here } else { w.order_determined };
                fill(line, &[&who(first, w), &when.said, when.basis])
            }),
            _ => found.then(|| w.order_undetermined.to_owned()),
        };
        let undated = (audit.undated > 0).then(|| fill(w.undated, &[&audit.undated.to_string()]));
        VerdictBox { class, sentence, order, undated }
    }
}

/// An occurrence as a card.
#[derive(Debug, Template)]
#[template(path = "parts/occurrence.html")]
struct OccurrenceCard {
    w: &'static Words,
    class: &'static str,
    furniture: bool,
    path: String,
    outlet: Option<OutletLink>,
    match_name: &'static str,
    role: Option<&'static str>,
    words: Segments,
    title: Option<String>,
    published: Option<When>,
    captured: When,
    index: u64,
    speaker: Option<String>,
    via: Vec<String>,
    notes: Vec<String>,
}

impl HtmlSafe for OccurrenceCard {}

impl OccurrenceCard {
    fn of(place: &OccurrenceView, asked: &str, f: &Frame) -> Self {
        let furniture = place.role == Role::Furniture;
        let (class, match_name) = match place.kind {
            MatchKind::Exact => ("exact", f.w.match_exact),
            MatchKind::Respelled => ("respelled", f.w.match_respelled),
            MatchKind::Reworded => ("reworded", f.w.match_reworded),
        };
        let marks = if place.kind == MatchKind::Exact { Vec::new() } else { differing(asked, &place.text) };
        OccurrenceCard {
            w: f.w,
            class: if furniture { "furniture" } else { class },
            furniture,
            path: format!("{}{}", place.path, f.q),
            outlet: place.outlet.as_deref().map(|outlet| OutletLink::of(outlet, None, f)),
            match_name,
            role: (place.role != Role::Body).then(|| role_name(place.role, f.w)),
            words: Segments::of(&place.text, &marks),
            title: place.title.clone(),
            published: place.published.as_ref().map(|time| When::of(time, f.w)),
            captured: When::of(&place.captured, f.w),
            index: place.logged.index,
            speaker: place.speaker.clone(),
            via: place.via.clone(),
            notes: place.notes.clone(),
        }
    }
}

/// Byte ranges of the words in `there` that are not so in `asked`, in order.
fn differing(asked: &str, there: &str) -> Vec<(usize, usize)> {
    let canonical = crate::domain::canonicalise(asked);
    let (a, b) = (words(&canonical), words(there));
    let plain = |list: &[(usize, &str)]| list.iter().map(|(_, word)| (*word).to_owned()).collect::<Vec<_>>();
    let (a, spelled) = (plain(&a), plain(&b));
    let mut marks = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &a, &spelled) {
        if !matches!(op, similar::DiffOp::Equal { .. } | similar::DiffOp::Delete { .. }) {
            marks.extend(op.new_range().map(|index| (b[index].0, b[index].0 + b[index].1.len())));
        }
    }
    marks
}

/// The words of a text without the punctuation around them, with the byte each begins at.
fn words(text: &str) -> Vec<(usize, &str)> {
    let around = |c: char| c.is_ascii_punctuation() || "«»“”‘’‹›„،؛؟…–—".contains(c);
    let mut list = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        let from_core = word.trim_start_matches(around);
        let core = from_core.trim_end_matches(around);
        if !core.is_empty() {
            list.push((at + word.len() - from_core.len(), core));
        }
        at += word.len() + 1;
    }
    list
}

/// `/audit?q=`
pub(super) fn audit(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let q = visit.param("q").unwrap_or_default().to_owned();
    check_length(server, &q)?;
    let answer = match q.is_empty() {
        true => None,
        false => Some(answer(&server.archive.audit(&q, SHOWN).map_err(no_words)?, &q, &f)),
    };
    let response = page(AuditPage { max: server.limits.quote_chars, q, answer, f })?;
    Ok(in_confidence(response))
}

/// Refuses words that are longer than the limit.
pub(super) fn check_length(server: &Server, q: &str) -> Result<(), Problem> {
    let (chars, limit) = (q.chars().count(), server.limits.quote_chars);
    if chars <= limit {
        return Ok(());
    }
    let message = format!(
        "the words are {chars} characters long; the limit on the web is {limit}. Ask for a part of them, or use `isnad audit`"
    );
    Err(Problem::usage(message, |w| w.quote_too_long))
}

/// Words that hold none are the reader's slip, said in the reader's language.
pub(super) fn no_words(error: crate::archive::Error) -> Problem {
    match error.kind {
        crate::archive::ErrorKind::Usage => Problem::usage(error.message, |w| w.quote_no_words),
        _ => error.into(),
    }
}

fn answer(audit: &Audit, q: &str, f: &Frame) -> Answer {
    let w = f.w;
    let card = |place: &OccurrenceView| OccurrenceCard::of(place, q, f);
    let (furniture, articles): (Vec<_>, Vec<_>) =
        audit.occurrences.iter().partition(|place| place.role == Role::Furniture);
    let with_basis = |time: &Time| {
        let when = When::of(time, w);
        format!("{}{}{}", when.said, w.list_comma, when.basis)
    };
    let line = |clock, place: &OccurrenceView, when| FirstLine {
        clock,
        path: format!("{}{}", place.path, f.q),
        who: who(place, w),
        title: place.outlet.as_ref().and(place.title.clone()),
        when,
    };
    let dated = |place: &OccurrenceView| place.published.as_ref().map_or_else(|| w.unknown.to_owned(), with_basis);
    let first = &audit.first;
    let lines = [
        first.published.as_ref().map(|place| line(w.published, place, dated(place))),
        first.captured.as_ref().map(|place| line(w.captured, place, with_basis(&place.captured))),
        first.logged.as_ref().map(|place| line(w.logged, place, logged(&place.logged, w))),
        first.stamped.as_ref().and_then(|place| Some(line(w.stamped, place, with_basis(place.stamped.as_ref()?)))),
    ];
    let span = match (audit.archive.from, audit.archive.to) {
        (Some(from), Some(to)) => {
            let day = |at| utc(at).get(..10).map(|day| spoken(day, w)).unwrap_or_default();
            format!("{} – {}", day(from), day(to - 1))
        }
        _ => w.unknown.to_owned(),
    };
    Answer {
        verdict: VerdictBox::of(audit, None, f),
        timeline: Timeline::of(&audit.occurrences, f),
        first: lines.into_iter().flatten().collect(),
        contenders: audit.contenders.iter().map(|place| line(w.published, place, dated(place))).collect(),
        in_articles: articles.into_iter().map(card).collect(),
        in_furniture: furniture.into_iter().map(card).collect(),
        possibly: audit.possibly.iter().map(card).collect(),
        headings: [w.occurrences, w.occurrences_furniture, w.occurrences_possibly],
        cut: audit.total.saturating_sub(audit.occurrences.len()),
        notes: audit.notes.clone(),
        extent: fill(w.extent, &[&number(audit.archive.articles), &number(audit.archive.size), &span]),
        root: audit.archive.root.clone(),
        json: format!("/api/v1/audit?q={}", encode(q)),
    }
}

/// Who published it, in a few words.
fn who(place: &OccurrenceView, w: &Words) -> String {
    match (&place.outlet, &place.title) {
        (Some(outlet), _) => isolated(outlet),
        (None, Some(title)) => isolated(title),
        (None, None) => w.outlet_unknown.to_owned(),
    }
}

/// Keeps the direction of a name from running into the sentence around it.
fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differing_words_are_marked() {
        let there = "فتح الجسر «مرّتين» في اليوم";
        let marks: Vec<&str> =
            differing("فتح الجسر مرتين في اليوم", there).into_iter().map(|(a, b)| &there[a..b]).collect();
        assert_eq!(marks, ["مرّتين"]);
        assert_eq!(differing("one, two", "one two."), []);
    }
}
