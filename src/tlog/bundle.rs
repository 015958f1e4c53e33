//! Entry bundles: the entries under a tile of level 0, each behind its length. See c2sp.org/tlog-tiles.

/// The longest entry that a bundle can hold, in bytes.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// An entry that is too long to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {0} bytes does not fit in a bundle; the limit is {MAX_ENTRY}")]
pub struct EntryTooLong(pub usize);

/// Appends an entry to a bundle: its length as two bytes, big-endian, then itself.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), EntryTooLong> {
    let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong(entry.len()))?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// Splits a bundle into exactly `width` entries; none if there are more or fewer, or bytes are left over.
pub fn parse_bundle(bundle: &[u8], width: u16) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::with_capacity(usize::from(width));
    let mut rest = bundle;
    for _ in 0..width {
        let (entry, behind) = split_entry(rest)?;
        entries.push(entry);
        rest = behind;
    }
    rest.is_empty().then_some(entries)
}

/// Cuts a bundle, full or wider than `width`, to its first `width` entries.
pub fn slice_bundle(wider: &[u8], width: u16) -> Option<&[u8]> {
    let mut rest = wider;
    for _ in 0..width {
        rest = split_entry(rest)?.1;
    }
    wider.get(..wider.len() - rest.len())
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_splits_into_its_entries() {
        let mut bundle = Vec::new();
        for entry in [b"one".as_slice(), b"", b"three"] {
            push_entry(&mut bundle, entry).unwrap();
        }
        assert_eq!(bundle, b"\0\x03one\0\0\0\x05three");
        assert_eq!(parse_bundle(&bundle, 3), Some(vec![b"one".as_slice(), b"", b"three"]));
        assert_eq!(slice_bundle(&bundle, 1), Some(b"\0\x03one".as_slice()));
        assert_eq!(slice_bundle(&bundle, 3), Some(bundle.as_slice()));
    }

    #[test]
    fn bundles_of_another_width_or_length_are_refused() {
        let bundle = b"\0\x03one\0\x03two";
        for width in [0, 1, 3] {
            assert_eq!(parse_bundle(bundle, width), None, "{width}");
        }
        for cut in 0..bundle.len() {
            assert_eq!(parse_bundle(&bundle[..cut], 2), None, "{cut}");
            assert_eq!(slice_bundle(&bundle[..cut], 2), None, "{cut}");
        }
        assert_eq!(slice_bundle(bundle, 3), None);
    }

    #[test]
    fn an_entry_is_65535_bytes_at_most() {
        assert_eq!(push_entry(&mut Vec::new(), &[0; MAX_ENTRY]), Ok(()));
        assert_eq!(push_entry(&mut Vec::new(), &[0; MAX_ENTRY + 1]), Err(EntryTooLong(65_536)));
    }
}
