//! Checkpoints: the head of a log as a note. See c2sp.org/tlog-checkpoint.

use std::fmt;

use super::encoding::parse_decimal;
use super::error::FormatError;
use super::hash::{Hash, empty_root};
use super::key::{KeyId, KeyName, SigningKey, Statement, VerifierKey};
use super::note::{CheckNoteError, Note};

/// The head of a log: how many entries it has, and the root over them.
///
/// Prints as the text of its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Further lines; an isnad log has none.
    pub extensions: Vec<String>,
}

/// A cosignature that was checked and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness.
    pub name: KeyName,
    /// The id of its key.
    pub id: KeyId,
    /// When it saw the checkpoint, in seconds since 1970 by its clock.
    pub time: u64,
}

/// A checkpoint that its log has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCheckpoint {
    /// The head.
    pub checkpoint: Checkpoint,
    /// The keys of the log that signed; at least one.
    pub signed_by: Vec<VerifierKey>,
    /// What the witnesses that are known state.
    pub cosignatures: Vec<Cosignature>,
}

/// A note that is not a checkpoint signed by its log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenCheckpointError {
    /// It is not a note, or its text no checkpoint.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The signatures do not vouch for it.
    #[error(transparent)]
    Check(#[from] CheckNoteError),
}

/// A checkpoint that cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignCheckpointError {
    /// A key signs for the log of its own name only.
    #[error("the key of {key} must not sign for the log {origin:?}")]
    WrongOrigin {
        /// The key's name.
        key: KeyName,
        /// The log's name.
        origin: String,
    },
    /// A line of the checkpoint is not allowed, or there is no key.
    #[error(transparent)]
    Format(#[from] FormatError),
}

fn fail(line: usize, problem: &'static str) -> FormatError {
    FormatError::new("checkpoint", line, problem)
}

