//! From the words asked for to the places in blocks and articles that carry them.
//!
//! The work of one question is bounded, whatever was asked: at most [`WINDOWS`] windows are looked up, each by so many
//! runs of words as it has, of each run at most [`COMMON`] rows; of each window at most [`KEPT`] blocks are aligned, and
//! at most [`WHOLE_ARTICLES`] articles are read for words that run over several blocks. What was left out is noted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::lookup::{Lookup, WORD_ROWS};
use crate::archive::Error;
use crate::quote::align::Alignment;
use crate::quote::candidates::{Candidates, KEPT};
use crate::quote::idf::NAT;
use crate::quote::tokens::QueryTokens;
use crate::quote::{self, Folded, Hit, Likeness, MatchKind, Pattern, Query, Target};
use crate::store::ReadTx;

/// Blocks looked at that carry every token of the query.
const WHOLE_BLOCKS: u32 = 5_000;
/// Articles read because the words may run over several of their blocks.
const WHOLE_ARTICLES: usize = 20;
/// A run of three words that more blocks carry than this counts by the first of them only.
const COMMON: u32 = 500;
/// Tokens of a query that are asked for at once.
const ASKED_AT_ONCE: usize = 12;
/// Windows of a long text that are looked up, spread evenly over it.
const WINDOWS: usize = 256;
/// Blocks in a row that say something else after which the rest, which share less, are not aligned.
const PATIENCE: usize = 9;
/// Of so few words the parts in two paragraphs are too little to be found by themselves.
const SHORT: usize = 8;
/// From so many words on, a block is aligned with what stands around the window that led to it, not with all.
const LONG: usize = 500;
/// Blocks read because a short query may begin or end at their edge.
const EDGES: usize = 500;
/// What words around an ellipsis weigh at least when all of them, and none other, stand there.
const ELLIPSIS_LEAST: i32 = 8 * NAT;

/// A place in a block, with what an alignment says of it where the words are not the same.
#[derive(Debug, Clone)]
pub(super) struct BlockHit {
    pub(super) hit: Hit,
    /// Share of the query that is there.
    pub(super) score: f64,
    /// Aligned weight in nats.
    pub(super) mass: Option<f64>,
    /// Whether a number, name or negation differs.
    pub(super) differs: bool,
    pub(super) notes: Vec<String>,
}

impl BlockHit {
    /// The words themselves, verbatim or respelled, and what their marks may say otherwise.
    pub(super) fn same(query: &Query, text: &str, folded: &Folded, hit: Hit) -> Self {
        let changes = quote::matching::changed_punctuation(query, text, folded, &hit);
        let mut notes: Vec<String> = changes.iter().map(ToString::to_string).collect();
        if hit.kind == MatchKind::Reworded {
            notes.push("a word bears other vowel marks: it may be another word".to_owned());
        }
        BlockHit { hit, score: 1.0, mass: None, differs: !notes.is_empty(), notes }
    }
}

/// A block that carries the words, with the best place in it.
#[derive(Debug, Clone)]
pub(super) struct BlockPlaces {
    pub(super) block: i64,
    pub(super) text: String,
    pub(super) best: BlockHit,
}

/// Words that run over several blocks of one article, with the best place in its text.
#[derive(Debug, Clone)]
pub(super) struct ArticlePlaces {
    pub(super) article: i64,
    pub(super) best: BlockHit,
}

/// Everything found.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) blocks: Vec<BlockPlaces>,
    pub(super) articles: Vec<ArticlePlaces>,
    /// Blocks that share too little to be called the same statement.
    pub(super) possibly: Vec<BlockPlaces>,
    /// The same of words over several blocks.
    pub(super) possibly_articles: Vec<ArticlePlaces>,
}

