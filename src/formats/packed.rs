//! Undoes the packing of a whole file: gzip with any number of members, zstd with any number of frames.
//!
//! A member (or frame) is the unit of repair: after damage the search goes on at the next one whose content looks
//! right. RFC 1952, RFC 8878, and the WARC-zstd draft of the IIPC for dictionaries.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memmem;
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, Operation};

use super::raw::RawReader;

/// How much is decoded at once.
const STEP: usize = 128 << 10;
/// The largest zstd window, as `zstd --long=27`.
const WINDOW_LOG: u32 = 27;
/// The largest zstd dictionary.
const MAX_DICTIONARY: usize = 16 << 20;
/// The longest gzip header: an extra field, a name and a comment.
const MAX_GZIP_HEADER: usize = 256 << 10;
/// Beyond this many bytes, packed data may not grow more than [`MAX_RATIO`] times.
const FREE_OUTPUT: u64 = 1 << 30;
/// Deflate cannot exceed 1,032.
const MAX_RATIO: u64 = 2_000;
/// How many bytes may be read again in the search for sound members, in all.
const REREAD: u64 = 4 << 30;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const ZSTD_DICTIONARY: &[u8] = &[0x5d, 0x2a, 0x4d, 0x18];

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl Packing {
    /// Recognises the packing by its magic number.
    pub(super) fn of(head: &[u8]) -> Packing {
        let skippable = head.len() > 3 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18];
        if head.starts_with(GZIP_MAGIC) {
            Packing::Gzip
        } else if head.starts_with(ZSTD_MAGIC) || skippable {
            Packing::Zstd
        } else {
            Packing::Plain
        }
    }
}

/// A place where the packed data cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    /// Byte of the file at which reading failed.
    pub(super) at: u64,
    /// What was found.
    pub(super) what: String,
    /// Whether all of the member could be read and only its check sum contradicts.
    pub(super) check_sum: bool,
}

/// What one step of unpacking gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes were appended.
    Data,
    /// A member begins at this byte of the file; its bytes follow.
    Member(u64),
    /// The member cannot be read on.
    Damaged(Damage),
    /// The file ends.
    End,
}

enum Codec {
    Plain,
    Gzip { inflate: Box<Decompress>, crc: Crc },
    Zstd { decoder: Box<ZstdDecoder<'static>> },
}

/// Yields the bytes of a file unpacked.
pub(super) struct Unpacked {
    raw: RawReader,
    packing: Packing,
    codec: Codec,
    inside: bool,
    member: u64,
    written: u64,
    reread: u64,
    dictionary: Option<Vec<u8>>,
    /// Output of a member that was probed in the search, to be given first.
    probed: Vec<u8>,
}

impl Unpacked {
    pub(super) fn new(raw: RawReader, packing: Packing) -> Self {
        Unpacked {
            member: raw.offset(),
            raw,
            packing,
            codec: Codec::Plain,
            inside: false,
            written: 0,
            reread: 0,
            dictionary: None,
            probed: Vec::new(),
        }
    }

    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    pub(super) fn raw(&mut self) -> &mut RawReader {
        &mut self.raw
    }

    pub(super) fn into_raw(self) -> RawReader {
        self.raw
    }

    /// The zstd dictionary read so far, for a second reader of the same file.
    pub(super) fn dictionary(&self) -> Option<Vec<u8>> {
        self.dictionary.clone()
    }

    pub(super) fn with_dictionary(mut self, dictionary: Option<Vec<u8>>) -> Self {
        self.dictionary = dictionary;
        self
    }

    /// Appends some bytes to `out`, or says what else happened.
    pub(super) fn read_into(&mut self, out: &mut Vec<u8>) -> Step {
        if !self.probed.is_empty() {
            out.append(&mut self.probed);
            return Step::Data;
        }
        let before = out.len();
        let step = match self.packing {
            Packing::Plain => self.read_plain(out),
            _ if !self.inside => self.begin_member(),
            Packing::Gzip => self.read_gzip(out),
            Packing::Zstd => self.read_zstd(out),
        };
        self.written += (out.len() - before) as u64;
        if self.packing != Packing::Plain && self.written > FREE_OUTPUT + self.raw.offset().saturating_mul(MAX_RATIO) {
            return self.damage(format!("the packed data grows more than {MAX_RATIO} times"));
        }
        step
    }

    fn read_plain(&mut self, out: &mut Vec<u8>) -> Step {
        if self.raw.need(1) == 0 {
            return self.ended();
        }
        out.extend_from_slice(self.raw.bytes());
        let n = self.raw.bytes().len();
        self.raw.consume(n);
        Step::Data
    }

    fn ended(&mut self) -> Step {
        match self.raw.error().map(str::to_owned) {
            Some(error) => self.damage(format!("reading failed: {error}")),
            None => Step::End,
        }
    }

