//! Tiles: how a log is published as files that never change. See c2sp.org/tlog-tiles.

use std::fmt;
use std::str::FromStr;

use super::encoding::parse_decimal;
use super::hash::Hash;
use super::node::NodeId;

/// Levels of the tree that one tile spans.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes or entries in a full tile.
pub const TILE_WIDTH: u16 = 1 << TILE_HEIGHT;
/// The highest level that a path can name.
const MAX_LEVEL: u8 = 63;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes of nodes, each the root of a full tile of the level below; those of level 0 are leaf hashes.
    Hashes(u8),
    /// The entries under a tile of level 0.
    Entries,
}

/// A tile of a log: `tile/<level>/<index>` or `tile/entries/<index>`, with `.p/<width>` when it is partial.
///
/// Prints as that path, and parses only from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// A path that names no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a tile: tile/<level or \"entries\">/x001/234, then .p/<1 to 255> if partial")]
pub struct ParseTileError {
    /// What stood there, cut to 80 characters.
    pub found: String,
}

impl TileKind {
    /// How many levels above the leaves its items stand.
    fn height(self) -> u32 {
        match self {
            Self::Hashes(level) => u32::from(level) * u32::from(TILE_HEIGHT),
            Self::Entries => 0,
        }
    }

    /// How many hashes or entries of this kind a tree of `size` entries has, over all tiles.
    fn items(self, size: u64) -> u64 {
        size.checked_shr(self.height()).unwrap_or(0)
    }
}

impl Tile {
    /// Names tile `index`, cut to the first `width` hashes or entries; the width is from 1 to 256.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Option<Self> {
        let level = matches!(kind, TileKind::Hashes(level) if level <= MAX_LEVEL) || kind == TileKind::Entries;
        (level && (1..=TILE_WIDTH).contains(&width)).then_some(Self { kind, index, width })
    }

    /// Returns tile `index` as wide as it is in a tree of `size` entries, if it is there at all.
    pub fn of_tree(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let before = index.checked_mul(u64::from(TILE_WIDTH))?;
        let width = kind.items(size).checked_sub(before)?.min(u64::from(TILE_WIDTH));
        Self::new(kind, index, width as u16)
    }

    /// What the tile holds.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its position among the tiles of its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Tells whether it will never grow.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Returns the full tile at the same place.
    pub fn full(&self) -> Self {
        Self { width: TILE_WIDTH, ..*self }
    }

    /// Tells whether a tree of `size` entries has everything that the tile holds.
    pub fn is_in_tree(&self, size: u64) -> bool {
        Self::of_tree(self.kind, self.index, size).is_some_and(|whole| self.width <= whole.width)
    }

    /// The nodes whose hashes it holds, or whose entries.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (level, first) = (self.kind.height() as u8, self.index.wrapping_mul(u64::from(TILE_WIDTH)));
        (0..u64::from(self.width)).map(move |at| NodeId { level, index: first.wrapping_add(at) })
    }

    /// Splits the bytes of a tile of hashes, if they have its width.
    pub fn parse_hashes(&self, bytes: &[u8]) -> Option<Vec<Hash>> {
        let (hashes, rest) = bytes.as_chunks();
        let fits = hashes.len() == usize::from(self.width) && rest.is_empty();
        fits.then(|| hashes.iter().copied().map(Hash).collect())
    }

    /// Cuts a tile of hashes, full or wider than this one, to the width of this one.
    pub fn slice_hashes<'a>(&self, wider: &'a [u8]) -> Option<&'a [u8]> {
        wider.get(..32 * usize::from(self.width))
    }
}

/// Returns the tiles that a tree of `new` entries has and one of `old` has not, partial ones included.
///
/// With `old` 0 these are all tiles of the tree.
pub fn new_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..=7).map(TileKind::Hashes);
    [TileKind::Entries].into_iter().chain(levels).flat_map(move |kind| {
        let (before, after) = (kind.items(old), kind.items(new));
        let width = u64::from(TILE_WIDTH);
        let first = before / width;
        let last = if after > before { after.div_ceil(width) } else { first };
        (first..last).filter_map(move |index| Tile::of_tree(kind, index, new))
    })
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}")?,
            TileKind::Entries => f.write_str("tile/entries")?,
        }
        let digits = self.index.to_string();
        let padded = format!("{digits:0>width$}", width = digits.len().next_multiple_of(3));
        for start in (0..padded.len()).step_by(3) {
            let mark = if start + 3 < padded.len() { "x" } else { "" };
            write!(f, "/{mark}{}", &padded[start..start + 3])?;
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = ParseTileError;

    fn from_str(path: &str) -> Result<Self, ParseTileError> {
        let tile = parse_path(path).filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| ParseTileError { found: path.chars().take(80).collect() })
    }
}

