//! Derived tables against what they derive from, and readings against payloads.

use std::ops::Range;

use super::Check;
use crate::domain::record::ReadingRecord;
use crate::domain::{ArticleId, Digest, RecordId};
use crate::page::{self, EXTRACTOR};
use crate::store::{CaptureRow, Tokens};

/// Of so many blocks one is looked up in the word index by one of its tokens, unless all are by every one.
///
/// What gets lost is a block or a whole segment, so many blocks with one token each find it sooner than few with all.
const SAMPLE: i64 = 100;

impl Check<'_> {
    /// The inverse of block lists says no more than they do, and quotations lie in their articles.
    pub(super) fn inverse(&mut self) {
        match self.tx.inverse_agrees() {
            Ok(Some(_)) => self.say("derived", "block_page", Ok(())),
            Ok(None) => self.wrong_inverse(),
            Err(error) => self.walked("block_page", Err(error)),
        }
        match self.tx.stray_quotations() {
            Ok(stray) if stray.is_empty() => self.say("derived", "quotation", Ok(())),
            Ok(stray) => {
                for (article, start, end) in stray {
                    let why = format!("a quotation from byte {start} to {end} lies outside of its article");
                    self.say("derived", Digest(article), Err(why));
                }
            }
            Err(error) => self.walked("quotation", Err(error)),
        }
    }

    /// Says where the inverse of block lists and they differ.
    fn wrong_inverse(&mut self) {
        let tx = self.tx;
        let mut wrong = 0;
        let walked = tx.wrong_inverse(|reading, why| {
            wrong += 1;
            self.say("derived", Digest(reading), Err(why));
        });
        self.walked("block_page", walked);
        match tx.inverse_counts() {
            Ok((rows, distinct)) if rows == distinct && wrong > 0 => {}
            Ok((rows, distinct)) => {
                let why = format!("it has {rows} rows, and the block lists have {distinct} distinct blocks");
                self.say("derived", "block_page", Err(why));
            }
            Err(error) => self.walked("block_page", Err(error)),
        }
    }

    /// Tokens of a block lead to it: all of them, or in a sample of blocks one.
    pub(super) fn index(&mut self, keys: Range<i64>, whole: bool) {
        let Ok(last) = self.tx.last_key(crate::store::KeyedTable::Block) else { return };
        let (every, which) = if whole { (1, Tokens::All) } else { (SAMPLE, Tokens::One) };
        for block in keys.start.max(1)..keys.end.min(last.saturating_add(1)) {
            // The newest is always looked up: it is the one that a broken end would lose.
            if block % every != 0 && block != last {
                continue;
            }
            let which = if block == last { Tokens::All } else { which };
            match self.tx.unindexed_token(block, which) {
                Ok(None) => {}
                Ok(Some((id, None))) => self.say("index", Digest(id), Ok(())),
                Ok(Some((id, Some(token)))) => {
                    let why =
                        format!("the word index does not find it by its token {token}; `isnad reindex` makes it anew");
                    self.say("index", Digest(id), Err(why));
                }
                Err(error) => return self.walked("index", Err(error)),
            }
        }
    }

    /// Reads payloads again: the record of a reading by this extractor must come out byte for byte.
    pub(super) fn extraction(&mut self, keys: Range<i64>) {
        let mut captures = Vec::new();
        let result = self.tx.each_capture(keys, |capture, _, _| captures.push(capture));
        self.walked("capture", result);
        for capture in captures {
            let readings = match self.tx.readings(capture.key) {
                Ok(readings) => readings,
                Err(error) => {
                    self.walked("reading", Err(error));
                    continue;
                }
            };
            for reading in readings.into_iter().filter(|reading| reading.extractor == EXTRACTOR.version) {
                let result =
                    self.same_again(&capture, &reading.record, reading.key, reading.article.map(|(key, _)| key));
                self.say("extraction", reading.record, result);
            }
        }
    }

    fn same_again(
        &self,
        capture: &CaptureRow,
        record: &RecordId,
        key: i64,
        article: Option<i64>,
    ) -> Result<(), String> {
        let say = |error: crate::store::StoreError| error.to_string();
        let (payload, _) = self.tx.payload(&capture.payload).map_err(say)?.ok_or("its payload is missing")?;
        let reading =
            page::read(&payload, &capture.media_type).map_err(|e| format!("its payload cannot be read: {e}"))?;
        let text = reading.article_text().map(|text| (ArticleId::of(text.as_bytes()), text.len() as u64));
        let again = ReadingRecord::new(capture.record, EXTRACTOR, &reading, text);
        let found = RecordId::of(&again.to_bytes().map_err(|e| e.to_string())?);
        if found != *record {
            return Err(format!("the same extractor now makes the record {found} of it"));
        }
        let tweets = self.tx.tweets(key).map_err(say)?;
        let same = tweets.len() == reading.tweets.len()
            && tweets.iter().zip(&reading.tweets).all(|(row, tweet)| {
                row.words == tweet.text
                    && row.handle == tweet.handle
                    && row.name == tweet.name
                    && row.status_id == tweet.id.map(|id| id.to_string())
            });
        if !same {
            return Err("the tweets that are shown are not those of its payload".to_owned());
        }
        let Some(article) = article else { return Ok(()) };
        let mut stored = self.tx.quotations(article).map_err(say)?;
        let mut quotations = reading.quotations;
        stored.sort_by_key(|quotation| (quotation.start, quotation.end));
        quotations.sort_by_key(|quotation| (quotation.start, quotation.end));
        quotations.dedup_by_key(|quotation| (quotation.start, quotation.end));
        // They belong to the article: another capture of the same text may have made them, in other surroundings.
        let places = |list: &[crate::domain::reading::Quotation]| -> Vec<(usize, usize)> {
            list.iter().map(|quotation| (quotation.start, quotation.end)).collect()
        };
        if places(&stored) == places(&quotations) {
            Ok(())
        } else {
            Err("the quotations that are shown are not those of its payload".to_owned())
        }
    }
}