/// Looks the query up in the index and matches it in the texts found.
pub(super) fn places(tx: &ReadTx<'_>, query: &Query, notes: &mut Vec<String>) -> Result<Places, Error> {
    let tokens = quote::tokens::query_tokens_of(query.folded());
    let mut lookup = Lookup::new(tx)?;
    let mut places = Places::default();
    let whole = carrying_all(&mut lookup, &tokens)?;
    if whole.len() as u32 == WHOLE_BLOCKS {
        notes.push(format!(
            "more than {WHOLE_BLOCKS} blocks carry these words; only the first {WHOLE_BLOCKS} were looked at"
        ));
    }
    places.blocks = tx.each(whole, 20, |tx, block| in_block(tx, query, block))?.into_iter().flatten().collect();
    if tokens.words.len() > 1 {
        let mut similar = Similar::new(query, &places);
        for window in &asked_windows(&tokens, notes) {
            similar.look(&mut lookup, &tokens, window)?;
        }
        if places.blocks.is_empty() && tokens.words.len() <= SHORT {
            similar.at_edges(&mut lookup, &tokens)?;
        }
        if similar.cut {
            notes.push(format!(
                "more blocks may carry these words with changes: of each passage looked up only {KEPT} were compared"
            ));
        }
        similar.across(tx, &mut places)?;
        places.blocks.extend(similar.found);
        places.possibly.extend(similar.possibly);
    }
    Ok(places)
}

/// The words themselves in a block.
fn in_block(tx: &ReadTx<'_>, query: &Query, block: i64) -> Result<Option<BlockPlaces>, Error> {
    if !tx.is_shown(block)? {
        return Ok(None);
    }
    let text = tx.block_text(block)?;
    let folded = quote::fold(&text);
    let hits = quote::matching::find_folded(query, &text, &folded).into_iter();
    let hits = hits.map(|hit| BlockHit::same(query, &text, &folded, hit));
    let best = hits.min_by_key(|best| (best.hit.kind, best.differs, best.hit.start));
    Ok(best.map(|best| BlockPlaces { block, text, best }))
}

/// The blocks that carry every token of the query, at most [`WHOLE_BLOCKS`].
fn carrying_all(lookup: &mut Lookup<'_, '_>, tokens: &QueryTokens) -> Result<Vec<i64>, Error> {
    let asked = spread(if tokens.grams.is_empty() { &tokens.words } else { &tokens.grams });
    if tokens.grams.is_empty() {
        return Ok(lookup.tx.shown_with_all(&asked, WHOLE_BLOCKS)?);
    }
    lookup.ask(asked.iter().map(String::as_str), COMMON)?;
    let mut lists = Vec::with_capacity(asked.len());
    for token in &asked {
        let rows = lookup.rows(token, COMMON)?;
        // A run of words that stands nowhere: no block has them all.
        if rows.rows.is_empty() {
            return Ok(Vec::new());
        }
        lists.push(rows);
    }
    if lists.iter().any(|list| list.cut) {
        // Those in full are the rarest; the index intersects the rest.
        return Ok(lookup.tx.shown_with_all(&asked, WHOLE_BLOCKS)?);
    }
    lists.sort_by_key(|list| list.rows.len());
    let Some((least, others)) = lists.split_first() else { return Ok(Vec::new()) };
    let everywhere = |row: &&i64| others.iter().all(|list| list.rows.binary_search(row).is_ok());
    Ok(least.rows.iter().filter(everywhere).copied().collect())
}

/// The windows to look up: all, or so many as the bound allows, spread over the text; says which words were passed over.
fn asked_windows(tokens: &QueryTokens, notes: &mut Vec<String>) -> Vec<Range<usize>> {
    let windows = &tokens.windows;
    if windows.len() <= WINDOWS {
        return windows.clone();
    }
    let asked: Vec<Range<usize>> =
        (0..WINDOWS).map(|at| windows[at * (windows.len() - 1) / (WINDOWS - 1)].clone()).collect();
    let mut covered = 0;
    let mut reached = 0;
    for window in &asked {
        covered += window.end - window.start.max(reached).min(window.end);
        reached = reached.max(window.end);
    }
    notes.push(format!(
        "a long text: {WINDOWS} passages spread over it were looked for, {covered} of its {} words",
        tokens.words.len()
    ));
    asked
}

