//! The audit page: where words first appeared, by which evidence.

mod drift;
mod timeline;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::Response;

use self::drift::DriftBox;
use self::timeline::Timeline;
use super::article::logged;
use super::page::{in_confidence, page};
use super::problem::Problem;
use super::server::Server;
use super::show::{OutletLink, Segments, When, encode, number, role_name, spoken};
use super::visit::{Frame, Visit};
use super::words::{Remark, Words, fill};
use crate::archive::article::utc;
use crate::archive::audit::{Audit, Basis, CommonKind, Link, OccurrenceView, Which};
use crate::domain::{ArticleId, Role, Time};
use crate::quote::{MatchKind, Order, Verdict};

/// Occurrences on one page; the JSON has more.
const SHOWN: usize = 1_000;
/// Those shown in full; further ones have a line each.
const IN_FULL: usize = 25;
/// Links of the chain that stand in full.
const LINKS: usize = 12;
/// Near copies named with one occurrence.
const NEAR: usize = 3;

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
    common: Option<&'static str>,
    chain: Vec<ChainLine>,
    further: Vec<ChainLine>,
    in_articles: Vec<OccurrenceCard>,
    compact: Vec<CompactLine>,
    compare_from: usize,
    compared: Option<Compared>,
    in_furniture: Vec<OccurrenceCard>,
    possibly: Vec<OccurrenceCard>,
    headings: [&'static str; 3],
    cut: usize,
    notes: Vec<Remark>,
    extent: String,
    root: String,
    json: String,
    feed: String,
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

/// A link of the chain in words.
struct ChainLine {
    to: String,
    words: String,
    basis: &'static str,
    why: Remark,
}

/// An occurrence on one line.
struct CompactLine {
    number: usize,
    path: String,
    who: String,
    title: Option<String>,
    when: String,
    match_name: &'static str,
}

/// Two occurrences compared.
struct Compared {
    from: usize,
    to: usize,
    drift: Option<DriftBox>,
}

/// A near copy.
#[derive(Debug)]
struct NearLine {
    path: String,
    who: String,
    share: String,
    first: Option<&'static str>,
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
    lines: Option<String>,
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
        let in_articles = audit.occurrences.iter().filter(|place| place.line.is_some()).count();
        let lines = (audit.lines > 0 && audit.lines < in_articles && here.is_none())
            .then(|| fill(w.lines_of, &[&audit.lines.to_string()]));
        VerdictBox { class, sentence, order, undated, lines }
    }
}

/// An occurrence as a card.
#[derive(Debug, Template)]
#[template(path = "parts/occurrence.html")]
struct OccurrenceCard {
    w: &'static Words,
    class: &'static str,
    furniture: bool,
    number: Option<usize>,
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
    drift: Option<DriftBox>,
    near: Vec<NearLine>,
    notes: Vec<Remark>,
}

impl HtmlSafe for OccurrenceCard {}

impl OccurrenceCard {
    fn of(place: &OccurrenceView, number: Option<usize>, f: &Frame) -> Self {
        let furniture = place.role == Role::Furniture;
        let (class, match_name) = matched(place.kind, f.w);
        let near = place.near.iter().take(NEAR).map(|near| NearLine {
            path: format!("/a/{}{}", near.article, f.q),
            who: near.url.clone().or_else(|| near.outlet.clone()).unwrap_or_else(|| f.w.outlet_unknown.to_owned()),
            share: fill(f.w.near_also, &[&format!("{:.0} %", near.share * 100.0)]),
            first: near.first.map(|which| match which {
                Which::This => f.w.near_this,
                Which::Other => f.w.near_other,
            }),
        });
        OccurrenceCard {
            w: f.w,
            class: if furniture { "furniture" } else { class },
            furniture,
            number,
            path: format!("{}{}", place.path, f.q),
            outlet: place.outlet.as_deref().map(|outlet| OutletLink::of(outlet, None, f)),
            match_name,
            role: (place.role != Role::Body).then(|| role_name(place.role, f.w)),
            words: Segments::of(&place.text, &[]),
            title: place.title.clone(),
            published: place.published.as_ref().map(|time| When::of(time, f.w)),
            captured: When::of(&place.captured, f.w),
            index: place.logged.index,
            speaker: place.speaker.clone(),
            via: place.via.clone(),
            drift: DriftBox::of(&place.drift, &place.differs, f.w),
            near: near.collect(),
            notes: place.notes.iter().map(|note| f.w.remark(note)).collect(),
        }
    }
}