    fn damage(&mut self, what: String) -> Step {
        self.inside = false;
        Step::Damaged(Damage { at: self.raw.offset(), what, check_sum: false })
    }

    fn check_sum_differs(&mut self, what: String) -> Step {
        self.inside = false;
        Step::Damaged(Damage { at: self.raw.offset(), what, check_sum: true })
    }

    fn begin_member(&mut self) -> Step {
        // Tapes and downloads pad with zero bytes between and after members.
        while self.raw.need(1) > 0 && self.raw.bytes()[0] == 0 {
            let zeros = self.raw.bytes().iter().take_while(|byte| **byte == 0).count();
            self.raw.consume(zeros);
        }
        if self.raw.need(4) == 0 {
            return self.ended();
        }
        self.member = self.raw.offset();
        let begun = match self.packing {
            Packing::Gzip => self.begin_gzip(),
            _ => self.begin_zstd(),
        };
        match begun {
            Ok(()) => {
                self.inside = true;
                Step::Member(self.member)
            }
            Err(what) => self.damage(what),
        }
    }

    fn begin_gzip(&mut self) -> Result<(), String> {
        self.raw.need(STEP);
        let mut header = gzip_header(self.raw.bytes());
        if header == Ok(None) {
            self.raw.need(MAX_GZIP_HEADER);
            header = gzip_header(self.raw.bytes());
        }
        let length = header?.ok_or("the file ends inside a gzip header, or the header is endless")?;
        self.raw.consume(length);
        self.codec = Codec::Gzip { inflate: Box::new(Decompress::new(false)), crc: Crc::new() };
        Ok(())
    }

    fn read_gzip(&mut self, out: &mut Vec<u8>) -> Step {
        let Codec::Gzip { inflate, crc } = &mut self.codec else { return Step::End };
        let available = self.raw.need(1);
        let start = out.len();
        out.resize(start + STEP, 0);
        let (input_before, output_before) = (inflate.total_in(), inflate.total_out());
        let result = inflate.decompress(self.raw.bytes(), &mut out[start..], FlushDecompress::None);
        let read = usize::try_from(inflate.total_in() - input_before).unwrap_or(0);
        let wrote = usize::try_from(inflate.total_out() - output_before).unwrap_or(0);
        out.truncate(start + wrote);
        crc.update(&out[start..]);
        self.raw.consume(read);
        match result {
            Ok(Status::StreamEnd) => self.end_gzip(),
            Err(error) => self.damage(format!("the gzip data is broken ({error})")),
            Ok(_) if wrote == 0 && read == 0 && available == 0 => {
                let what = format!("the file ends inside the gzip member that begins at byte {}", self.member);
                self.cut(what)
            }
            Ok(_) => Step::Data,
        }
    }

    fn cut(&mut self, what: String) -> Step {
        let what = self.raw.error().map_or(what, |error| format!("reading failed: {error}"));
        self.damage(what)
    }

    fn end_gzip(&mut self) -> Step {
        let Codec::Gzip { inflate, crc } = &self.codec else { return Step::End };
        let (sum, length) = (crc.sum(), inflate.total_out());
        if self.raw.need(8) < 8 {
            return self.damage("the file ends inside the check sum of a gzip member".to_owned());
        }
        let word = |at: usize| {
            let bytes = self.raw.bytes();
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let (stated_sum, stated_length) = (word(0), word(4));
        self.raw.consume(8);
        self.inside = false;
        if stated_sum != sum {
            return self.check_sum_differs(format!("the gzip check sum is {stated_sum:08x}, the data give {sum:08x}"));
        }
        if u64::from(stated_length) != length & 0xffff_ffff {
            return self.check_sum_differs(format!("the gzip length says {stated_length}, the data are {length}"));
        }
        Step::Data
    }

    fn begin_zstd(&mut self) -> Result<(), String> {
        while self.raw.need(8) >= 8
            && self.raw.bytes()[1..4] == [0x2a, 0x4d, 0x18]
            && self.raw.bytes()[0] & 0xf0 == 0x50
        {
            let bytes = self.raw.bytes();
            let length = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
            let is_dictionary = bytes.starts_with(ZSTD_DICTIONARY) && self.member == 0;
            self.raw.consume(8);
            if is_dictionary {
                self.dictionary = Some(self.read_dictionary(length)?);
            } else {
                self.skip_raw(length)?;
            }
        }
        if self.raw.need(4) < 4 || !self.raw.bytes().starts_with(ZSTD_MAGIC) {
            return Err("no zstd frame begins here".to_owned());
        }
        let decoder = match &self.dictionary {
            Some(dictionary) => ZstdDecoder::with_dictionary(dictionary),
            None => ZstdDecoder::new(),
        };
        let mut decoder = decoder.map_err(|error| format!("zstd: {error}"))?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).map_err(|error| format!("zstd: {error}"))?;
        self.codec = Codec::Zstd { decoder: Box::new(decoder) };
        Ok(())
    }