/// What became of one block.
struct Aligned {
    block: i64,
    likeness: Likeness,
    /// Whether the statement may run on beyond it, and whether enough of it stands there to read on whatever follows.
    runs_on: Option<bool>,
    place: Option<BlockPlaces>,
}

/// The blocks that were aligned, and what became of each.
struct Similar<'q> {
    query: &'q Query,
    pattern: Pattern,
    /// Blocks that carry the words themselves.
    whole: BTreeSet<i64>,
    seen: BTreeSet<i64>,
    found: Vec<BlockPlaces>,
    possibly: Vec<BlockPlaces>,
    /// Blocks at whose edge some of the words stand while others are missing there, most promising first, and whether
    /// they are enough to read on in the next block.
    partial: Vec<(i64, bool)>,
    /// Whether the last of the blocks aligned for a window still said something like it.
    cut: bool,
}

impl<'q> Similar<'q> {
    fn new(query: &'q Query, places: &Places) -> Self {
        let pattern = Pattern::new(query.folded(), query.canonical());
        let whole = places.blocks.iter().map(|place| place.block).collect();
        Similar {
            query,
            pattern,
            whole,
            seen: BTreeSet::new(),
            found: Vec::new(),
            possibly: Vec::new(),
            partial: Vec::new(),
            cut: false,
        }
    }

    /// Aligns the query with the blocks most worth it for one window: those that share its rarest runs of words, and
    /// where none of them says the same, those that share two of its rarest words, which survive where every third word
    /// was changed.
    fn look(&mut self, lookup: &mut Lookup<'_, '_>, tokens: &QueryTokens, window: &Range<usize>) -> Result<(), Error> {
        let mut candidates = Candidates::default();
        lookup.ask(tokens.grams_in(window).iter().map(String::as_str), COMMON)?;
        for gram in tokens.grams_in(window) {
            let found = lookup.rows(gram, COMMON)?;
            candidates.add(found.rows.iter().copied(), found.rows.len(), lookup.blocks);
        }
        let found = self.align_best(lookup.tx, &candidates, window)?;
        if !found {
            let words = tokens.words_in(window).iter().zip(window.clone());
            let weighed = words.map(|(token, index)| (token.as_str(), self.pattern.weight(index)));
            lookup.rare_pairs(weighed, &mut candidates)?;
            self.align_best(lookup.tx, &candidates, window)?;
        }
        Ok(())
    }

    /// Aligns the best candidates until several in a row say something else; whether one says the same.
    fn align_best(&mut self, tx: &ReadTx<'_>, candidates: &Candidates, window: &Range<usize>) -> Result<bool, Error> {
        let mut unlike = 0;
        // What carries the words themselves takes no room of what rewords them.
        let (whole, others): (Vec<i64>, Vec<i64>) =
            shown(tx, candidates, KEPT + self.whole.len())?.into_iter().partition(|block| self.whole.contains(block));
        let mut good = !whole.is_empty();
        let mut kept =
            others.iter().take(KEPT).copied().filter(|block| !self.seen.contains(block)).collect::<Vec<i64>>();
        while unlike < PATIENCE && !kept.is_empty() {
            // So many will be aligned whatever they say.
            let next = kept.drain(..kept.len().min(PATIENCE - unlike)).collect();
            for aligned in tx.each(next, 50, |tx, block| self.align(block, tx.block_text(block)?, window))? {
                // Of a long text another window may be what the block carries.
                if aligned.likeness > Likeness::Unlike || self.pattern.len() < LONG {
                    self.seen.insert(aligned.block);
                }
                good |= aligned.likeness >= Likeness::Part;
                unlike = if aligned.likeness > Likeness::Unlike { 0 } else { unlike + 1 };
                self.take(aligned);
            }
        }
        self.cut |= unlike < PATIENCE && others.len() > KEPT;
        Ok(good)
    }

