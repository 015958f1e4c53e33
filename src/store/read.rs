//! Reading one moment of the database.

use std::cell::Cell;
use std::ops::{Deref, Range};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction};

use super::extent::KeptExtent;
use super::pack::{decompress, unpack_list};
use super::rows::{ArticleRow, CaptureRow, Outline, ReadingRow, RecordKind, TweetRow, time_of};
use super::{Companions, StoreError, Visibility};
use crate::domain::reading::Quotation;
use crate::domain::{ArticleId, AttachmentId, BlockId, PayloadId, RecordId, Role};

enum Connected<'c> {
    Owned(Transaction<'c>),
    Borrowed(&'c Connection),
}

/// A view of one moment of the database.
pub struct ReadTx<'c> {
    connection: Connected<'c>,
    pub(super) path: &'c Path,
    pub(super) visibility: Visibility,
    /// Where the extent of the archive is kept between transactions.
    pub(super) extent: Option<&'c KeptExtent>,
    /// Whether there is anything that this view may not see, once somebody asked.
    pub(super) hides: Cell<Option<bool>>,
    /// Connections that see the same moment, for [`ReadTx::each`].
    pub(super) companions: Option<&'c Companions>,
}

/// The columns that [`capture_row`] reads but for the last two, which take looking up.
macro_rules! plain {
    () => {
        "c.record, r.sha256, p.sha256, p.bytes, c.media_type, c.url, o.name, o.display, c.title,
    c.published, c.published_from, c.published_to, c.published_zone, c.published_basis,
    c.captured, c.captured_from, c.captured_to, c.captured_zone, c.captured_basis,
    c.logged - (SELECT first_leaf FROM log ORDER BY id DESC LIMIT 1), c.logged_at, c.source, c.private, x.sha256"
    };
}
/// The columns that [`capture_row`] reads without takedown and stamp, with their tables.
pub(super) const CAPTURE_PLAIN: &str = plain!();
/// The columns that [`capture_row`] reads, with their tables.
pub(super) const CAPTURE_COLUMNS: &str = concat!(
    plain!(),
    ",
    CASE c.withheld WHEN 0 THEN NULL ELSE (SELECT t.code FROM takedown t
        WHERE t.record = r.sha256 AND t.undone IS NULL ORDER BY t.id DESC LIMIT 1) END,
    CASE WHEN NOT EXISTS (SELECT 1 FROM stamp) THEN NULL
    WHEN (SELECT max(id) FROM log) = 1 THEN ",
    // Of one log the entry is known; after an adoption a record has several.
    "(SELECT s.time || ' ' || s.time_from || ' ' || s.time_to FROM stamp s WHERE s.id =
        (SELECT id FROM stamp WHERE covers > c.logged AND first_leaf <= c.logged ORDER BY covers, time_to LIMIT 1))
    ELSE (SELECT s.time || ' ' || s.time_from || ' ' || s.time_to FROM leaf l JOIN stamp s ON s.id =
        (SELECT id FROM stamp WHERE covers > l.idx AND first_leaf <= l.idx ORDER BY covers, time_to LIMIT 1)
        WHERE l.subject = r.sha256 AND l.kind = 1 ORDER BY s.time_to LIMIT 1) END"
);

/// How many columns these are.
pub(super) const CAPTURE_WIDTH: usize = 26;

/// A capture that is already stored, as far as ingestion needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCapture {
    /// Local key of its record.
    pub key: i64,
    /// Digest over its declarations.
    pub declarations: [u8; 32],
}

pub(super) fn capture_row(row: &Row<'_>) -> rusqlite::Result<CaptureRow> {
    let published = time_of(row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?, row.get(13)?);
    let captured = time_of(row.get(14)?, row.get(15)?, row.get(16)?, row.get(17)?, row.get(18)?);
    Ok(CaptureRow {
        key: row.get(0)?,
        record: RecordId::from_bytes(row.get(1)?),
        payload: PayloadId::from_bytes(row.get(2)?),
        payload_bytes: row.get(3)?,
        media_type: row.get(4)?,
        url: row.get(5)?,
        outlet: row.get(6)?,
        outlet_display: row.get(7)?,
        title: row.get(8)?,
        published,
        captured: captured.ok_or(rusqlite::Error::InvalidColumnName("captured".to_owned()))?,
        logged: row.get(19)?,
        logged_at: row.get(20)?,
        source: row.get(21)?,
        private: row.get(22)?,
        replaced_by: row.get::<_, Option<[u8; 32]>>(23)?.map(RecordId::from_bytes),
        withheld: row.get(24)?,
        stamped: row.get::<_, Option<String>>(25)?.and_then(|text| super::stamp::stamped(&text)),
    })
}

