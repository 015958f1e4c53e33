//! Bytes as they lie in a file or come down a pipe, each with its offset.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use super::{Input, ReadSeek};

/// How much is asked of the input at once.
const CHUNK: usize = 256 << 10;
/// How much already read is kept, so that a pipe can be searched again after damage.
const HISTORY: usize = 1 << 20;

/// A buffered reader that knows its offset and can go back: anywhere in a file, a little in a pipe.
pub(super) struct RawReader {
    input: Input,
    /// Bytes `start..start + buf.len()` of the input.
    buf: Vec<u8>,
    start: u64,
    /// Index of the first byte in `buf` that was not consumed.
    pos: usize,
    eof: bool,
    /// A failed read; what comes after it was never seen.
    error: Option<String>,
}

impl RawReader {
    /// A reader of the whole input: a file is read from its beginning, wherever it stands.
    pub(super) fn new(mut input: Input) -> Self {
        let rewound = match &mut input {
            Input::File(file) => file.rewind(),
            Input::Stream(_) => Ok(()),
        };
        let mut reader = RawReader { input, buf: Vec::new(), start: 0, pos: 0, eof: false, error: None };
        if let Err(error) = rewound {
            reader.fail(&error);
        }
        reader
    }

    /// A reader that begins at `offset` of a file.
    pub(super) fn at(input: Input, offset: u64) -> Self {
        let mut reader = RawReader::new(input);
        reader.go_to(offset);
        reader
    }

    /// Offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.start + self.pos as u64
    }

    /// The bytes read ahead.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buf[self.pos..]
    }

    /// Reads ahead until `n` bytes are there or no more come; returns how many there are.
    pub(super) fn need(&mut self, n: usize) -> usize {
        while self.buf.len() - self.pos < n && !self.eof {
            self.read_more();
        }
        self.buf.len() - self.pos
    }

    pub(super) fn consume(&mut self, n: usize) {
        self.pos += n.min(self.buf.len() - self.pos);
    }

    /// Why reading ended early, when it did.
    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether every byte of a file can be reached again.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.input, Input::File(_))
    }

    /// Goes back (or on) to `offset`; a pipe goes back as far as it remembers. Returns where it stands.
    pub(super) fn go_to(&mut self, offset: u64) -> u64 {
        let end = self.start + self.buf.len() as u64;
        if !self.buf.is_empty() && (self.start..=end).contains(&offset) {
            self.pos = usize::try_from(offset - self.start).unwrap_or(self.pos);
            return offset;
        }
        match &mut self.input {
            Input::File(file) => match file.seek(SeekFrom::Start(offset)) {
                Ok(_) => {
                    (self.start, self.pos, self.eof) = (offset, 0, false);
                    self.buf.clear();
                }
                Err(error) => self.fail(&error),
            },
            Input::Stream(_) if offset < self.start => self.pos = 0,
            Input::Stream(_) => self.pos = self.buf.len(),
        }
        self.offset()
    }

    /// The size of a file; a pipe has none.
    pub(super) fn size(&mut self) -> Option<u64> {
        let Input::File(file) = &mut self.input else { return None };
        let here = file.stream_position().ok()?;
        let end = file.seek(SeekFrom::End(0)).ok()?;
        file.seek(SeekFrom::Start(here)).ok()?;
        Some(end)
    }

    /// The SHA-256 of a whole file, read once for this; a pipe has none, nor has what cannot be read to its end.
    pub(super) fn sha256(&mut self) -> Option<[u8; 32]> {
        let size = self.size()?;
        let Input::File(file) = &mut self.input else { return None };
        let here = file.stream_position().ok()?;
        let hashed = hash_whole(file.as_mut(), size);
        if let Err(error) = file.seek(SeekFrom::Start(here)) {
            self.fail(&error);
        }
        hashed.ok()
    }

    /// Gives the input back, standing wherever it stands.
    pub(super) fn into_input(self) -> Input {
        self.input
    }

    /// Takes the input out for a look elsewhere; [`RawReader::put_back`] must follow.
    pub(super) fn lend(&mut self) -> Input {
        std::mem::replace(&mut self.input, Input::Stream(Box::new(io::empty())))
    }

    /// Takes the input back after [`RawReader::lend`].
    pub(super) fn put_back(&mut self, mut input: Input) {
        if let Input::File(file) = &mut input
            && let Err(error) = file.seek(SeekFrom::Start(self.start + self.buf.len() as u64))
        {
            self.fail(&error);
        }
        self.input = input;
    }

    /// All bytes of a pipe, those read ahead first, up to `limit`; `None` when there are more.
    pub(super) fn drain(mut self, limit: usize) -> Option<Vec<u8>> {
        if self.need(limit + 1) > limit {
            return None;
        }
        Some(self.buf.split_off(self.pos))
    }

    fn read_more(&mut self) {
        if self.pos > HISTORY + 8 * CHUNK {
            let drop = self.pos - HISTORY;
            self.buf.drain(..drop);
            self.start += drop as u64;
            self.pos -= drop;
        }
        let filled = self.buf.len();
        self.buf.resize(filled + CHUNK, 0);
        let result = loop {
            let got = match &mut self.input {
                Input::File(file) => file.read(&mut self.buf[filled..]),
                Input::Stream(stream) => stream.read(&mut self.buf[filled..]),
            };
            match got {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buf.truncate(filled + result.as_ref().map_or(0, |n| (*n).min(CHUNK)));
        match result {
            Ok(0) => self.eof = true,
            Ok(_) => {}
            Err(error) => self.fail(&error),
        }
    }

    fn fail(&mut self, error: &io::Error) {
        self.eof = true;
        self.error.get_or_insert_with(|| error.to_string());
    }
}

/// Hashes `size` bytes from the beginning; a device that says it has none is not read without end.
fn hash_whole(file: &mut dyn ReadSeek, size: u64) -> io::Result<[u8; 32]> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let mut buf = vec![0; CHUNK];
    let mut left = size;
    while left > 0 {
        let most = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        match file.read(&mut buf[..most]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                hasher.update(&buf[..read]);
                left -= read.min(most) as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hasher.finalize().into())
}