    fn align(&self, block: i64, text: String, window: &Range<usize>) -> Result<Aligned, Error> {
        let folded = quote::fold(&text);
        let near = if self.pattern.len() < LONG { 0..self.pattern.len() } else { window.clone() };
        let alignment = self.pattern.align_around(&Target::new(&folded, &text), near);
        let (likeness, best) = self.judge(&folded, &text, &alignment);
        let runs_on = self.runs_on(&alignment, folded.len());
        Ok(Aligned { block, likeness, runs_on, place: best.map(|best| BlockPlaces { block, text, best }) })
    }

    fn take(&mut self, aligned: Aligned) {
        self.partial.extend(aligned.runs_on.map(|enough| (aligned.block, enough)));
        let list = if aligned.likeness == Likeness::Possibly { &mut self.possibly } else { &mut self.found };
        list.extend(aligned.place);
    }

    /// Whether the statement may run on beyond the block: words of it stand near an edge, and those that should stand
    /// beyond that edge are missing. `Some(true)` where they are many enough to read on whatever stands there.
    fn runs_on(&self, alignment: &Alignment, words: usize) -> Option<bool> {
        const NEAR: usize = 3;
        let edge = alignment.chains.iter().any(|chain| {
            let (asked, there) = (chain.query(), chain.text());
            (there.start < NEAR && asked.start > 0) || (there.end + NEAR > words && asked.end < self.pattern.len())
        });
        let matched = alignment.matched();
        (edge && matched > 1 && matched < self.pattern.len()).then_some(2 * matched >= self.pattern.len())
    }

    /// What the text is to the query, and the place in it unless they are unlike.
    fn judge(&self, folded: &Folded, text: &str, alignment: &Alignment) -> (Likeness, Option<BlockHit>) {
        let mut likeness = quote::judge(&self.pattern, alignment);
        let mut notes = Vec::new();
        if likeness < Likeness::Reworded && self.is_whole_around_ellipsis(alignment) {
            likeness = Likeness::Reworded;
            notes.push("all words around the ellipsis stand there".to_owned());
        }
        let (Some(words), true) = (alignment.passage(), likeness > Likeness::Unlike) else { return (likeness, None) };
        let changes = quote::changes((self.query.folded(), self.query.canonical()), (folded, text), alignment);
        notes.extend(changes.iter().map(ToString::to_string));
        if likeness == Likeness::Part {
            notes.push("carries a part of the words asked for".to_owned());
        }
        let last = words.end.saturating_sub(1).max(words.start);
        let hit = Hit { kind: MatchKind::Reworded, start: folded.span(words.start).start, end: folded.span(last).end };
        let best = BlockHit {
            hit,
            score: (quote::likeness_score(&self.pattern, alignment) * 1000.0).round() / 1000.0,
            mass: Some((f64::from(alignment.mass) / f64::from(NAT) * 10.0).round() / 10.0),
            differs: !changes.is_empty(),
            notes,
        };
        (likeness, Some(best))
    }

    /// Whether an ellipsis is all that parts the query from the text: every word of it stands there, in its order.
    fn is_whole_around_ellipsis(&self, alignment: &Alignment) -> bool {
        self.pattern.has_ellipsis()
            && alignment.chains.len() == 1
            && alignment.matched() == self.pattern.len()
            && alignment.score >= ELLIPSIS_LEAST
    }

