//! How payloads and block lists are packed.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::domain::Role;

/// Bytes as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compressed {
    /// 0 as they are, 1 one zstd frame.
    pub encoding: u8,
    /// What is stored.
    pub stored: Vec<u8>,
    /// Length of the original.
    pub bytes: u64,
}

thread_local! {
    /// Making a zstd context costs more than compressing an article.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> =
        RefCell::new(zstd::bulk::Compressor::new(3).ok());
    /// The same holds for taking apart what is small.
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> =
        RefCell::new(zstd::bulk::Decompressor::new().ok());
}

/// Compresses `bytes` with zstd where that saves anything.
pub fn compress(bytes: &[u8]) -> Compressed {
    let original = bytes.len() as u64;
    match COMPRESSOR.with_borrow_mut(|compressor| compressor.as_mut().map(|c| c.compress(bytes))) {
        Some(Ok(packed)) if packed.len() < bytes.len() => Compressed { encoding: 1, stored: packed, bytes: original },
        _ => Compressed { encoding: 0, stored: bytes.to_vec(), bytes: original },
    }
}

/// Undoes [`compress`]; a frame that does not give exactly `bytes` bytes is an error.
pub fn decompress(encoding: u8, stored: Vec<u8>, bytes: u64) -> Result<Vec<u8>, String> {
    match unpack(encoding, &stored, bytes)? {
        Cow::Owned(plain) => Ok(plain),
        Cow::Borrowed(_) => Ok(stored),
    }
}

/// [`decompress`] without a copy of what is stored as it is.
pub(super) fn unpack(encoding: u8, stored: &[u8], bytes: u64) -> Result<Cow<'_, [u8]>, String> {
    let length = usize::try_from(bytes).map_err(|_| format!("a length of {bytes} bytes"))?;
    let plain = match encoding {
        0 => Cow::Borrowed(stored),
        1 => DECOMPRESSOR
            .with_borrow_mut(|kept| match kept {
                Some(decompressor) => decompressor.decompress(stored, length),
                None => zstd::bulk::decompress(stored, length),
            })
            .map_err(|e| format!("its zstd frame does not decode: {e}"))?
            .into(),
        other => return Err(format!("unknown encoding {other}")),
    };
    if plain.len() == length { Ok(plain) } else { Err(format!("{} bytes where {bytes} were stored", plain.len())) }
}

/// Packs block keys with roles: one LEB128 number `key << 3 | role` each.
pub(super) fn pack_list(list: impl Iterator<Item = (i64, Role)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, role) in list {
        let mut number = key.unsigned_abs() << 3 | u64::from(role.code());
        while number >= 0x80 {
            out.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }
    out
}

/// Undoes [`pack_list`]; `None` when the bytes are no list.
pub(super) fn unpack_list(bytes: &[u8]) -> Option<Vec<(i64, Role)>> {
    let mut out = Vec::new();
    let (mut number, mut shift) = (0u64, 0u32);
    for &byte in bytes {
        if shift > 56 {
            return None;
        }
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            out.push((i64::try_from(number >> 3).ok()?, Role::from_code((number & 7) as u8)?));
            (number, shift) = (0, 0);
        } else {
            shift += 7;
        }
    }
    (shift == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back() {
        let list = vec![(1, Role::Title), (130, Role::Furniture), (1 << 40, Role::Body)];
        assert_eq!(unpack_list(&pack_list(list.iter().copied())).unwrap(), list);
        assert_eq!(unpack_list(&[]).unwrap(), []);
    }

    #[test]
    fn damaged_lists_are_refused() {
        assert_eq!(unpack_list(&[0x80]), None);
        assert_eq!(unpack_list(&[0x0f]), None, "role 7 does not exist");
        assert_eq!(unpack_list(&[0xff; 12]), None);
    }

    #[test]
    fn payloads_come_back_and_lies_about_their_length_do_not() {
        let text = "كلمات ".repeat(100);
        let packed = compress(text.as_bytes());
        assert_eq!(packed.encoding, 1);
        assert_eq!(decompress(1, packed.stored.clone(), packed.bytes).unwrap(), text.as_bytes());
        assert!(decompress(1, packed.stored, packed.bytes + 1).is_err());
        assert!(decompress(2, vec![], 0).is_err());
    }
}
