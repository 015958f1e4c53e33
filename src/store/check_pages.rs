//! Walking over what pages are made of: articles, block lists, and the tables that find pages by their blocks.
//!
//! Blocks are fetched for many pages at once, in the order of their keys: one after the other they lie beside each
//! other, and looking each up for each page that carries it was most of the time.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use rusqlite::types::ValueRef;

use super::StoreError;
use super::check::within;
use super::pack::{pack_list, unpack_list};
use super::read::ReadTx;
use crate::domain::Role;

/// So many bytes of text are joined at once; a single longer article goes alone.
const TEXT_AT_ONCE: u64 = 4 << 20;
/// Keys no further apart are read in one sweep.
const SWEEP: i64 = 8;

/// A reading's evidence as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockListRow {
    /// Id of the reading record.
    pub record: [u8; 32],
    /// Its stored bytes.
    pub body: Vec<u8>,
    /// Ids and roles of its blocks, or why there are none.
    pub blocks: Result<Vec<([u8; 32], Role)>, String>,
    /// The article it found.
    pub article: Option<[u8; 32]>,
    /// Whether the derived tables say the same of its blocks: where they stand, in which roles, which are tweets.
    pub inverse: Result<(), String>,
}

/// An article as stored: key, id, length, packed block list.
type ArticleRow = (i64, [u8; 32], u64, Vec<u8>);

/// Block keys with roles, in order.
type List = Vec<(i64, Role)>;

/// A reading as stored, before its blocks are looked up.
struct RawReading {
    key: i64,
    record: [u8; 32],
    body: Vec<u8>,
    packed: Option<Vec<u8>>,
    article: Option<[u8; 32]>,
}