    /// Looks for blocks that end in the first words of a short query or begin with its last ones: it may run over the end
    /// of a paragraph. Read are the blocks that hold its rarest word, if they are few.
    fn at_edges(&mut self, lookup: &mut Lookup<'_, '_>, tokens: &QueryTokens) -> Result<(), Error> {
        let Some(rarest) = (0..tokens.words.len()).max_by_key(|&index| self.pattern.weight(index)) else {
            return Ok(());
        };
        let found = lookup.rows(&tokens.words[rarest], WORD_ROWS)?;
        if found.rows.len() > EDGES {
            return Ok(());
        }
        let at_edge = lookup.tx.each(found.rows.clone(), 5, |tx, block| {
            let at_edge = tx.is_shown(block)? && self.is_at_edge(&quote::fold(&tx.block_text(block)?), rarest);
            Ok::<_, Error>(at_edge.then_some((block, true)))
        })?;
        self.partial.splice(0..0, at_edge.into_iter().flatten().rev());
        Ok(())
    }

    /// Whether a text ends in the words of the query up to `index` or further on, or begins with those from there on.
    fn is_at_edge(&self, text: &Folded, index: usize) -> bool {
        let (asked, words) = (self.query.folded(), text.len());
        let same = |of_query: Range<usize>, from: usize| {
            of_query.clone().zip(from..).all(|(one, other)| asked.word(one) == text.word(other))
        };
        let ends = (index + 1..asked.len()).any(|count| count <= words && same(0..count, words - count));
        let begins = (1..=index).any(|first| asked.len() - first <= words && same(first..asked.len(), 0));
        ends || begins
    }

    /// Looks for the query in articles of which neighbouring blocks hold some of its words, keeping what no single
    /// block holds: paragraphs that were cut in lines, quotations that run on into the next paragraph.
    fn across(&mut self, tx: &ReadTx<'_>, places: &mut Places) -> Result<(), Error> {
        const PARTIAL: usize = 40;
        let mut shared: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let enough: BTreeSet<i64> = self.partial.iter().filter(|entry| entry.1).map(|entry| entry.0).collect();
        let partial: Vec<i64> = self.partial.iter().take(PARTIAL).map(|entry| entry.0).collect();
        let carrying = tx.each(partial.clone(), 8, |tx, block| tx.articles_with_block(block, 20))?;
        for (block, articles) in partial.into_iter().zip(carrying) {
            for article in articles {
                shared.entry(article).or_default().push(block);
            }
        }
        let mut shared: Vec<(i64, Vec<i64>)> = shared
            .into_iter()
            .filter(|(_, blocks)| blocks.len() > 1 || blocks.iter().any(|block| enough.contains(block)))
            .collect();
        shared.sort_by_key(|(article, blocks)| (std::cmp::Reverse(blocks.len()), *article));
        shared.truncate(WHOLE_ARTICLES);
        let mut whole_in: HashMap<i64, bool> = HashMap::new();
        let found =
            tx.each(shared.iter().collect(), 40, |tx, (article, blocks)| self.across_one(tx, *article, blocks))?;
        for ((article, blocks), best) in shared.into_iter().zip(found) {
            let found = best.as_ref().is_some_and(|(likeness, _)| *likeness > Likeness::Possibly);
            for block in blocks {
                *whole_in.entry(block).or_insert(true) &= found;
            }
            let list = if found { &mut places.articles } else { &mut places.possibly_articles };
            list.extend(best.map(|(_, best)| ArticlePlaces { article, best }));
        }
        // What a line holds of a statement is no place of its own where the statement was found around it.
        let covered = |place: &BlockPlaces| whole_in.get(&place.block).copied().unwrap_or(false);
        self.found.retain(|place| !covered(place));
        self.possibly.retain(|place| !covered(place));
        Ok(())
    }

