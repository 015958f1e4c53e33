//! What is earlier than all that counts as these words: the reader must not overlook it.

use super::occurrences::Found;
use crate::domain::{Role, Time};
use crate::quote::Ranking;

/// Occurrences named in the remark at most.
const NAMED: usize = 5;

/// A remark that names the occurrences, by their numbers in the list, that were certainly published before the first, or
/// before all that may be the first, and only reword the words or say something else.
pub(super) fn remark(found: &[Found], ranking: &Ranking) -> Option<String> {
    let first: Option<Vec<&Time>> =
        ranking.published.iter().chain(&ranking.contenders).map(|&index| found[index].evidence.claimed()).collect();
    let first = first.filter(|first| !first.is_empty())?;
    let earlier = |index: &usize| {
        let place = &found[*index];
        let precedes = |time: &Time| first.iter().all(|other| time.precedes(other));
        place.view.role != Role::Furniture && place.evidence.claimed().is_some_and(precedes)
    };
    let numbers: Vec<usize> = (1..).zip(&ranking.list).filter(|(_, index)| earlier(index)).map(|(at, _)| at).collect();
    let (one, more) = (numbers.first()?, numbers.len().saturating_sub(NAMED));
    let named: Vec<String> = numbers.iter().take(NAMED).map(ToString::to_string).collect();
    Some(match (numbers.len(), more) {
        (1, _) => format!(
            "occurrence {one} is earlier than all that counts as these words: it has other words, or turns them round; whether it states the same is for you to read"
        ),
        (_, 0) => format!(
            "occurrences {} are earlier than all that counts as these words: they have other words, or turn them round; whether they state the same is for you to read",
            named.join(", ")
        ),
        _ => format!(
            "occurrences {} and {more} more are earlier than all that counts as these words: they have other words, or turn them round; whether they state the same is for you to read",
            named.join(", ")
        ),
    })
}