impl ReadTx<'_> {
    /// Walks over articles: (id, length, canonical text or why there is none).
    pub fn each_article(
        &self,
        keys: Range<i64>,
        mut visit: impl FnMut([u8; 32], u64, Result<Vec<u8>, String>),
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT id, sha256, bytes, blocks FROM article WHERE {} ORDER BY id", within("id", &keys));
        let (mut waiting, mut bytes) = (Vec::new(), 0);
        let mut flush = |waiting: &mut Vec<ArticleRow>| self.texts(std::mem::take(waiting), &mut visit);
        let walked = self.walk("checking articles", &sql, |row| {
            let article: ArticleRow = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if bytes > 0 && bytes + article.2 > TEXT_AT_ONCE {
                flush(&mut waiting);
                bytes = 0;
            }
            bytes += article.2;
            waiting.push(article);
            Ok(())
        });
        flush(&mut waiting);
        walked
    }

    fn texts(&self, articles: Vec<ArticleRow>, visit: &mut impl FnMut([u8; 32], u64, Result<Vec<u8>, String>)) {
        let read = |value: ValueRef<'_>| value.as_bytes().map(<[u8]>::to_vec).map_err(|e| e.to_string());
        let lists: Vec<Option<List>> = articles.iter().map(|(.., packed)| unpack_list(packed)).collect();
        let all = self.of_blocks(lists.iter().flatten(), "text", read).ok();
        for ((key, id, bytes, packed), list) in articles.into_iter().zip(lists) {
            let text = list.ok_or_else(|| "its block list does not decode".to_owned()).and_then(|list| {
                let text = match &all {
                    Some(blocks) => joined(&list, blocks),
                    // What cannot be read together is read one by one, so that damage is told of what it hit alone.
                    None => joined(&list, &self.of_blocks([&list], "text", read)?),
                };
                text.and_then(|text| self.shown_by_a_reading(key, &packed).map(|()| text))
            });
            visit(id, bytes, text);
        }
    }

    /// An article's blocks and roles must be those of a reading: its id covers the words, but not the roles.
    fn shown_by_a_reading(&self, key: i64, packed: &[u8]) -> Result<(), String> {
        let sql = "SELECT l.blocks FROM reading g JOIN block_list l ON l.reading = g.record WHERE g.article = ?1";
        let pages = self.many("reading block lists", sql, [key], |row| row.get::<_, Vec<u8>>(0));
        let same = |page: &Vec<u8>| {
            let list = unpack_list(page).unwrap_or_default();
            let spans = crate::domain::block::spans(list.iter().map(|(_, role)| (*role, 0)));
            pack_list(spans.into_iter().map(|(index, _)| list[index])) == packed
        };
        let found = pages.map_err(|e| e.to_string())?.iter().any(same);
        if found { Ok(()) } else { Err("no reading has its blocks in these roles".to_owned()) }
    }

    /// Reads one column of these blocks, in sweeps over keys that lie together.
    fn of_blocks<'a, T>(
        &self,
        lists: impl IntoIterator<Item = &'a List>,
        column: &'static str,
        read: impl Fn(ValueRef<'_>) -> Result<T, String>,
    ) -> Result<HashMap<i64, T>, String> {
        let mut keys: Vec<i64> = lists.into_iter().flatten().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut found = HashMap::with_capacity(keys.len());
        let sql = format!("SELECT id, {column} FROM block WHERE id BETWEEN ?1 AND ?2");
        let mut statement = self.sql().prepare_cached(&sql).map_err(|e| e.to_string())?;
        for sweep in keys.chunk_by(|before, key| key - before <= SWEEP) {
            let (Some(first), Some(last)) = (sweep.first(), sweep.last()) else { continue };
            let mut rows = statement.query([first, last]).map_err(|e| e.to_string())?;
            let mut wanted = sweep.iter().copied().peekable();
            while let Some(row) = rows.next().map_err(|e| e.to_string())? {
                let key = row.get::<_, i64>(0).map_err(|e| e.to_string())?;
                while wanted.next_if(|wanted| *wanted < key).is_some() {}
                if wanted.next_if_eq(&key).is_some() {
                    found.insert(key, read(row.get_ref(1).map_err(|e| e.to_string())?)?);
                }
            }
        }
        Ok(found)
    }

    /// Walks over readings with their block lists.
    pub fn each_reading(&self, keys: Range<i64>, mut visit: impl FnMut(BlockListRow)) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT g.record, r.sha256, r.body, l.blocks, a.sha256 FROM reading g JOIN record r ON r.id = g.record
             LEFT JOIN block_list l ON l.reading = g.record LEFT JOIN article a ON a.id = g.article
             WHERE {} ORDER BY g.record",
            within("g.record", &keys)
        );
        let mut readings = Vec::new();
        let walked = self.walk("checking block lists", &sql, |row| {
            let (key, record, body) = (row.get(0)?, row.get(1)?, row.get(2)?);
            readings.push(RawReading { key, record, body, packed: row.get(3)?, article: row.get(4)? });
            Ok(())
        });
        let read = |value: ValueRef<'_>| {
            let bytes = value.as_blob().map_err(|e| e.to_string())?;
            <[u8; 32]>::try_from(bytes).map_err(|_| "the id of a block is not 32 bytes".to_owned())
        };
        let lists: Vec<Option<List>> =
            readings.iter().map(|reading| reading.packed.as_ref().and_then(|packed| unpack_list(packed))).collect();
        let all = self.of_blocks(lists.iter().flatten(), "sha256", read).ok();
        let tweets = self.tweet_blocks(&keys).map_err(|e| e.to_string());
        for (RawReading { key, record, body, packed, article }, list) in readings.into_iter().zip(lists) {
            let inverse = match (&list, &tweets) {
                (_, Err(error)) => Err(error.clone()),
                (Some(list), Ok(tweets)) => tweets_stand(list, tweets.get(&key)),
                (None, Ok(_)) => Ok(()),
            };
            let missing = if packed.is_some() { "its block list does not decode" } else { "its block list is missing" };
            let blocks = list.ok_or_else(|| missing.to_owned()).and_then(|list| match &all {
                Some(ids) => named(list, ids),
                None => {
                    let ids = self.of_blocks([&list], "sha256", read)?;
                    named(list, &ids)
                }
            });
            visit(BlockListRow { record, body, blocks, article, inverse });
        }
        walked
    }

    /// The blocks in which tweets of these readings are said to stand.
    fn tweet_blocks(&self, readings: &Range<i64>) -> Result<HashMap<i64, Vec<i64>>, StoreError> {
        let sql = format!("SELECT reading, block FROM tweet WHERE {}", within("reading", readings));
        let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
        self.walk("reading tweets", &sql, |row| {
            found.entry(row.get(0)?).or_default().push(row.get(1)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Compares the inverse of block lists with what they say, all of it, in two walks.
    ///
    /// Both sides are summed up by hashes of their rows under a key that nobody knows before, so equal sums are equal
    /// sets. `None` when they are not: [`ReadTx::wrong_inverse`] then finds out where.
    pub fn inverse_agrees(&self) -> Result<Option<u64>, StoreError> {
        let doing = "comparing where blocks stand";
        let secret = (RandomState::new(), RandomState::new());
        let add = |sum: &mut (u64, u64, u64), row: (i64, i64, i64)| {
            sum.0 = sum.0.wrapping_add(secret.0.hash_one(row));
            sum.1 = sum.1.wrapping_add(secret.1.hash_one(row));
            sum.2 += 1;
        };
        let (mut stored, mut expected) = ((0, 0, 0), (0, 0, 0));
        self.walk(doing, "SELECT block, reading, roles FROM block_page", |row| {
            add(&mut stored, (row.get(0)?, row.get(1)?, row.get(2)?));
            Ok(())
        })?;
        self.walk(doing, "SELECT reading, blocks FROM block_list", |row| {
            let reading = row.get(0)?;
            for (block, roles) in roles_of(row.get_ref(1)?.as_blob().unwrap_or_default()) {
                add(&mut expected, (block, reading, roles));
            }
            Ok(())
        })?;
        Ok((stored == expected).then_some(stored.2))
    }

    /// Where the inverse of block lists says something else than they do: reading records with what was found.
    pub fn wrong_inverse(&self, mut visit: impl FnMut([u8; 32], String)) -> Result<(), StoreError> {
        let doing = "comparing where blocks stand";
        let listed = "SELECT l.reading, r.sha256, l.blocks FROM block_list l JOIN record r ON r.id = l.reading";
        let sql = "SELECT roles FROM block_page WHERE block = ?1 AND reading = ?2";
        self.walk(doing, listed, |row| {
            let reading: i64 = row.get(0)?;
            for (block, roles) in roles_of(row.get_ref(2)?.as_blob().unwrap_or_default()) {
                let found = self.one(doing, sql, [block, reading], |row| row.get::<_, i64>(0));
                let found = match found {
                    Ok(found) if found == Some(roles) => continue,
                    Ok(found) => format!("{found:?}"),
                    Err(error) => error.to_string(),
                };
                let why = format!("block_page says of block key {block} the roles {found}, its block list {roles}");
                visit(row.get(1)?, why);
                break;
            }
            Ok(())
        })
    }

    /// Rows of the inverse of block lists, and how many the block lists say.
    pub fn inverse_counts(&self) -> Result<(u64, u64), StoreError> {
        let doing = "counting where blocks stand";
        let rows = self.one(doing, "SELECT count(*) FROM block_page", [], |row| row.get(0))?.unwrap_or(0);
        let mut distinct = 0;
        self.walk(doing, "SELECT blocks FROM block_list", |row| {
            distinct += roles_of(row.get_ref(0)?.as_blob().unwrap_or_default()).len() as u64;
            Ok(())
        })?;
        Ok((rows, distinct))
    }
}

/// The distinct blocks of a packed list with their roles as the inverse states them.
fn roles_of(packed: &[u8]) -> BTreeMap<i64, i64> {
    let mut roles = BTreeMap::new();
    for (block, role) in unpack_list(packed).unwrap_or_default() {
        *roles.entry(block).or_default() |= 1 << role.code();
    }
    roles
}

/// The canonical text that these blocks make.
fn joined(list: &List, blocks: &HashMap<i64, Vec<u8>>) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    for (key, _) in list {
        if !text.is_empty() {
            text.extend_from_slice(b"\n\n");
        }
        text.extend_from_slice(blocks.get(key).ok_or_else(|| format!("block key {key} is missing"))?);
    }
    text.push(b'\n');
    Ok(text)
}

/// The ids of a list of blocks.
fn named(list: List, ids: &HashMap<i64, [u8; 32]>) -> Result<Vec<([u8; 32], Role)>, String> {
    list.into_iter()
        .map(|(key, role)| ids.get(&key).map(|id| (*id, role)).ok_or_else(|| format!("block key {key} is missing")))
        .collect()
}

/// Tweets of a page stand in blocks of it.
fn tweets_stand(list: &[(i64, Role)], tweets: Option<&Vec<i64>>) -> Result<(), String> {
    let stray = tweets.into_iter().flatten().find(|block| !list.iter().any(|(key, _)| key == *block));
    match stray {
        Some(block) => Err(format!("a tweet is said to stand in block key {block}, which is not on the page")),
        None => Ok(()),
    }
}
