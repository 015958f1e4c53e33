//! The container: a zip whose members are stored, in the order of their names, with nothing that could vary.
//!
//! There is exactly one such zip of a set of files. Reading takes the members from the front and then compares the whole
//! file with the one that writing them gives, so whatever a zip can hide (a second directory, a gap, other names in it,
//! a comment, compression) is refused without having to be known.

use std::collections::BTreeMap;

use flate2::Crc;

/// The largest bundle that is read: the largest payload, its attachments, proofs and verifiers, and room.
pub(super) const MAX_BUNDLE: u64 = 256 << 20;
/// The most files in a bundle.
pub(super) const MAX_FILES: usize = 20_000;
/// The longest name in a bundle, in bytes.
const MAX_NAME: usize = 100;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version of the format that stored members need: 1.0.
const VERSION: u16 = 10;
/// 1980-01-01, the first day that a zip can name; its time is 0.
const DATE: u16 = 0x0021;
const LOCAL_LENGTH: usize = 30;

/// The files of a bundle by name.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A file that is not a bundle's zip: what was found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ZipError(pub(super) String);

fn fail<T>(found: impl Into<String>) -> Result<T, ZipError> {
    Err(ZipError(found.into()))
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// What the two headers of a member share, from the version on.
fn common(out: &mut Vec<u8>, name: &str, bytes: &[u8]) -> Result<(), ZipError> {
    let too_large = |_| ZipError(format!("{name}: too large for a bundle"));
    let length = u32::try_from(bytes.len()).map_err(too_large)?;
    out.extend_from_slice(&VERSION.to_le_bytes());
    // No flags; stored; midnight.
    out.extend_from_slice(&[0; 6]);
    out.extend_from_slice(&DATE.to_le_bytes());
    out.extend_from_slice(&checksum(bytes).to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    let name = u16::try_from(name.len()).map_err(too_large)?;
    out.extend_from_slice(&name.to_le_bytes());
    // No extra field.
    out.extend_from_slice(&[0; 2]);
    Ok(())
}

/// Writes the zip of `files`: the same bytes for the same files, always.
pub(super) fn write_zip(files: &Files) -> Result<Vec<u8>, ZipError> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = u32::try_from(out.len()).map_err(|_| ZipError("too large for a bundle".to_owned()))?;
        out.extend_from_slice(&LOCAL.to_le_bytes());
        common(&mut out, name, bytes)?;
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);

        directory.extend_from_slice(&CENTRAL.to_le_bytes());
        directory.extend_from_slice(&VERSION.to_le_bytes());
        common(&mut directory, name, bytes)?;
        // No comment, first disk, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    if files.len() > MAX_FILES || (out.len() + directory.len()) as u64 >= MAX_BUNDLE {
        return fail(format!(
            "{} files of {} bytes are too much for one bundle; the limits are {MAX_FILES} files and {MAX_BUNDLE} bytes",
            files.len(),
            out.len()
        ));
    }
    let (count, begins) = (files.len() as u16, out.len() as u32);
    out.extend_from_slice(&directory);
    out.extend_from_slice(&END.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    out.extend_from_slice(&begins.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    Ok(out)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Reads what [`write_zip`] writes, and nothing else. Nothing is ever decompressed, nothing is written anywhere.
pub(super) fn read_zip(zip: &[u8]) -> Result<Files, ZipError> {
    let mut files = Files::new();
    let mut at = 0;
    while number(zip, at, 4) == Some(u64::from(LOCAL)) {
        let cut = || ZipError(format!("the zip ends inside the member at byte {at}: it is not whole"));
        let field = |offset, length| number(zip, at + offset, length).ok_or_else(cut);
        let (flags, method) = (field(6, 2)?, field(8, 2)?);
        let (length, name_length) = (field(22, 4)? as usize, field(26, 2)? as usize);
        let name_at = at + LOCAL_LENGTH;
        let name = zip.get(name_at..name_at + name_length).ok_or_else(cut)?;
        let name = std::str::from_utf8(name).ok().filter(|name| is_plain(name)).ok_or_else(|| {
            ZipError(format!("the member at byte {at} has a name that no file of a bundle has: {}", shown(name)))
        })?;
        if method != 0 {
            return fail(format!(
                "{name}: compressed; the members of a bundle are stored. Get the file as it was made"
            ));
        }
        if flags != 0 {
            return fail(format!("{name}: flags {flags:#06x}; those of a bundle have none"));
        }
        let bytes_at = name_at + name_length + field(28, 2)? as usize;
        let bytes = zip.get(bytes_at..bytes_at.saturating_add(length)).ok_or_else(cut)?;
        if files.last_key_value().is_some_and(|(last, _)| last.as_str() >= name) {
            return fail(format!("{name}: twice, or not in the order of names"));
        }
        if files.len() == MAX_FILES {
            return fail(format!("more than {MAX_FILES} files"));
        }
        if number(zip, at + 14, 4) != Some(u64::from(checksum(bytes))) {
            return fail(format!("{name}: its bytes are not those of its checksum"));
        }
        files.insert(name.to_owned(), bytes.to_vec());
        at = bytes_at + length;
    }
    if files.is_empty() {
        return fail("no zip that holds a bundle: the first member is missing");
    }
    let again = write_zip(&files)?;
    if again != zip {
        let differs = again.iter().zip(zip).position(|(a, b)| a != b).unwrap_or(again.len().min(zip.len()));
        let kind = if zip.len() < again.len() { "is cut off" } else { "is not as isnad writes it" };
        return fail(format!(
            "the zip {kind} from byte {differs} on; unpack it and check the folder, or get the file anew"
        ));
    }
    Ok(files)
}

/// A name without folders above, absolute paths, or characters that mean something somewhere.
pub(super) fn is_plain(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/');
    !name.is_empty()
        && name.len() <= MAX_NAME
        && name.chars().all(fine)
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// Bytes of a name for a message.
fn shown(name: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(name).chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        [("a.txt", &b"one"[..]), ("b/1.bin", b""), ("c", b"\0\xff")]
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
            .collect()
    }

    #[test]
    fn what_is_written_is_read_and_opens_elsewhere() {
        let zip = write_zip(&files()).unwrap();
        assert_eq!(read_zip(&zip).unwrap(), files());
        let mut other = zip::ZipArchive::new(std::io::Cursor::new(&zip)).unwrap();
        assert_eq!(other.len(), 3);
        let mut text = Vec::new();
        std::io::copy(&mut other.by_name("a.txt").unwrap(), &mut text).unwrap();
        assert_eq!(text, b"one");
    }

    #[test]
    fn any_flipped_bit_is_refused_and_so_is_every_shorter_or_longer_file() {
        let zip = write_zip(&files()).unwrap();
        for at in 0..zip.len() {
            for bit in 0..8 {
                let mut bad = zip.clone();
                bad[at] ^= 1 << bit;
                // A letter of a name that becomes another letter in both headers would be another zip; in one it is none.
                assert!(read_zip(&bad).is_err(), "bit {bit} of byte {at}");
            }
            assert!(read_zip(&zip[..at]).is_err(), "{at} bytes");
        }
        assert!(read_zip(&[zip.as_slice(), b"\n"].concat()).is_err());
        assert!(read_zip(&[b"\n", zip.as_slice()].concat()).is_err());
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["/etc/passwd", "../x", "a/../b", "a//b", "a/", "C:\\x", "a\\b", ".hidden", "a/.b", "é", "a b", ""]
        {
            let zip = write_zip(&[(name.to_owned(), b"x".to_vec())].into()).unwrap();
            let error = read_zip(&zip).unwrap_err().to_string();
            assert!(error.contains("a name that no file of a bundle has"), "{name:?}: {error}");
        }
    }
}