    /// The same in one article: the best place in it.
    fn across_one(&self, tx: &ReadTx<'_>, article: i64, blocks: &[i64]) -> Result<Option<(Likeness, BlockHit)>, Error> {
        let outline = tx.outline_of_article(article)?;
        let near: Vec<usize> = (0..outline.blocks.len()).filter(|&at| blocks.contains(&outline.blocks[at].0)).collect();
        let mut best: Option<(Likeness, BlockHit, usize)> = None;
        for region in regions(&near, outline.blocks.len()) {
            let row = tx.part_of_article(&outline, region.clone())?;
            let (part, spans) = (row.text(), row.spans());
            let folded = quote::fold(&part);
            let crosses = |hit: &Hit| !spans.iter().any(|span| span.start <= hit.start && hit.end <= span.end);
            let same = quote::matching::find_folded(self.query, &part, &folded)
                .into_iter()
                .find(|hit| crosses(hit) && hit.kind < MatchKind::Reworded);
            let (likeness, hit) = match same {
                Some(hit) => (Likeness::Reworded, Some(BlockHit::same(self.query, &part, &folded, hit))),
                None => {
                    let alignment = self.pattern.align(&Target::new(&folded, &part));
                    self.judge(&folded, &part, &alignment)
                }
            };
            let Some(hit) = hit.filter(|found| crosses(&found.hit)) else { continue };
            let better = |known: &BlockHit| (hit.hit.kind, -hit.score) < (known.hit.kind, -known.score);
            if best.as_ref().is_none_or(|(_, known, _)| better(known)) {
                best = Some((likeness, hit, region.start));
            }
        }
        let Some((likeness, mut hit, first)) = best else { return Ok(None) };
        // Where the region begins is asked only here: of most articles nothing is found.
        let before = tx.part_of_article(&outline, 0..first)?.spans().last().map_or(0, |span| span.end + 2);
        hit.hit.start += before;
        hit.hit.end += before;
        Ok(Some((likeness, hit)))
    }
}

/// Runs of neighbouring blocks, with one block before and after each.
fn regions(near: &[usize], blocks: usize) -> Vec<Range<usize>> {
    let mut regions: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < near.len() {
        let mut last = at;
        while last + 1 < near.len() && near[last + 1] <= near[last] + 2 {
            last += 1;
        }
        regions.push(near[at].saturating_sub(1)..(near[last] + 2).min(blocks));
        at = last + 1;
    }
    regions
}

/// The best candidates that may be seen, one more than `most`; those that may not leave their room to others.
fn shown(tx: &ReadTx<'_>, candidates: &Candidates, most: usize) -> Result<Vec<i64>, Error> {
    let mut keep = most + 1;
    loop {
        let best = candidates.best(keep);
        let mut shown = Vec::with_capacity(most + 1);
        for block in &best {
            if tx.is_shown(*block)? {
                shown.push(*block);
            }
        }
        if shown.len() > most || best.len() < keep {
            shown.truncate(most + 1);
            return Ok(shown);
        }
        keep *= 4;
    }
}

/// At most [`ASKED_AT_ONCE`] distinct tokens, spread evenly over the query.
fn spread(tokens: &[String]) -> Vec<String> {
    let step = tokens.len().div_ceil(ASKED_AT_ONCE).max(1);
    let mut seen = BTreeSet::new();
    tokens.iter().step_by(step).filter(|token| seen.insert(token.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_neighbours_with_a_margin() {
        assert_eq!(regions(&[3, 4, 6, 11, 20, 21], 22), [2..8, 10..13, 19..22]);
        assert_eq!(regions(&[0, 1, 7], 8), [0..3, 6..8]);
        assert!(regions(&[], 5).is_empty());
    }

    #[test]
    fn a_text_beyond_the_bound_is_looked_up_all_over_and_it_is_said() {
        let text = "كلمة ".repeat(20_000);
        let tokens = quote::tokens::query_tokens(&text);
        let mut notes = Vec::new();
        let asked = asked_windows(&tokens, &mut notes);
        assert_eq!((asked.len(), asked[0].start, asked[WINDOWS - 1].end), (WINDOWS, 0, 20_000));
        assert_eq!(notes, ["a long text: 256 passages spread over it were looked for, 8192 of its 20000 words"]);
        let short = quote::tokens::query_tokens("one two three four");
        assert_eq!(asked_windows(&short, &mut notes), short.windows);
        assert_eq!(notes.len(), 1);
    }
}