impl Checkpoint {
    /// States the head of the log `origin`.
    pub fn new(origin: &KeyName, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_string(), size, root, extensions: Vec::new() }
    }

    /// Parses the text of a note.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let count = text.split('\n').count();
        let text = text.strip_suffix('\n').ok_or_else(|| fail(count, "does not end with a newline"))?;
        let lines: Vec<&str> = text.split('\n').collect();
        if let Some(empty) = lines.iter().position(|line| line.is_empty()) {
            return Err(fail(empty + 1, "is empty"));
        }
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(fail(lines.len(), "is the last one; origin, size and root are three"));
        };
        let size =
            parse_decimal(size).ok_or_else(|| fail(2, "the size is not a decimal number without leading zeros"))?;
        let root: Hash = root.parse().map_err(|_| fail(3, "the root is not 32 bytes in canonical base64"))?;
        if size == 0 && root != empty_root() {
            return Err(fail(3, "the root of a log without entries is the SHA-256 of nothing"));
        }
        let extensions = extensions.iter().map(|&line| line.to_owned()).collect();
        Ok(Self { origin: (*origin).to_owned(), size, root, extensions })
    }

    /// Signs the head with every key of its log: more than one while keys change.
    pub fn sign(&self, keys: &[SigningKey]) -> Result<Note, SignCheckpointError> {
        let text = self.to_string();
        if Self::parse(&text)? != *self {
            return Err(fail(1, "a line break inside a line").into());
        }
        if let Some(key) = keys.iter().find(|key| key.verifier().name().as_str() != self.origin) {
            let key = key.verifier().name().clone();
            return Err(SignCheckpointError::WrongOrigin { key, origin: self.origin.clone() });
        }
        let signatures = keys.iter().map(|key| key.sign(&text)).collect();
        Ok(Note::new(text, signatures)?)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl OpenedCheckpoint {
    /// Opens a checkpoint with the keys that are trusted: of its log, named as its origin, and of witnesses.
    ///
    /// The log must have signed. A false signature by any of the keys refuses the whole checkpoint.
    pub fn open(note: &[u8], keys: &[VerifierKey]) -> Result<Self, OpenCheckpointError> {
        Self::check(&Note::parse(note)?, keys)
    }

    /// Does the same with a note that was parsed already.
    pub fn check(note: &Note, keys: &[VerifierKey]) -> Result<Self, OpenCheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let (mut signed_by, mut cosignatures) = (Vec::new(), Vec::new());
        for checked in note.check(keys)? {
            let (name, id) = (checked.key.name(), checked.key.id());
            match checked.statement {
                Statement::Signed if checked.key.is_of_log(&checkpoint.origin) => signed_by.push(checked.key.clone()),
                Statement::Signed => {}
                Statement::Cosigned { time } => cosignatures.push(Cosignature { name: name.clone(), id, time }),
            }
        }
        if signed_by.is_empty() {
            return Err(note.no_known_key().into());
        }
        Ok(Self { checkpoint, signed_by, cosignatures })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "log.example/a\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::from_seed(name.parse().unwrap(), &[seed; 32])
    }

    #[test]
    fn a_checkpoint_prints_and_parses_back() {
        for text in [HEAD.to_owned(), format!("{HEAD}more\n"), format!("{HEAD}more\n  of it\n")] {
            assert_eq!(Checkpoint::parse(&text).unwrap().to_string(), text);
        }
        let empty = Checkpoint::new(&"log.example/a".parse().unwrap(), 0, empty_root());
        assert_eq!(Checkpoint::parse(&empty.to_string()), Ok(empty));
    }

    #[test]
    fn checkpoints_that_are_not_canonical_are_refused_with_their_line() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for (bad, error) in [
            (String::new(), "line 1: does not end with a newline"),
            (format!("a\n3\n{root}"), "line 3: does not end with a newline"),
            ("a\n3\n".to_owned(), "line 2: is the last one; origin, size and root are three"),
            (format!("\n3\n{root}\n"), "line 1: is empty"),
            (format!("a\n3\n{root}\n\n"), "line 4: is empty"),
            (format!("a\n03\n{root}\n"), "line 2: the size is not a decimal number without leading zeros"),
            (format!("a\n+3\n{root}\n"), "line 2: the size is not a decimal number without leading zeros"),
            (
                format!("a\n18446744073709551616\n{root}\n"),
                "line 2: the size is not a decimal number without leading zeros",
            ),
            (format!("a\n3\n{root}=\n"), "line 3: the root is not 32 bytes in canonical base64"),
            (format!("a\n3 \n{root}\n"), "line 2: the size is not a decimal number without leading zeros"),
            (format!("a\n0\n{root}\n"), "line 3: the root of a log without entries is the SHA-256 of nothing"),
        ] {
            assert_eq!(Checkpoint::parse(&bad).unwrap_err().to_string(), format!("checkpoint: {error}"), "{bad:?}");
        }
    }

    #[test]
    fn keys_overlap_while_they_change() {
        let keys = [key("log.example/a", 1), key("log.example/a", 2)];
        let note = Checkpoint::parse(HEAD).unwrap().sign(&keys).unwrap().to_string();
        for key in &keys {
            let trusted = [key.verifier().clone()];
            let opened = OpenedCheckpoint::open(note.as_bytes(), &trusted).unwrap();
            assert_eq!(opened.checkpoint.size, 3);
            assert_eq!(opened.signed_by, trusted);
        }
    }

    #[test]
    fn only_the_log_itself_vouches_for_its_head() {
        let (log, other) = (key("log.example/a", 1), key("other.example", 2));
        let checkpoint = Checkpoint::parse(HEAD).unwrap();
        let error = checkpoint.sign(std::slice::from_ref(&other)).unwrap_err();
        assert_eq!(error.to_string(), "the key of other.example must not sign for the log \"log.example/a\"");
        let note = Note::new(HEAD.to_owned(), vec![other.sign(HEAD)]).unwrap();
        let keys = [log.verifier().clone(), other.verifier().clone()];
        assert!(matches!(OpenedCheckpoint::check(&note, &keys), Err(OpenCheckpointError::Check(_))));
    }

    #[test]
    fn a_line_break_in_a_checkpoint_is_never_signed() {
        let mut checkpoint = Checkpoint::parse(HEAD).unwrap();
        checkpoint.extensions = vec!["a\nb".to_owned()];
        assert!(checkpoint.sign(&[key("log.example/a", 1)]).is_err());
        checkpoint.extensions = vec![String::new()];
        assert!(checkpoint.sign(&[key("log.example/a", 1)]).is_err());
        checkpoint.extensions = vec![];
        assert!(checkpoint.sign(&[]).is_err());
    }
}
