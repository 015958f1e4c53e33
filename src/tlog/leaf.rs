//! The entries of an isnad log: one short line each, without a byte that someone else chose.

use std::fmt;

use super::encoding::{parse_hex, to_hex};

/// What an entry says about the thing it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// A capture record was made, or is shown again after it was withheld. Names the record.
    Capture,
    /// A reading record was made. Names the record.
    Reading,
    /// A capture is hidden from now on, though kept. Names the capture record.
    Withhold,
    /// A capture is about to be destroyed. Names the capture record.
    Erase,
    /// A third party stamped a head of this log. Names the SHA-256 of its whole response.
    Anchor,
    /// This log carries on another one. Names the SHA-256 of that log's last checkpoint; only ever the first entry.
    Adopt,
}

impl LeafKind {
    /// Every kind, in the order they are specified.
    pub const ALL: [Self; 6] = [Self::Capture, Self::Reading, Self::Withhold, Self::Erase, Self::Anchor, Self::Adopt];

    /// The word that stands in the entry.
    pub fn word(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Reading => "reading",
            Self::Withhold => "withhold",
            Self::Erase => "erase",
            Self::Anchor => "anchor",
            Self::Adopt => "adopt",
        }
    }
}

impl fmt::Display for LeafKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Bytes that are not an entry of an isnad log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not an entry \"isnad/v1 <kind> <64 lowercase hex digits>\\n\"")]
pub struct ParseLeafError {
    /// What stood there, cut to 120 characters.
    pub found: String,
}

/// Formats an entry: `isnad/v1 <kind> <id>\n`.
///
/// `id` is a record id or, for an anchor, the SHA-256 of a timestamp response.
pub fn leaf_line(kind: LeafKind, id: impl Into<[u8; 32]>) -> String {
    format!("isnad/v1 {kind} {}\n", to_hex(&id.into()))
}

/// Parses what [`leaf_line`] formats, and nothing else.
pub fn parse_leaf_line(entry: &[u8]) -> Result<(LeafKind, [u8; 32]), ParseLeafError> {
    let fail = || ParseLeafError { found: String::from_utf8_lossy(entry).chars().take(120).collect() };
    let rest = entry.strip_prefix(b"isnad/v1 ").and_then(|rest| rest.strip_suffix(b"\n")).ok_or_else(fail)?;
    let space = rest.iter().position(|&byte| byte == b' ').ok_or_else(fail)?;
    let (word, digits) = (&rest[..space], &rest[space + 1..]);
    let kind = LeafKind::ALL.into_iter().find(|kind| kind.word().as_bytes() == word).ok_or_else(fail)?;
    Ok((kind, parse_hex(digits).ok_or_else(fail)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_prints_and_parses_back() {
        let id: [u8; 32] = std::array::from_fn(|i| 8 * i as u8);
        let line = leaf_line(LeafKind::Capture, id);
        assert_eq!(line, "isnad/v1 capture 0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8\n");
        for kind in LeafKind::ALL {
            assert_eq!(parse_leaf_line(leaf_line(kind, id).as_bytes()), Ok((kind, id)));
        }
    }

    #[test]
    fn anything_but_the_exact_line_is_refused() {
        let hex = "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8";
        for bad in [
            String::new(),
            format!("isnad/v1 capture {hex}"),
            format!("isnad/v1 capture {hex}\n\n"),
            format!("isnad/v1 capture {hex}\r\n"),
            format!("isnad/v1 capture  {hex}\n"),
            format!("isnad/v1 capture {hex}00\n"),
            format!("isnad/v1 capture {}\n", hex.to_uppercase()),
            format!("isnad/v1 capture {}\n", &hex[1..]),
            format!("isnad/v1 Capture {hex}\n"),
            format!("isnad/v1 captures {hex}\n"),
            format!("isnad/v2 capture {hex}\n"),
            format!("\u{feff}isnad/v1 capture {hex}\n"),
        ] {
            assert!(parse_leaf_line(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
