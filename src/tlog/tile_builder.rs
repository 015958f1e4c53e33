//! Tiles of a log, built from its entries in order: to publish it, and to check what someone published.

use super::bundle::{EntryTooLong, push_entry};
use super::frontier::Frontier;
use super::hash::{Hash, leaf_hash};
use super::tile::{TILE_HEIGHT, TILE_WIDTH, Tile, TileKind};

/// Grows a log from its first entry and hands out each tile as it becomes full.
///
/// It keeps one unfinished bundle and one unfinished tile a level, whatever the size of the log.
#[derive(Debug, Clone, Default)]
pub struct TileBuilder {
    frontier: Frontier,
    bundle: Vec<u8>,
    rows: Vec<Vec<u8>>,
}

impl TileBuilder {
    /// Starts with a log without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an entry; `emit` gets the tiles and the bundle that it completes.
    pub fn push(&mut self, entry: &[u8], mut emit: impl FnMut(Tile, &[u8])) -> Result<(), EntryTooLong> {
        push_entry(&mut self.bundle, entry)?;
        let Self { frontier, rows, .. } = self;
        frontier.push_with(leaf_hash(entry), |node, hash| {
            if node.level % TILE_HEIGHT == 0 {
                let level = usize::from(node.level / TILE_HEIGHT);
                if rows.len() == level {
                    rows.push(Vec::new());
                }
                rows[level].extend_from_slice(&hash.0);
            }
        });
        self.emit(|tile| tile.is_full(), &mut emit);
        for (level, row) in self.rows.iter_mut().enumerate() {
            if row.len() == 32 * usize::from(TILE_WIDTH) {
                row.clear();
                if level == 0 {
                    self.bundle.clear();
                }
            }
        }
        Ok(())
    }

    /// Hands out the partial tiles and bundle of the log as it is now.
    pub fn partial(&self, mut emit: impl FnMut(Tile, &[u8])) {
        self.emit(|tile| !tile.is_full(), &mut emit);
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root over all entries.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Hands out the unfinished tiles that are `wanted`; those that were just filled count as unfinished.
    fn emit(&self, wanted: impl Fn(&Tile) -> bool, emit: &mut impl FnMut(Tile, &[u8])) {
        for (level, row) in (0u8..).zip(&self.rows) {
            let Some(last) = (self.size() >> (TILE_HEIGHT * level)).checked_sub(1) else { continue };
            let (index, width) = (last / u64::from(TILE_WIDTH), (row.len() / 32) as u16);
            let contents = [(TileKind::Entries, &self.bundle), (TileKind::Hashes(level), row)];
            for (kind, bytes) in contents.into_iter().skip(usize::from(level != 0)) {
                if let Some(tile) = Tile::new(kind, index, width).filter(&wanted) {
                    emit(tile, bytes);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::bundle::{parse_bundle, slice_bundle};
    use super::super::proof::{check_consistency, check_inclusion, prove_consistency, prove_inclusion, tree_root};
    use super::super::tile::new_tiles;
    use super::super::tile_reader::{TileReadError, TileReader};
    use super::*;

    fn entry(index: u64) -> Vec<u8> {
        format!("entry {index}\n").into_bytes()
    }

    struct Published {
        tiles: BTreeMap<Tile, Vec<u8>>,
        root: Hash,
    }

    fn publish(size: u64) -> Published {
        let mut builder = TileBuilder::new();
        let mut tiles = BTreeMap::new();
        let mut insert = |tile, bytes: &[u8]| assert_eq!(tiles.insert(tile, bytes.to_vec()), None, "{tile} twice");
        for index in 0..size {
            builder.push(&entry(index), &mut insert).unwrap();
        }
        builder.partial(&mut insert);
        assert_eq!(builder.size(), size);
        Published { tiles, root: builder.root() }
    }

    impl Published {
        /// Serves as a server does that stores full tiles and slices partial ones.
        fn fetch(&self, tile: Tile) -> Result<Vec<u8>, String> {
            let stored = self.tiles.range(Tile::new(tile.kind(), tile.index(), tile.width()).unwrap()..).next();
            let (_, bytes) = stored.filter(|(found, _)| found.index() == tile.index()).ok_or("not found")?;
            Ok(tile.slice_hashes(bytes).ok_or("too short")?.to_vec())
        }
    }

    #[test]
    fn logs_have_just_their_tiles_and_every_proof_follows_from_them() {
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 1000, 70_000] {
            let log = publish(size);
            let mut expected: Vec<Tile> = new_tiles(0, size).collect();
            expected.sort();
            assert_eq!(log.tiles.keys().copied().collect::<Vec<_>>(), expected, "size {size}");
            let mut reader = TileReader::new(size, |tile| log.fetch(tile));
            assert_eq!(tree_root(size, |node| reader.node(node)), Ok(log.root));
            for index in [0, 1, 254, 255, 256, 511, 65_535, 65_536, size.saturating_sub(1)] {
                if index < size {
                    let proof = prove_inclusion(size, index, |node| reader.node(node)).unwrap();
                    let leaf = leaf_hash(&entry(index));
                    assert_eq!(check_inclusion(&proof, size, &log.root, index, &leaf), Ok(()));
                }
            }
        }
    }

    #[test]
    fn an_older_head_is_consistent_when_read_from_sliced_tiles() {
        let log = publish(70_000);
        for old in [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000] {
            let mut older = TileReader::new(old, |tile| log.fetch(tile));
            let old_root = tree_root(old, |node| older.node(node)).unwrap();
            assert_eq!(old_root, publish(old).root);
            let mut reader = TileReader::new(70_000, |tile| log.fetch(tile));
            let proof = prove_consistency(old, 70_000, |node| reader.node(node)).unwrap();
            assert_eq!(check_consistency(&proof, old, &old_root, 70_000, &log.root), Ok(()));
        }
    }

    #[test]
    fn bundles_hold_the_entries_and_partial_ones_are_slices() {
        let (older, log) = (publish(300), publish(600));
        for (tile, bytes) in older.tiles.iter().filter(|(tile, _)| tile.kind() == TileKind::Entries) {
            for (at, found) in (0..).zip(parse_bundle(bytes, tile.width()).unwrap()) {
                assert_eq!(found, entry(256 * tile.index() + at));
            }
            assert_eq!(slice_bundle(&log.tiles[&tile.full()], tile.width()), Some(bytes.as_slice()));
        }
    }

    #[test]
    fn what_tiles_do_not_tell_is_an_error_in_words() {
        let log = publish(300);
        let node = |size, level, index| {
            let mut reader = TileReader::new(size, |tile| log.fetch(tile));
            reader.node(super::super::NodeId { level, index })
        };
        assert_eq!(
            node(300, 3, 38).unwrap_err().to_string(),
            "a tree of 300 entries has no complete node 38 of level 3"
        );
        for (level, index) in [(0, 300), (8, 1), (9, 0), (63, 0), (64, 0), (255, 0), (7, u64::MAX), (0, u64::MAX)] {
            assert!(matches!(node(300, level, index), Err(TileReadError::NoSuchNode { .. })), "{level} {index}");
        }
        assert_eq!(node(400, 0, 399).unwrap_err().to_string(), "tile/0/001.p/144: not found");
        let mut reader = TileReader::new(300, |_| Ok::<_, String>(vec![0; 31]));
        let error = reader.node(super::super::NodeId { level: 0, index: 299 }).unwrap_err();
        assert_eq!(error.to_string(), "tile/0/001.p/44: 31 bytes where there must be 1408");
    }
}
