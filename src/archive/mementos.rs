//! The captures of one URL over time, and which of them are mementos (RFC 7089).

use super::article::{CaptureView, capture_view};
use super::{Archive, Error};
use crate::domain::{Basis, RecordId, Time};

/// The longest interval, in seconds, that a datetime of one second may stand for: a capture time told to the minute.
const PRECISE: i64 = 60;

/// A capture whose time is known well enough to be negotiated about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memento {
    /// Its record.
    pub record: RecordId,
    /// First UTC second of its capture time.
    pub at: i64,
}

impl Memento {
    /// The UTC second of a capture time, or `None` when it cannot be a memento's.
    ///
    /// The time of ingestion says nothing about the page, and a mere day of unknown zone would have to be given an hour
    /// that nobody stated.
    pub fn second_of(captured: &Time) -> Option<i64> {
        let (from, to) = (captured.from?, captured.to?);
        (captured.basis != Basis::Ingest && to.checked_sub(from)? <= PRECISE).then_some(from)
    }
}

impl Archive {
    /// The mementos of exactly this URL, oldest first, corrected captures left out.
    pub fn mementos(&self, url: &str) -> Result<Vec<Memento>, Error> {
        self.read(|tx| {
            let current = tx.captures_of_url(url)?.into_iter().filter(|row| row.replaced_by.is_none());
            let timed = current.filter_map(|row| {
                let at = Memento::second_of(&row.captured)?;
                Some((at, row.logged, row.record))
            });
            let mut found: Vec<_> = timed.collect();
            found.sort_unstable();
            Ok(found.into_iter().map(|(at, _, record)| Memento { record, at }).collect())
        })
    }

    /// Every capture of exactly this URL, corrected ones too, by capture time and place in the log.
    pub fn captures_of_url(&self, url: &str) -> Result<Vec<CaptureView>, Error> {
        self.read(|tx| {
            let mut list = Vec::new();
            for row in tx.captures_of_url(url)? {
                let reading = tx.readings(row.key)?.pop();
                list.push(capture_view(row, reading.as_ref()));
            }
            Ok(list)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_that_somebody_stated_to_the_minute_is_a_memento_s() {
        assert_eq!(Memento::second_of(&Time::at_second(7, Basis::WarcDate)), Some(7));
        assert_eq!(Memento::second_of(&Time::at_second(7, Basis::Ingest)), None);
        let day = Time::day(chrono::NaiveDate::from_ymd_opt(2024, 5, 3).unwrap(), Basis::Declared);
        assert_eq!(Memento::second_of(&day), None);
        let open = Time { to: None, ..Time::at_second(7, Basis::Declared) };
        assert_eq!(Memento::second_of(&open), None);
    }
}
