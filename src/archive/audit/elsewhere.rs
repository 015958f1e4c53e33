//! Auditing an article against all others: where else do its quotations stand, and which came first.

use std::collections::BTreeSet;

use super::occurrences::Found;
use super::view::{Audit, Elsewhere};
use super::{Archive, Error, audit_with, first_of_these_words};
use crate::archive::article::ArticleView;
use crate::archive::refs::Target;
use crate::domain::ArticleId;
use crate::quote::chain::{Precedence, may_precede};
use crate::quote::{self, MatchKind};

/// The quotation that is audited, and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Own {
    pub(super) article: ArticleId,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) speaker: Option<String>,
}

/// Judges what stands in other articles; copies and versions of this one do not count.
pub(super) fn elsewhere(own: &Own, found: &[Found]) -> Elsewhere {
    let mine = |place: &&Found| place.view.article == Some(own.article);
    let lines: BTreeSet<usize> = found.iter().filter(mine).filter_map(|place| place.view.line).collect();
    let kin = |place: &Found| place.view.line.is_some_and(|line| lines.contains(&line));
    let others: Vec<&Found> = found.iter().filter(|place| !kin(place)).collect();
    let evidence: Vec<quote::Occurrence> = others.iter().map(|place| place.evidence.clone()).collect();
    let ranking = quote::rank(&first_of_these_words(&evidence));
    let view = |index: usize| others[index].view.clone();
    let first = ranking.published.map(view);
    // The article may stand on several pages: earlier is what precedes all of them, later what one of them precedes.
    let earlier = ranking.published.and_then(|first| {
        let first = others[first].evidence.claimed();
        let mine = found.iter().filter(mine).map(|place| may_precede(first, place.evidence.claimed()));
        let orders: Vec<Precedence> = mine.collect();
        let precedes_all = !orders.is_empty() && orders.iter().all(|order| *order == Precedence::Before);
        (precedes_all || orders.contains(&Precedence::After)).then_some(precedes_all)
    });
    Elsewhere {
        article: own.article,
        start: own.start,
        end: own.end,
        speaker: own.speaker.clone(),
        verdict: quote::verdict(&evidence),
        occurrences: others.iter().filter(|place| place.view.line.is_some()).count(),
        copies: found.iter().filter(|place| kin(place) && !mine(place)).count(),
        order: ranking.order,
        first,
        contenders: ranking.contenders.iter().copied().map(view).collect(),
        earlier,
    }
}

impl Elsewhere {
    /// Whether another article carries the words themselves.
    pub fn holds(&self) -> bool {
        self.verdict.holds()
    }
}

impl Archive {
    /// The quotations of the article that `reference` names, ready to be audited.
    pub(super) fn own_quotations(&self, reference: &str) -> Result<(ArticleId, Vec<(String, Own)>), Error> {
        let target = self.resolve(reference)?.target;
        let id = match target {
            Target::Article(id) => id,
            other => self.article_of(&other)?.ok_or_else(|| {
                Error::usage(format!("{reference}: name an article or a capture of one; {} is none", other.path()))
            })?,
        };
        let view =
            self.article(&id)?.ok_or_else(|| Error::not_found(reference, format!("{reference}: no such article")))?;
        let own = view.quotations.into_iter().map(|quotation| {
            let own = Own { article: id, start: quotation.start, end: quotation.end, speaker: quotation.speaker };
            (quotation.text, own)
        });
        Ok((id, own.collect()))
    }

    /// What other articles carry of an article's quotations: of the first `most` that have `words` words or more.
    pub fn quotations_elsewhere(&self, view: &ArticleView, words: usize, most: usize) -> Result<Vec<Elsewhere>, Error> {
        let long = view.quotations.iter().filter(|quotation| quote::fold(&quotation.text).len() >= words);
        self.read(|tx| {
            let mut answers = Vec::new();
            for quotation in long.take(most) {
                let (start, end, speaker) = (quotation.start, quotation.end, quotation.speaker.clone());
                let own = Own { article: view.article, start, end, speaker };
                answers.extend(audit_own(tx, &quotation.text, &own, 1)?.elsewhere);
            }
            Ok(answers)
        })
    }

    /// The article that a capture's newest reading found.
    fn article_of(&self, target: &Target) -> Result<Option<ArticleId>, Error> {
        let Target::Capture(record) = target else { return Ok(None) };
        self.read(|tx| {
            let Some(capture) = tx.capture(record)? else { return Ok(None) };
            Ok(tx.readings(capture.key)?.pop().and_then(|reading| reading.article).map(|(_, id)| id))
        })
    }
}

/// Audits one of an article's own quotations.
pub(super) fn audit_own(tx: &crate::store::ReadTx<'_>, words: &str, own: &Own, limit: usize) -> Result<Audit, Error> {
    audit_with(tx, words, limit, Some(own))
}

/// The kind of match in words of a table: verbatim, respelled, altered, only here.
pub fn verdict_elsewhere(elsewhere: &Elsewhere) -> &'static str {
    match elsewhere.first.as_ref().or(elsewhere.contenders.first()).map(|place| place.kind) {
        _ if elsewhere.occurrences == 0 => "only here",
        Some(MatchKind::Exact) => "verbatim elsewhere",
        Some(MatchKind::Respelled) => "respelled elsewhere",
        _ => "altered elsewhere",
    }
}