const READING_COLUMNS: &str =
    "g.record, r.sha256, g.capture, g.article, a.sha256, g.extractor, g.lang, g.charset, g.byline,
    g.deleted_bidi, g.notes";
const READING_TABLES: &str = "reading g JOIN record r ON r.id = g.record LEFT JOIN article a ON a.id = g.article";

fn reading_row(row: &Row<'_>) -> rusqlite::Result<ReadingRow> {
    let article = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<[u8; 32]>>(4)?) {
        (Some(key), Some(id)) => Some((key, ArticleId::from_bytes(id))),
        _ => None,
    };
    Ok(ReadingRow {
        key: row.get(0)?,
        record: RecordId::from_bytes(row.get(1)?),
        capture: row.get(2)?,
        article,
        extractor: row.get(5)?,
        lang: row.get(6)?,
        charset: row.get(7)?,
        byline: row.get(8)?,
        deleted_bidi: row.get(9)?,
        notes: serde_json::from_str(&row.get::<_, String>(10)?).unwrap_or_default(),
    })
}

impl<'c> ReadTx<'c> {
    pub(super) fn new(
        transaction: Transaction<'c>,
        path: &'c Path,
        visibility: Visibility,
        extent: &'c KeptExtent,
    ) -> Self {
        ReadTx {
            connection: Connected::Owned(transaction),
            path,
            visibility,
            extent: Some(extent),
            hides: Cell::default(),
            companions: None,
        }
    }

    pub(super) fn borrowed(connection: &'c Connection, path: &'c Path, visibility: Visibility) -> Self {
        ReadTx {
            connection: Connected::Borrowed(connection),
            path,
            visibility,
            extent: None,
            hides: Cell::default(),
            companions: None,
        }
    }

    pub(super) fn sql(&self) -> &Connection {
        match &self.connection {
            Connected::Owned(transaction) => transaction.deref(),
            Connected::Borrowed(connection) => connection,
        }
    }

    pub(super) fn fail(&self, doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        move |error| StoreError::sql(self.path, doing, error)
    }

    pub(super) fn corrupt(&self, doing: &str, found: impl Into<String>) -> StoreError {
        StoreError::corrupt(self.path, doing, found)
    }

