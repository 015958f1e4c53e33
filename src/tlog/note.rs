//! Signed notes: a text and signature lines under it. See c2sp.org/signed-note.

use std::fmt;

use base64ct::{Base64, Encoding as _};

use super::error::FormatError;
use super::key::{KeyId, KeyName, Statement, VerifierKey};

/// The longest note that is read, in bytes.
pub const MAX_NOTE: usize = 1_000_000;
/// The most signatures under a note that is read.
pub const MAX_SIGNATURES: usize = 100;

/// A text with signatures that nobody has checked yet.
///
/// Prints as the exact bytes that it was parsed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature line: `— <name> base64(<key id> ‖ <signature>)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key that is said to have signed.
    pub name: KeyName,
    /// The id of that key.
    pub id: KeyId,
    /// The signature, of a form that only the key's type tells.
    pub bytes: Vec<u8>,
}

/// A signature that was checked and holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked<'a> {
    /// The key that signed.
    pub key: &'a VerifierKey,
    /// What it states.
    pub statement: Statement,
}

/// A note that its signatures do not vouch for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckNoteError {
    /// A known key is said to have signed, and has not.
    #[error("the signature by {name} (key {id}) does not belong to this text")]
    BadSignature {
        /// The key's name.
        name: KeyName,
        /// The key's id.
        id: KeyId,
    },
    /// None of the keys that are trusted has signed.
    #[error("none of the keys given has signed; those that claim to have: {claimed}")]
    NoKnownKey {
        /// Name and id of each signature.
        claimed: String,
    },
}

fn fail(line: usize, problem: &'static str) -> FormatError {
    FormatError::new("note", line, problem)
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count()
}

impl Note {
    /// Puts signatures under a text.
    pub fn new(text: String, signatures: Vec<NoteSignature>) -> Result<Self, FormatError> {
        if !text.ends_with('\n') {
            return Err(fail(line_at(&text, text.len()), "the text does not end with a newline"));
        }
        if let Some(at) = text.find(|c: char| c < ' ' && c != '\n') {
            return Err(fail(line_at(&text, at), "the text holds a control character"));
        }
        if signatures.is_empty() {
            return Err(fail(line_at(&text, text.len()), "no signature"));
        }
        Ok(Self { text, signatures })
    }

