//! Reading and writing the Distinguished Encoding Rules (X.690), as far as time stamps need them.
//!
//! A reader of our own, because a signature covers the very bytes: values are slices of what was given and never encoded
//! anew. Lengths are definite, minimal and within the bytes; tags have one byte; nothing may follow the last element.
//! Sets keep the order in which they came: authorities are known to send certificates unsorted.

use x509_cert::der::asn1::ObjectIdentifier;

use super::error::StampError;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag `[number]`, primitive.
pub(super) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// The tag `[number]`, constructed.
pub(super) const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// One element: its tag, its content, and all of its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
    what: &'static str,
    /// Where `whole` begins in the bytes first given.
    at: usize,
}

impl<'a> Element<'a> {
    /// Reads bytes that are one element and nothing else.
    pub(super) fn only(what: &'static str, bytes: &'a [u8], tag: u8) -> Result<Self, StampError> {
        let mut reader = Reader { what, rest: bytes, at: 0 };
        let element = reader.read(tag)?;
        reader.end()?;
        Ok(element)
    }

    /// The elements inside.
    pub(super) fn inside(&self) -> Reader<'a> {
        Reader { what: self.what, rest: self.content, at: self.at + (self.whole.len() - self.content.len()) }
    }

    pub(super) fn wrong(&self, problem: impl Into<String>) -> StampError {
        StampError::malformed(self.what, self.at, problem)
    }

    pub(super) fn oid(&self) -> Result<ObjectIdentifier, StampError> {
        ObjectIdentifier::from_bytes(self.content).map_err(|_| self.wrong("this is no object identifier"))
    }

    /// The content of an INTEGER, minimally encoded.
    pub(super) fn integer(&self) -> Result<&'a [u8], StampError> {
        match self.content {
            [] => Err(self.wrong("an integer without digits")),
            [0, next, ..] if next & 0x80 == 0 => Err(self.wrong("an integer with a needless zero")),
            [0xff, next, ..] if next & 0x80 != 0 => Err(self.wrong("an integer with a needless sign")),
            digits => Ok(digits),
        }
    }

    /// A number that is not negative and fits.
    pub(super) fn small(&self) -> Result<u32, StampError> {
        let digits = self.integer()?;
        if digits[0] & 0x80 != 0 {
            return Err(self.wrong("a negative number"));
        }
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        if digits.len() > 4 {
            return Err(self.wrong("a number beyond 32 bits"));
        }
        Ok(digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
    }
}

/// Reads elements one after the other.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The tag that comes next.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn wrong(&self, problem: impl Into<String>) -> StampError {
        StampError::malformed(self.what, self.at, problem)
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Result<Element<'a>, StampError> {
        let [tag, first, after @ ..] = self.rest else {
            return Err(self.wrong(if self.rest.is_empty() { "an element is missing" } else { "it ends in a tag" }));
        };
        if tag & 0x1f == 0x1f {
            return Err(self.wrong("a tag of more than one byte"));
        }
        let (length, header) = match *first {
            short @ 0..0x80 => (usize::from(short), 2),
            0x80 => return Err(self.wrong("a length that is not stated (BER, not DER)")),
            long => {
                let count = usize::from(long & 0x7f);
                let digits = after.get(..count).filter(|_| count <= 4);
                let digits = digits.ok_or_else(|| self.wrong("a length beyond the bytes that are here"))?;
                let length = digits.iter().fold(0_u64, |sum, digit| sum << 8 | u64::from(*digit));
                if digits[0] == 0 || length < 0x80 {
                    return Err(self.wrong("a length written longer than need be (BER, not DER)"));
                }
                (usize::try_from(length).unwrap_or(usize::MAX), 2 + count)
            }
        };
        let whole = header
            .checked_add(length)
            .and_then(|end| self.rest.get(..end))
            .ok_or_else(|| self.wrong(format!("it says {length} bytes, {} are here", self.rest.len() - header)))?;
        let element = Element { tag: *tag, content: &whole[header..], whole, what: self.what, at: self.at };
        self.rest = &self.rest[whole.len()..];
        self.at += whole.len();
        Ok(element)
    }

    /// The next element, which must have this tag.
    pub(super) fn read(&mut self, tag: u8) -> Result<Element<'a>, StampError> {
        match self.peek() {
            Some(found) if found != tag => {
                Err(self.wrong(format!("an element with tag {tag:#04x} belongs here, {found:#04x} is there")))
            }
            _ => self.any(),
        }
    }

    /// The next element if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, StampError> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// All that are left.
    pub(super) fn all(mut self) -> Result<Vec<Element<'a>>, StampError> {
        let mut elements = Vec::new();
        while !self.rest.is_empty() {
            elements.push(self.any()?);
        }
        Ok(elements)
    }

    /// Fails when something is left.
    pub(super) fn end(&self) -> Result<(), StampError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("bytes after the last element")) }
    }
}

/// Writes one element.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = vec![tag];
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        let digits = length.to_be_bytes();
        let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
        bytes.push(0x80 | digits.len() as u8);
        bytes.extend_from_slice(digits);
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

/// The content of an INTEGER.
pub(super) fn integer(number: u64) -> Vec<u8> {
    let digits = number.to_be_bytes();
    let zeros = digits.iter().take_while(|digit| **digit == 0).count().min(7);
    let digits = &digits[zeros..];
    if digits[0] & 0x80 != 0 { [&[0], digits].concat() } else { digits.to_vec() }
}