    pub(super) fn one<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.sql()
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(params, read).optional())
            .map_err(self.fail(doing))
    }

    pub(super) fn many<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.sql()
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(params, read)?.collect())
            .map_err(self.fail(doing))
    }

    /// A setting of the archive: `origin`, `public_url`, `created`.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.one("reading a setting", "SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0))
    }

    /// Looks for the capture with this identity that nothing has corrected.
    pub fn known_capture(
        &self,
        payload: &PayloadId,
        url: &str,
        time: Option<i64>,
    ) -> Result<Option<KnownCapture>, StoreError> {
        self.one(
            "looking for an earlier capture",
            "SELECT c.record, c.declarations FROM payload p JOIN capture c ON c.payload = p.id
             WHERE p.sha256 = ?1 AND c.identity_url = ?2 AND c.identity_time IS ?3 AND c.replaced_by IS NULL
               AND c.withheld < 2
             ORDER BY c.record LIMIT 1",
            rusqlite::params![payload.as_bytes(), url, time],
            |row| Ok(KnownCapture { key: row.get(0)?, declarations: row.get(1)? }),
        )
    }

    /// A record's kind and exact bytes.
    pub fn record(&self, id: &RecordId) -> Result<Option<(RecordKind, Vec<u8>)>, StoreError> {
        let found =
            self.one("reading a record", "SELECT kind, body FROM record WHERE sha256 = ?1", [id.as_bytes()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?;
        let Some((kind, body)) = found else { return Ok(None) };
        let kind = RecordKind::from_code(kind)
            .ok_or_else(|| self.corrupt("reading a record", format!("record {id} has kind {kind}")))?;
        if RecordId::of(&body) != *id {
            return Err(
                self.corrupt("reading a record", format!("the bytes of record {id} hash to {}", RecordId::of(&body)))
            );
        }
        Ok(Some((kind, body)))
    }

    /// The captured bytes, checked against their id, and the media type some visible capture states for them.
    pub fn payload(&self, id: &PayloadId) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let sql = format!(
            "SELECT p.encoding, p.stored, p.bytes, c.media_type FROM payload p JOIN capture c ON c.payload = p.id
             WHERE p.sha256 = ?1 AND {} ORDER BY c.record LIMIT 1",
            self.visible()
        );
        let found = self.one("reading a payload", &sql, [id.as_bytes()], |row| {
            Ok((row.get::<_, u8>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, u64>(2)?, row.get::<_, String>(3)?))
        })?;
        let Some((encoding, stored, bytes, media_type)) = found else { return Ok(None) };
        let plain = decompress(encoding, stored, bytes)
            .map_err(|why| self.corrupt("reading a payload", format!("payload {id}: {why}")))?;
        if PayloadId::of(&plain) != *id {
            return Err(self.corrupt("reading a payload", format!("payload {id} hashes to {}", PayloadId::of(&plain))));
        }
        Ok(Some((plain, media_type)))
    }

    /// The bytes of an attachment, checked against their id.
    pub fn attachment(&self, id: &AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        let doing = "reading an attachment";
        let sql = "SELECT encoding, stored, bytes FROM attachment WHERE sha256 = ?1";
        let found = self.one(doing, sql, [id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((encoding, stored, bytes)) = found else { return Ok(None) };
        let plain = decompress(encoding, stored, bytes)
            .map_err(|why| self.corrupt(doing, format!("attachment {id}: {why}")))?;
        match AttachmentId::of(&plain) {
            found if found == *id => Ok(Some(plain)),
            found => Err(self.corrupt(doing, format!("attachment {id} hashes to {found}"))),
        }
    }

    /// The payload of a WARC revisit: by the digest stated for it, else by URL and time of the original capture.
    ///
    /// A revisit that everybody will see does not find what only the local user sees: it would publish it.
    pub fn revisited(
        &self,
        stated: Option<&str>,
        original: Option<(&str, i64)>,
        seen_by: Visibility,
    ) -> Result<Option<PayloadId>, StoreError> {
        let doing = "looking for the original of a revisit";
        let visible = seen_by.condition();
        if let Some(stated) = stated {
            let sql = format!(
                "SELECT p.sha256 FROM stated_digest s JOIN payload p ON p.id = s.payload WHERE s.stated = ?1
                 AND EXISTS (SELECT 1 FROM capture c WHERE c.payload = p.id AND {visible}) LIMIT 1"
            );
            let found = self.one(doing, &sql, [stated], |row| row.get(0))?;
            return Ok(found.map(PayloadId::from_bytes));
        }
        let Some((url, from)) = original else { return Ok(None) };
        let sql = format!(
            "SELECT p.sha256 FROM capture c JOIN payload p ON p.id = c.payload
             WHERE c.url = ?1 AND c.captured_from = ?2 AND {visible} LIMIT 1"
        );
        let found = self.one(doing, &sql, rusqlite::params![url, from], |row| row.get(0))?;
        Ok(found.map(PayloadId::from_bytes))
    }

    /// An article with its blocks, checked against its id, if some visible capture shows it.
    pub fn article(&self, id: &ArticleId) -> Result<Option<ArticleRow>, StoreError> {
        let sql = format!(
            "SELECT a.id, a.blocks FROM article a WHERE a.sha256 = ?1 AND EXISTS (SELECT 1 FROM reading g
             JOIN capture c ON c.record = g.capture WHERE g.article = a.id AND {})",
            self.visible()
        );
        let found =
            self.one("reading an article", &sql, [id.as_bytes()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let Some((key, packed)) = found else { return Ok(None) };
        let outline = self.outline(key, *id, &packed)?;
        let row = self.part_of_article(&outline, 0..outline.blocks.len())?;
        if ArticleId::of(row.text().as_bytes()) != *id {
            let found = format!("the text of article {id} hashes to {}", ArticleId::of(row.text().as_bytes()));
            return Err(self.corrupt("reading an article", found));
        }
        Ok(Some(row))
    }

    /// An article by its local key; not checked against its id.
    pub fn article_by_key(&self, key: i64) -> Result<ArticleRow, StoreError> {
        let outline = self.outline_of_article(key)?;
        self.part_of_article(&outline, 0..outline.blocks.len())
    }

    /// Which blocks an article has, without their texts.
    pub fn outline_of_article(&self, key: i64) -> Result<Outline, StoreError> {
        let sql = "SELECT sha256, blocks FROM article WHERE id = ?1";
        let found = self
            .one("reading an article", sql, [key], |row| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let (id, packed) =
            found.ok_or_else(|| self.corrupt("reading an article", format!("article key {key} is missing")))?;
        self.outline(key, ArticleId::from_bytes(id), &packed)
    }

    fn outline(&self, key: i64, id: ArticleId, packed: &[u8]) -> Result<Outline, StoreError> {
        let blocks = unpack_list(packed).ok_or_else(|| {
            self.corrupt("reading an article", format!("the block list of article {id} does not decode"))
        })?;
        Ok(Outline { key, id, blocks })
    }

    /// Some neighbouring blocks of an article with their texts, as if they were all of it.
    pub fn part_of_article(&self, outline: &Outline, part: Range<usize>) -> Result<ArticleRow, StoreError> {
        let blocks = outline.blocks[part].iter().map(|&(block, role)| Ok((block, role, self.block_text(block)?)));
        Ok(ArticleRow { key: outline.key, id: outline.id, blocks: blocks.collect::<Result<_, StoreError>>()? })
    }

    /// The text of a block by its local key.
    pub fn block_text(&self, key: i64) -> Result<String, StoreError> {
        self.one("reading a block", "SELECT text FROM block WHERE id = ?1", [key], |row| row.get(0))?
            .ok_or_else(|| self.corrupt("reading a block", format!("block key {key} is missing")))
    }

    /// The whole page of a reading: (local key, role, id, text) of each block in document order.
    pub fn page(&self, reading: i64) -> Result<Vec<(i64, Role, BlockId, String)>, StoreError> {
        let doing = "reading a block list";
        let packed = self
            .one(doing, "SELECT blocks FROM block_list WHERE reading = ?1", [reading], |row| row.get::<_, Vec<u8>>(0))?
            .ok_or_else(|| self.corrupt(doing, format!("reading key {reading} has none")))?;
        let list = unpack_list(&packed)
            .ok_or_else(|| self.corrupt(doing, format!("that of reading key {reading} does not decode")))?;
        let mut page = Vec::with_capacity(list.len());
        for (key, role) in list {
            let (id, text) = self
                .one(doing, "SELECT sha256, text FROM block WHERE id = ?1", [key], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .ok_or_else(|| self.corrupt(doing, format!("block key {key} is missing")))?;
            let (id, text): (BlockId, String) = (BlockId::from_bytes(id), text);
            let found = BlockId::of(text.as_bytes());
            if found != id {
                return Err(self.corrupt(doing, format!("the text of block {id} hashes to {found}")));
            }
            page.push((key, role, id, text));
        }
        Ok(page)
    }

    /// The capture with this record id, if it is visible.
    pub fn capture(&self, id: &RecordId) -> Result<Option<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE r.sha256 = ?1 AND {}",
            self.visible(),
            tables = self.capture_tables()
        );
        self.one("reading a capture", &sql, [id.as_bytes()], capture_row)
    }

    /// The capture with this local key, if it is visible.
    pub fn capture_by_key(&self, key: i64) -> Result<Option<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE c.record = ?1 AND {}",
            self.visible(),
            tables = self.capture_tables()
        );
        self.one("reading a capture", &sql, [key], capture_row)
    }

    /// The visible captures that this one corrects, and those that they corrected, in the order of the log.
    pub fn corrected_by(&self, key: i64) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = "SELECT record FROM capture WHERE replaced_by = ?1";
        let (mut later, mut found) = (vec![key], Vec::new());
        while let Some(key) = later.pop() {
            for older in self.many("looking for what a capture corrects", sql, [key], |row| row.get::<_, i64>(0))? {
                found.extend(self.capture_by_key(older)?);
                later.push(older);
            }
        }
        found.sort_by_key(|capture| capture.logged);
        Ok(found)
    }

    /// Every visible capture of exactly this URL, oldest first, those that were corrected too.
    pub fn captures_of_url(&self, url: &str) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE c.url = ?1 AND {} ORDER BY c.captured_from, c.logged",
            self.visible(),
            tables = self.capture_tables()
        );
        self.many("reading the captures of a page", &sql, [url], capture_row)
    }

    /// Every visible capture of a payload, in the order of the log.
    pub fn captures_of_payload(&self, payload: &PayloadId) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE p.sha256 = ?1 AND {} ORDER BY c.logged",
            self.visible(),
            tables = self.capture_tables()
        );
        self.many("reading the captures of a payload", &sql, [payload.as_bytes()], capture_row)
    }

    /// Every visible capture whose reading found this article, in the order of the log.
    pub fn captures_of_article(&self, article: i64) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables}
             WHERE c.record IN (SELECT capture FROM reading WHERE article = ?1) AND {} ORDER BY c.logged",
            self.visible(),
            tables = self.capture_tables()
        );
        self.many("reading the captures of an article", &sql, [article], capture_row)
    }

    /// The readings of a capture, oldest extractor first.
    pub fn readings(&self, capture: i64) -> Result<Vec<ReadingRow>, StoreError> {
        let sql = format!(
            "SELECT {READING_COLUMNS} FROM {READING_TABLES} WHERE g.capture = ?1 ORDER BY g.extractor, g.record"
        );
        self.many("reading the readings of a capture", &sql, [capture], reading_row)
    }

    /// The reading with this record id.
    pub fn reading(&self, id: &RecordId) -> Result<Option<ReadingRow>, StoreError> {
        let sql = format!("SELECT {READING_COLUMNS} FROM {READING_TABLES} WHERE r.sha256 = ?1");
        self.one("reading a reading", &sql, [id.as_bytes()], reading_row)
    }

    /// The tweets of a reading in document order.
    pub fn tweets(&self, reading: i64) -> Result<Vec<TweetRow>, StoreError> {
        self.many(
            "reading tweets",
            "SELECT block, handle, name, date, date_from, date_to, words, status_id, snowflake_ms
             FROM tweet WHERE reading = ?1 ORDER BY ordinal",
            [reading],
            |row| {
                Ok(TweetRow {
                    block: row.get(0)?,
                    handle: row.get(1)?,
                    name: row.get(2)?,
                    date: time_of(row.get(3)?, row.get(4)?, row.get(5)?, None, Some("tweet".to_owned())),
                    words: row.get(6)?,
                    status_id: row.get(7)?,
                    snowflake_ms: row.get(8)?,
                })
            },
        )
    }

    /// The quotations of an article in the order of its text.
    pub fn quotations(&self, article: i64) -> Result<Vec<Quotation>, StoreError> {
        self.many(
            "reading quotations",
            "SELECT start, end, speaker, via FROM quotation WHERE article = ?1 ORDER BY start, end",
            [article],
            |row| {
                Ok(Quotation {
                    start: row.get::<_, u32>(0)? as usize,
                    end: row.get::<_, u32>(1)? as usize,
                    speaker: row.get(2)?,
                    via: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
                })
            },
        )
    }

    /// Erased records whose id begins with these hexadecimal digits, at most two.
    pub fn erased_with_prefix(&self, digits: &str) -> Result<Vec<RecordId>, StoreError> {
        self.erased_between(&hex_bound(digits, '0'), &hex_bound(digits, 'f'), 2)
    }

    /// Ids in `article`, `record` or `payload` that begin with these hexadecimal digits, at most `limit`.
    pub fn ids_with_prefix(&self, table: IdTable, digits: &str, limit: u32) -> Result<Vec<[u8; 32]>, StoreError> {
        let low = hex_bound(digits, '0');
        let high = hex_bound(digits, 'f');
        let sql =
            format!("SELECT sha256 FROM {} WHERE sha256 BETWEEN ?1 AND ?2 ORDER BY sha256 LIMIT ?3", table.name());
        self.many("looking an id up", &sql, rusqlite::params![low, high, limit], |row| row.get(0))
    }
}

/// The tables whose ids a person may shorten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdTable {
    /// Articles.
    Article,
    /// Records.
    Record,
    /// Payloads.
    Payload,
}

impl IdTable {
    fn name(self) -> &'static str {
        match self {
            IdTable::Article => "article",
            IdTable::Record => "record",
            IdTable::Payload => "payload",
        }
    }
}

/// The lowest or highest id that begins with `digits`, which are at most 64 hexadecimal ones.
fn hex_bound(digits: &str, fill: char) -> Vec<u8> {
    let padded: Vec<char> = digits.chars().chain(std::iter::repeat(fill)).take(64).collect();
    padded.chunks(2).map(|pair| pair.iter().fold(0, |byte, c| byte << 4 | c.to_digit(16).unwrap_or(0) as u8)).collect()
}