/// Reads a path leniently; [`Tile::from_str`] accepts only what prints as the same path.
fn parse_path(path: &str) -> Option<Tile> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes(u8::try_from(parse_decimal(level)?).ok()?),
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, u16::try_from(parse_decimal(width)?).ok()?),
        None => (rest, TILE_WIDTH),
    };
    let digits: String = index.chars().filter(char::is_ascii_digit).collect();
    Tile::new(kind, digits.parse().ok()?, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        for (kind, index, width, path) in [
            (TileKind::Hashes(0), 0, 256, "tile/0/000"),
            (TileKind::Hashes(0), 273, 112, "tile/0/273.p/112"),
            (TileKind::Hashes(1), 1_234_067, 256, "tile/1/x001/x234/067"),
            (TileKind::Hashes(63), 1000, 1, "tile/63/x001/000.p/1"),
            (TileKind::Entries, 999, 255, "tile/entries/999.p/255"),
            (TileKind::Entries, u64::MAX, 256, "tile/entries/x018/x446/x744/x073/x709/x551/615"),
        ] {
            let tile = Tile::new(kind, index, width).unwrap();
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
        }
    }

    #[test]
    fn paths_with_another_spelling_are_refused() {
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/000",
            "tile/0/001/234",
            "tile/0/x001/x234",
            "tile/0/x1/234",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/data/000",
            "tile/8/0/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/5/",
            "tile/0/000.p/5.p/5",
            "tile/entries/000.p",
            "tile/0/٠٠٠",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/../000",
            "tile//000",
        ] {
            assert!(bad.parse::<Tile>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn trees_have_the_tiles_that_the_specification_counts() {
        let count =
            |size, kind, full| new_tiles(0, size).filter(|tile| tile.kind() == kind && tile.is_full() == full).count();
        let widths = |size| -> Vec<String> {
            new_tiles(0, size).filter(|tile| !tile.is_full()).map(|tile| tile.to_string()).collect()
        };
        assert_eq!(count(70_000, TileKind::Hashes(0), true), 273);
        assert_eq!(count(70_000, TileKind::Entries, true), 273);
        assert_eq!(count(70_000, TileKind::Hashes(1), true), 1);
        assert_eq!(widths(70_000), ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        assert_eq!(widths(256), ["tile/1/000.p/1"]);
        assert_eq!(new_tiles(0, 0).count(), 0);
        assert_eq!(new_tiles(300, 300).count(), 0);
    }

    #[test]
    fn a_growing_tree_adds_its_new_tiles_only() {
        let paths: Vec<String> = new_tiles(255, 513).map(|tile| tile.to_string()).collect();
        let expected = ["entries/000", "entries/001", "entries/002.p/1", "0/000", "0/001", "0/002.p/1", "1/000.p/2"];
        assert_eq!(paths, expected.map(|path| format!("tile/{path}")));
        let paths: Vec<String> = new_tiles(256, 257).map(|tile| tile.to_string()).collect();
        assert_eq!(paths, ["tile/entries/001.p/1", "tile/0/001.p/1"]);
    }

    #[test]
    fn a_tile_is_in_the_tree_once_all_it_holds_is() {
        let tile: Tile = "tile/1/000.p/2".parse().unwrap();
        assert!(!tile.is_in_tree(511) && tile.is_in_tree(512) && tile.is_in_tree(u64::MAX));
        assert!(!"tile/63/000.p/1".parse::<Tile>().unwrap().is_in_tree(u64::MAX));
        assert!("tile/7/000.p/255".parse::<Tile>().unwrap().is_in_tree(u64::MAX));
        assert!(!Tile::new(TileKind::Hashes(0), u64::MAX, 1).unwrap().is_in_tree(u64::MAX));
    }
}
