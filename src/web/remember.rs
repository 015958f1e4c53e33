//! Answers that cost work, kept until the log grows.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Answers kept at once; with one more, all are forgotten.
const MOST: usize = 256;

/// Answers by question, all of one size of the log.
#[derive(Debug)]
pub(super) struct Remembered<K, V>(Mutex<(u64, HashMap<K, V>)>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Remembered(Mutex::new((0, HashMap::new())))
    }
}

impl<K: Hash + Eq, V: Clone> Remembered<K, V> {
    /// The answer known at this size of the log, or the one that `ask` gives, which is kept.
    pub(super) fn at<E>(&self, size: u64, question: K, ask: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (of, known) = &*lock()
            && *of == size
            && let Some(answer) = known.get(&question)
        {
            return Ok(answer.clone());
        }
        // Asked without the lock: who asks something else does not wait.
        let answer = ask()?;
        let mut kept = lock();
        if kept.0 != size || kept.1.len() >= MOST {
            *kept = (size, HashMap::new());
        }
        kept.1.insert(question, answer.clone());
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_asked_for_once_for_each_size() {
        let kept = Remembered::default();
        let ask = |size, answer| kept.at::<()>(size, "q", || Ok(answer));
        assert_eq!([ask(1, 10), ask(1, 20), ask(2, 30), ask(2, 40), ask(1, 50)], [10, 10, 30, 30, 50].map(Ok));
        assert_eq!(kept.at(7, "q", || Err("no")), Err("no"));
        assert_eq!(kept.at(7, "q", || Ok::<_, &str>(1)), Ok(1), "a failure is not kept");
    }
}