    /// Parses a note; checks no signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        if bytes.len() > MAX_NOTE {
            return Err(fail(1, "longer than 1,000,000 bytes"));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| fail(1, "not UTF-8"))?;
        let blank = note.rfind("\n\n").ok_or_else(|| fail(1, "no blank line between text and signatures"))?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let first_line = line_at(note, blank + 2);
        let lines = lines.strip_suffix('\n').ok_or_else(|| fail(first_line, "no signature line with a newline"))?;
        let mut signatures = Vec::new();
        for (number, line) in (first_line..).zip(lines.split('\n')) {
            if signatures.len() == MAX_SIGNATURES {
                return Err(fail(number, "more than 100 signatures"));
            }
            signatures.push(NoteSignature::parse(line).map_err(|problem| fail(number, problem))?);
        }
        Self::new(text.to_owned(), signatures)
    }

    /// The text that is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures in their order, by known and unknown keys.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, such as that of a witness; one that is there already changes nothing.
    pub fn add(&mut self, signature: NoteSignature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// Returns the note with only the signatures under the name and id of `key`: what a timestamp is asked for.
    pub fn signed_only_by(&self, key: &VerifierKey) -> Option<Self> {
        let signatures: Vec<_> =
            self.signatures.iter().filter(|signature| key.is_named_by(signature)).cloned().collect();
        (!signatures.is_empty()).then(|| Self { text: self.text.clone(), signatures })
    }

    /// Checks every signature by one of `keys`: at least one must be there, and each must hold.
    ///
    /// Signatures by other keys are ignored, as the specification demands.
    pub fn check<'a>(&self, keys: &'a [VerifierKey]) -> Result<Vec<Checked<'a>>, CheckNoteError> {
        let mut checked: Vec<Checked<'a>> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| key.is_named_by(signature)) else { continue };
            let statement = key
                .check(&self.text, signature)
                .ok_or_else(|| CheckNoteError::BadSignature { name: signature.name.clone(), id: signature.id })?;
            let found = Checked { key, statement };
            if !checked.contains(&found) {
                checked.push(found);
            }
        }
        if checked.is_empty() { Err(self.no_known_key()) } else { Ok(checked) }
    }

    pub(super) fn no_known_key(&self) -> CheckNoteError {
        let claimed: Vec<String> = self.signatures.iter().map(|by| format!("{} (key {})", by.name, by.id)).collect();
        CheckNoteError::NoKnownKey { claimed: claimed.join(", ") }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    /// Parses a signature line without its newline.
    fn parse(line: &str) -> Result<Self, &'static str> {
        let rest = line.strip_prefix("— ").ok_or("a signature line starts with an em dash and a space")?;
        let (name, base64) = rest.split_once(' ').ok_or("no signature behind the key name")?;
        let name = name.parse().map_err(|_| "not a key name")?;
        let bytes = Base64::decode_vec(base64).map_err(|_| "the signature is not in canonical base64")?;
        match bytes.split_first_chunk() {
            Some((id, rest)) if !rest.is_empty() => Ok(Self { name, id: KeyId(*id), bytes: rest.to_vec() }),
            _ => Err("the signature has less than five bytes"),
        }
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0, self.bytes.as_slice()].concat();
        write!(f, "— {} {}", self.name, Base64::encode_string(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;

    /// The example of c2sp.org/signed-note.
    const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const EXAMPLE: &str = "This is an example message.\n\n— example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::from_seed(name.parse().unwrap(), &[seed; 32])
    }

    #[test]
    fn the_example_of_the_specification_holds() {
        let keys = [EXAMPLE_KEY.parse().unwrap()];
        let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.check(&keys), Ok(vec![Checked { key: &keys[0], statement: Statement::Signed }]));
        assert_eq!(note.to_string(), EXAMPLE);
    }

    #[test]
    fn any_changed_byte_of_a_note_is_refused_or_leaves_it_unsigned() {
        let keys = [EXAMPLE_KEY.parse().unwrap()];
        for at in 0..EXAMPLE.len() {
            for bit in 0..8 {
                let mut bytes = EXAMPLE.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let accepted = Note::parse(&bytes).is_ok_and(|note| note.check(&keys).is_ok());
                assert!(!accepted, "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn notes_that_are_not_canonical_are_refused_with_their_line() {
        let signature = EXAMPLE.lines().last().unwrap();
        for (bad, error) in [
            ("".to_owned(), "note: line 1: no blank line between text and signatures"),
            ("text\n".to_owned(), "note: line 1: no blank line between text and signatures"),
            ("text\n\n".to_owned(), "note: line 3: no signature line with a newline"),
            (format!("text\n\n{signature}"), "note: line 3: no signature line with a newline"),
            (format!("text\n\n{signature}\r\n"), "note: line 3: the signature is not in canonical base64"),
            (format!("text\n\n{signature} \n"), "note: line 3: the signature is not in canonical base64"),
            (format!("te\txt\n\n{signature}\n"), "note: line 1: the text holds a control character"),
            (format!("a\nb\r\nc\n\n{signature}\n"), "note: line 2: the text holds a control character"),
            (
                format!("text\n\n-{}\n", &signature[3..]),
                "note: line 3: a signature line starts with an em dash and a space",
            ),
            ("text\n\n— a\u{a0}b AAAAAAA=\n".to_owned(), "note: line 3: not a key name"),
            ("text\n\n—  AAAAAAA=\n".to_owned(), "note: line 3: not a key name"),
            ("text\n\n— a+b AAAAAAA=\n".to_owned(), "note: line 3: not a key name"),
            ("text\n\n— a\n".to_owned(), "note: line 3: no signature behind the key name"),
            ("text\n\n— a AAAAAA==\n".to_owned(), "note: line 3: the signature has less than five bytes"),
            ("text\n\n— a AAAAAAB=\n".to_owned(), "note: line 3: the signature is not in canonical base64"),
        ] {
            assert_eq!(Note::parse(bad.as_bytes()).unwrap_err().to_string(), error, "{bad:?}");
        }
        assert_eq!(Note::parse(b"\xff\n\n").unwrap_err().to_string(), "note: line 1: not UTF-8");
        let many = format!("text\n\n{}", format!("{signature}\n").repeat(MAX_SIGNATURES));
        assert!(Note::parse(many.as_bytes()).is_ok());
        assert!(Note::parse(format!("{many}{signature}\n").as_bytes()).is_err());
    }

    #[test]
    fn a_text_may_hold_blank_lines_and_other_notes() {
        let (one, two) = (key("one.example", 1), key("two.example", 2));
        let inner = Note::new("a\n\n\nb\n".to_owned(), vec![one.sign("a\n\n\nb\n")]).unwrap();
        let outer = Note::new(inner.to_string(), vec![two.sign(&inner.to_string())]).unwrap();
        let parsed = Note::parse(outer.to_string().as_bytes()).unwrap();
        assert_eq!(parsed, outer);
        assert_eq!(parsed.text(), inner.to_string());
    }

    #[test]
    fn unknown_signatures_are_ignored_and_false_ones_of_known_keys_are_not() {
        let (known, unknown) = (key("log.example", 1), key("log.example", 2));
        let keys = [known.verifier().clone()];
        let good = Note::new("text\n".to_owned(), vec![unknown.sign("other\n"), known.sign("text\n")]).unwrap();
        assert_eq!(good.check(&keys).unwrap().len(), 1);
        let bad = Note::new("text\n".to_owned(), vec![known.sign("text\n"), known.sign("other\n")]).unwrap();
        let error = bad.check(&keys).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the signature by log.example (key {}) does not belong to this text", keys[0].id())
        );
        let stranger = Note::new("text\n".to_owned(), vec![unknown.sign("text\n")]).unwrap();
        let error = stranger.check(&keys).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "none of the keys given has signed; those that claim to have: log.example (key {})",
                unknown.verifier().id()
            )
        );
    }

    #[test]
    fn a_signature_is_added_once() {
        let (log, witness) = (key("log.example", 1), key("witness.example", 2));
        let mut note = Note::new("text\n".to_owned(), vec![log.sign("text\n")]).unwrap();
        note.add(witness.sign("text\n"));
        note.add(witness.sign("text\n"));
        assert_eq!(note.signatures().len(), 2);
        let only = note.signed_only_by(log.verifier()).unwrap();
        assert_eq!(only.signatures(), [log.sign("text\n")]);
        assert_eq!(only.signed_only_by(witness.verifier()), None);
    }
}
