//! What is earlier than the first and does not count as these words: the reader must not overlook it.

use super::occurrences::Found;
use crate::domain::Role;
use crate::quote::Ranking;

/// Occurrences named in the remark at most.
const NAMED: usize = 5;

/// A remark that names the occurrences, by their numbers in the list, that were certainly published before the first and
/// only reword it or say something else.
pub(super) fn remark(found: &[Found], ranking: &Ranking) -> Option<String> {
    let first = found[ranking.published?].evidence.claimed()?;
    let earlier = |index: &usize| {
        let place = &found[*index];
        place.view.role != Role::Furniture && place.evidence.claimed().is_some_and(|time| time.precedes(first))
    };
    let numbers: Vec<usize> = (1..).zip(&ranking.list).filter(|(_, index)| earlier(index)).map(|(at, _)| at).collect();
    let (one, more) = (numbers.first()?, numbers.len().saturating_sub(NAMED));
    let named: Vec<String> = numbers.iter().take(NAMED).map(ToString::to_string).collect();
    Some(match (numbers.len(), more) {
        (1, _) => format!(
            "occurrence {one} is earlier than the first: it has other words, or turns them round; whether it states the same is for you to read"
        ),
        (_, 0) => format!(
            "occurrences {} are earlier than the first: they have other words, or turn them round; whether they state the same is for you to read",
            named.join(", ")
        ),
        _ => format!(
            "occurrences {} and {more} more are earlier than the first: they have other words, or turn them round; whether they state the same is for you to read",
            named.join(", ")
        ),
    })
}