    fn skip_raw(&mut self, mut n: usize) -> Result<(), String> {
        while n > 0 {
            let step = self.raw.need(1).min(n);
            if step == 0 {
                return Err("the file ends inside a skippable zstd frame".to_owned());
            }
            self.raw.consume(step);
            n -= step;
        }
        Ok(())
    }

    fn read_dictionary(&mut self, length: usize) -> Result<Vec<u8>, String> {
        if length > MAX_DICTIONARY || self.raw.need(length) < length {
            return Err(format!("the zstd dictionary of {length} bytes is cut or larger than {MAX_DICTIONARY}"));
        }
        let bytes = self.raw.bytes()[..length].to_vec();
        self.raw.consume(length);
        if !bytes.starts_with(ZSTD_MAGIC) {
            return Ok(bytes);
        }
        zstd::bulk::decompress(&bytes, MAX_DICTIONARY).map_err(|error| format!("the zstd dictionary: {error}"))
    }

    fn read_zstd(&mut self, out: &mut Vec<u8>) -> Step {
        let Codec::Zstd { decoder } = &mut self.codec else { return Step::End };
        let available = self.raw.need(1);
        let start = out.len();
        out.resize(start + STEP, 0);
        let result = decoder.run_on_buffers(self.raw.bytes(), &mut out[start..]);
        let (read, wrote) = result.as_ref().map_or((0, 0), |status| (status.bytes_read, status.bytes_written));
        out.truncate(start + wrote);
        self.raw.consume(read);
        match result {
            Err(error) => self.damage(format!("the zstd data are broken ({error})")),
            Ok(status) if status.remaining == 0 => {
                self.inside = false;
                Step::Data
            }
            Ok(_) if available == 0 && wrote == 0 => {
                let what = format!("the file ends inside the zstd frame that begins at byte {}", self.member);
                self.cut(what)
            }
            Ok(_) => Step::Data,
        }
    }

    /// After damage: goes on to the next member whose first bytes `looks_right`, and returns where it begins.
    pub(super) fn resync(&mut self, looks_right: fn(&[u8]) -> bool) -> Option<u64> {
        let magic = match self.packing {
            Packing::Plain => return None,
            Packing::Gzip => GZIP_MAGIC,
            Packing::Zstd => ZSTD_MAGIC,
        };
        let reached = self.raw.offset();
        self.reread += reached.saturating_sub(self.member);
        let mut from = if self.reread > REREAD { reached } else { self.raw.go_to(self.member + 1) };
        loop {
            self.raw.go_to(from);
            let candidate = self.find(magic)?;
            if self.probe(looks_right) {
                return Some(candidate);
            }
            from = candidate + 1;
        }
    }

    /// Stands at the next magic number from here on.
    fn find(&mut self, magic: &[u8]) -> Option<u64> {
        loop {
            if self.raw.need(STEP) < magic.len() {
                return None;
            }
            if let Some(at) = memmem::find(self.raw.bytes(), magic) {
                self.raw.consume(at);
                return Some(self.raw.offset());
            }
            let skip = self.raw.bytes().len() + 1 - magic.len();
            self.raw.consume(skip);
        }
    }

    /// Unpacks the beginning of the member that stands here and keeps it when it looks right.
    fn probe(&mut self, looks_right: fn(&[u8]) -> bool) -> bool {
        let mut first = Vec::new();
        if !matches!(self.begin_member(), Step::Member(_)) {
            return false;
        }
        let mut step = Step::Data;
        while first.len() < 512 && self.inside && step == Step::Data {
            step = match self.packing {
                Packing::Gzip => self.read_gzip(&mut first),
                _ => self.read_zstd(&mut first),
            };
        }
        let right = looks_right(&first);
        if right {
            self.probed = first;
        }
        right
    }
}

/// The length of the gzip header at the start of `bytes`, `None` when more bytes are needed (RFC 1952, 2.3).
fn gzip_header(bytes: &[u8]) -> Result<Option<usize>, String> {
    if bytes.len() < 10 {
        return if GZIP_MAGIC.starts_with(&bytes[..bytes.len().min(3)]) { Ok(None) } else { Err(no_member(bytes)) };
    }
    let flags = bytes[3];
    if !bytes.starts_with(GZIP_MAGIC) || flags & 0xe0 != 0 {
        return Err(no_member(bytes));
    }
    let mut at = 10;
    if flags & 4 != 0 {
        let Some(length) = bytes.get(at..at + 2) else { return Ok(None) };
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let Some(end) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) else { return Ok(None) };
            at += end + 1;
        }
    }
    at += if flags & 2 != 0 { 2 } else { 0 };
    Ok((at <= bytes.len()).then_some(at))
}

fn no_member(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("no gzip member begins here, the bytes are {}", shown.join(" "))
}
