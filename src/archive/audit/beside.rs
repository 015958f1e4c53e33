//! What stands right beside the words in their block, or in the line before or after it, and turns them round.

use super::candidates::{BlockHit, BlockPlaces};
use super::occurrences::Found;
use crate::domain::Role;
use crate::quote::edges::{Edge, edges};
use crate::quote::{self, Hit, MatchKind, Query};
use crate::store::ArticleRow;

/// What stands beside `hit` in `text`.
pub(super) fn edges_of(query: &Query, text: &str, hit: &Hit) -> Vec<Edge> {
    let (Some(before), Some(after)) = (text.get(..hit.start), text.get(hit.end..)) else { return Vec::new() };
    edges(query.canonical(), before, hit.words(text), after)
}

/// What stands beside `hit` beyond the block `index` of its article: a paragraph that was cut in lines ends in no full
/// stop, and `not` may be the last word of the line before.
pub(super) fn across_lines(query: &Query, article: &ArticleRow, index: usize, text: &str, hit: &Hit) -> Vec<Edge> {
    let bare = |part: Option<&str>| part.is_some_and(|part| !part.contains(char::is_alphanumeric));
    let line = |index: usize| {
        let (_, role, text) = article.blocks.get(index)?;
        (*role == Role::Body).then_some(text.as_str())
    };
    let before = if bare(text.get(..hit.start)) { index.checked_sub(1).and_then(line) } else { None };
    let after = if bare(text.get(hit.end..)) { line(index + 1) } else { None };
    if before.is_none() && after.is_none() {
        return Vec::new();
    }
    let before = before.map_or_else(String::new, |line| format!("{line} {}", &text[..hit.start]));
    let after = after.map_or_else(String::new, |line| format!("{} {line}", &text[hit.end..]));
    edges(query.canonical(), &before, hit.words(text), &after)
}

/// Says so where the words stand in articles, and every time right beside what turns them round.
pub(super) fn turned_everywhere(found: &[Found]) -> Option<String> {
    let mut same = found.iter().filter(|place| place.view.kind < MatchKind::Reworded && place.view.article.is_some());
    let first = same.next()?.edges.iter().find(|edge| edge.decides)?;
    same.all(|place| place.edges.iter().any(|edge| edge.decides)).then(|| {
        format!("these words stand in articles, but right beside them stands what was not asked for: “{}”", first.words)
    })
}

/// A better place in a block than the one found first: where it carries the words several times, one that nothing
/// turns round. `None` where there is none better.
pub(super) fn better_place(query: &Query, place: &BlockPlaces) -> Option<BlockPlaces> {
    let turned = |hit: &Hit| edges_of(query, &place.text, hit).iter().any(|edge| edge.decides);
    let hit = &place.best.hit;
    let has_room = place.text.len() > 2 * (hit.end - hit.start);
    if hit.kind == MatchKind::Reworded || !has_room || !turned(hit) {
        return None;
    }
    let folded = quote::fold(&place.text);
    let others = quote::matching::find_folded(query, &place.text, &folded).into_iter();
    let clean = others.filter(|other| other.kind < MatchKind::Reworded && !turned(other));
    let clean = clean.min_by_key(|other| (other.kind, other.start))?;
    Some(BlockPlaces { best: BlockHit::same(query, &place.text, &folded, clean), ..place.clone() })
}