/// The class and the name of a match.
fn matched(kind: MatchKind, w: &Words) -> (&'static str, &'static str) {
    match kind {
        MatchKind::Exact => ("exact", w.match_exact),
        MatchKind::Respelled => ("respelled", w.match_respelled),
        MatchKind::Reworded => ("reworded", w.match_reworded),
    }
}

/// `/audit?q=`
pub(super) fn audit(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let q = visit.param("q").unwrap_or_default().to_owned();
    check_length(server, &q)?;
    let answer = match q.is_empty() {
        true => None,
        false => {
            let audit = server.archive.audit(&q, SHOWN).map_err(no_words)?;
            let number = |name| visit.param(name).and_then(|digits| digits.parse::<usize>().ok());
            let compared = number("a").zip(number("b")).and_then(|(one, other)| compared(&audit, one, other, &f));
            Some(answer(&audit, &q, compared, &f))
        }
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

/// Two occurrences by their numbers; `None` where one of them is none.
fn compared(audit: &Audit, one: usize, other: usize, f: &Frame) -> Option<Compared> {
    let comparison = crate::archive::Archive::compare(audit, one, other).ok()?;
    let drift = DriftBox::of(&comparison.drift, &comparison.differs, f.w);
    Some(Compared { from: one, to: other, drift })
}

fn chain(audit: &Audit, f: &Frame) -> Vec<ChainLine> {
    let name = |id: ArticleId| {
        let index = audit.occurrences.iter().position(|place| place.article == Some(id));
        let who = index.map(|index| (index, &audit.occurrences[index]));
        who.map_or_else(|| super::show::short(id), |(index, place)| format!("{} {}", index + 1, self::who(place, f.w)))
    };
    let line = |link: &Link| ChainLine {
        to: format!("/a/{}{}", link.to, f.q),
        words: fill(f.w.chain_link, &[&name(link.to), &name(link.from)]),
        basis: match link.basis {
            Basis::Named => f.w.chain_named,
            Basis::Wording => f.w.chain_wording,
        },
        why: f.w.remark(&link.why),
    };
    audit.chain.iter().map(line).collect()
}

fn answer(audit: &Audit, q: &str, compared: Option<Compared>, f: &Frame) -> Answer {
    let w = f.w;
    let (furniture, articles): (Vec<_>, Vec<_>) =
        audit.occurrences.iter().enumerate().partition(|(_, place)| place.role == Role::Furniture);
    let card = |(index, place): (usize, &OccurrenceView)| OccurrenceCard::of(place, Some(index + 1), f);
    let compact = |&(index, place): &(usize, &OccurrenceView)| CompactLine {
        number: index + 1,
        path: format!("{}{}", place.path, f.q),
        who: who(place, w),
        title: place.title.clone(),
        when: place.published.as_ref().map_or_else(|| w.unknown.to_owned(), |time| When::of(time, w).said),
        match_name: matched(place.kind, w).1,
    };
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
    let mut links = chain(audit, f);
    let further = links.split_off(links.len().min(LINKS));
    let span = match (audit.archive.from, audit.archive.to) {
        (Some(from), Some(to)) => {
            let day = |at| utc(at).get(..10).map(|day| spoken(day, w)).unwrap_or_default();
            format!("{} – {}", day(from), day(to - 1))
        }
        _ => w.unknown.to_owned(),
    };
    Answer {
        verdict: VerdictBox::of(audit, None, f),
        timeline: Timeline::of(audit, f),
        common: audit.common.map(|common| match common.kind {
            CommonKind::Formula => w.common_formula,
            CommonKind::Gloss => w.common_gloss,
            CommonKind::Background => w.common_background,
            CommonKind::TooCommon => w.common_too,
        }),
        chain: links,
        further,
        compact: articles.iter().skip(IN_FULL).map(compact).collect(),
        compare_from: articles.len(),
        compared,
        first: lines.into_iter().flatten().collect(),
        contenders: audit.contenders.iter().map(|place| line(w.published, place, dated(place))).collect(),
        in_articles: articles.into_iter().take(IN_FULL).map(card).collect(),
        in_furniture: furniture.into_iter().take(IN_FULL).map(card).collect(),
        possibly: audit.possibly.iter().map(|place| OccurrenceCard::of(place, None, f)).collect(),
        headings: [w.occurrences, w.occurrences_furniture, w.occurrences_possibly],
        cut: audit.total.saturating_sub(audit.occurrences.len()),
        notes: audit.notes.iter().map(|note| w.remark(note)).collect(),
        extent: fill(w.extent, &[&number(audit.archive.articles), &number(audit.archive.size), &span]),
        root: audit.archive.root.clone(),
        json: format!("/api/v1/audit?q={}", encode(q)),
        feed: format!("/audit.atom?q={}{}", encode(q), f.and),
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
