//! SHA-256 digests, one newtype per thing that is identified by its hash.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// Hashes `bytes` with SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A text that is not 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a SHA-256 in 64 lowercase hexadecimal digits")]
pub struct ParseDigestError {
    /// What stood there, cut to 80 characters.
    pub found: String,
}

/// Thirty-two bytes that came out of SHA-256, whatever they identify.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0u8; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&hex).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || ParseDigestError { found: text.chars().take(80).collect() };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(fail());
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(fail()),
        };
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Digest);

        impl $name {
            /// Hashes the bytes that this id stands for.
            pub fn of(bytes: &[u8]) -> Self {
                Self(Digest(sha256(bytes)))
            }

            /// Takes 32 bytes that were hashed elsewhere, such as a stored id.
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(Digest(bytes))
            }

            /// The 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0.0
            }

            /// The digest without its meaning.
            pub fn digest(&self) -> Digest {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseDigestError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(text.parse()?))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

identity!(
    /// Identifies captured bytes, transfer- and content-encoding undone.
    PayloadId
);
identity!(
    /// Identifies a sidecar or a set of headers kept beside a capture.
    AttachmentId
);
identity!(
    /// Identifies one canonical block.
    BlockId
);
identity!(
    /// Identifies an article by its canonical text.
    ArticleId
);
identity!(
    /// Identifies a record by its exact JSON bytes.
    RecordId
);

impl From<RecordId> for [u8; 32] {
    fn from(id: RecordId) -> Self {
        *id.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_prints_whole_and_parses_back() {
        let id = ArticleId::of(b"abc");
        assert_eq!(id.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(id.to_string().parse::<ArticleId>().unwrap(), id);
    }

    #[test]
    fn uppercase_short_and_long_hex_are_refused() {
        let hex = ArticleId::of(b"abc").to_string();
        for bad in [&hex.to_uppercase(), &hex[1..], &format!("{hex}0"), ""] {
            assert!(bad.parse::<ArticleId>().is_err(), "{bad}");
        }
    }
}
