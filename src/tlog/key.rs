//! Keys as signed-note writes them: `<name>+<key id>+base64(<type> ‖ <key>)`.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::cosignature;
use super::encoding::{parse_hex, to_hex};
use super::note::NoteSignature;

/// The name of a key: of an isnad log, its origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

/// The first four bytes of a hash over name, type and public key. Identifies a key among those of its name only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 4]);

/// What a signature of a key covers, and so what it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// Type 0x01: Ed25519 over the text of a note.
    Ed25519,
    /// Type 0x04: Ed25519 over a time and a checkpoint, by a witness. See c2sp.org/tlog-cosignature.
    CosignatureV1,
}

/// A public key that somebody decided to trust under its name.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    key_type: KeyType,
    key: VerifyingKey,
}

/// The secret key of a log. Never prints itself; only [`SigningKey::to_secret_text`] tells it.
#[derive(Clone)]
pub struct SigningKey {
    verifier: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

/// What a good signature states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// The key signed the text.
    Signed,
    /// The witness saw this checkpoint, and no larger one of this log, at `time`.
    Cosigned {
        /// Seconds since 1970 by the witness's clock.
        time: u64,
    },
}

/// A text that is not a key, or not one that can be used here. Never holds any of the text: it could be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is empty or holds a space, a plus sign or a control character.
    #[error("a key name must not be empty, nor hold spaces, plus signs or control characters")]
    Name,
    /// The parts between the plus signs are not those of a verifier key.
    #[error("a verifier key is <name>+<8 lowercase hex digits>+<base64>")]
    VerifierForm,
    /// The parts between the plus signs are not those of a secret key.
    #[error("a secret key is PRIVATE+KEY+<name>+<8 lowercase hex digits>+<base64>")]
    SecretForm,
    /// The last part is not canonical base64.
    #[error("the key is not in canonical base64")]
    Base64,
    /// The type byte is not one that is understood here.
    #[error("keys of type 0x{0:02x} are not supported here; 0x01 (Ed25519) and, for witnesses, 0x04 are")]
    Type(u8),
    /// The key has not 32 bytes.
    #[error("an Ed25519 key has 32 bytes, not {0}")]
    Length(usize),
    /// The bytes are no public key, or one for which anybody can sign.
    #[error("these 32 bytes are not a sound Ed25519 public key")]
    Point,
    /// The key id is not that of name, type and key.
    #[error("the key id does not belong to this name and key: one of them was changed or mistyped")]
    Id,
}

impl KeyName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let forbidden = |c: char| c == '+' || c.is_whitespace() || c.is_control();
        if text.is_empty() || text.contains(forbidden) { Err(KeyError::Name) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeyId {
    fn of(name: &KeyName, key_type: KeyType, key: &VerifyingKey) -> Self {
        let hash = Sha256::new()
            .chain_update(name.as_str())
            .chain_update([b'\n', key_type.byte()])
            .chain_update(key.as_bytes())
            .finalize();
        Self([hash[0], hash[1], hash[2], hash[3]])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl KeyType {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }

    fn of_byte(byte: u8) -> Result<Self, KeyError> {
        match byte {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::CosignatureV1),
            other => Err(KeyError::Type(other)),
        }
    }
}

/// Splits `<name>+<key id>+base64(<type> ‖ <32 bytes>)`; the base64 may hold plus signs, the name none.
fn parse_parts(text: &str, form: KeyError) -> Result<(KeyName, KeyId, KeyType, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else { return Err(form) };
    let id = KeyId(parse_hex(id.as_bytes()).ok_or(form)?);
    let bytes = Base64::decode_vec(base64).map_err(|_| KeyError::Base64)?;
    let (&key_type, key) = bytes.split_first().ok_or(form)?;
    let key_type = KeyType::of_byte(key_type)?;
    Ok((name.parse()?, id, key_type, key.try_into().map_err(|_| KeyError::Length(key.len()))?))
}

impl VerifierKey {
    /// Names a public key.
    pub fn new(name: KeyName, key_type: KeyType, public: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        Ok(Self { id: KeyId::of(&name, key_type, &key), name, key_type, key })
    }

    /// The name under which the key signs.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id that stands in its signatures.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What its signatures cover.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The public key itself.
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Tells whether a signature says that it is by this key.
    pub fn is_named_by(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.id == self.id
    }

    /// Tells whether the key can sign for the log `origin`.
    pub fn is_of_log(&self, origin: &str) -> bool {
        self.key_type == KeyType::Ed25519 && self.name.as_str() == origin
    }

    /// Checks a signature by this key over the text of a note, and returns what it states.
    pub fn check(&self, text: &str, signature: &NoteSignature) -> Option<Statement> {
        match self.key_type {
            KeyType::Ed25519 => self.check_ed25519(text, &signature.bytes).then_some(Statement::Signed),
            KeyType::CosignatureV1 => {
                let (time, bytes) = cosignature::split(&signature.bytes)?;
                let message = cosignature::message(time, text)?;
                self.check_ed25519(&message, bytes).then_some(Statement::Cosigned { time })
            }
        }
    }

    fn check_ed25519(&self, message: &str, signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        self.key.verify_strict(message.as_bytes(), &signature).is_ok()
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key_type, public) = parse_parts(text, KeyError::VerifierForm)?;
        let key = Self::new(name, key_type, &public)?;
        if key.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.key_type.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id, Base64::encode_string(&bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SigningKey {
    /// Makes the key of type 0x01 that 32 random bytes determine.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = key.verifying_key();
        let id = KeyId::of(&name, KeyType::Ed25519, &public);
        Self { verifier: VerifierKey { name, id, key_type: KeyType::Ed25519, key: public }, key }
    }

    /// Reads what [`SigningKey::to_secret_text`] wrote.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let parts = text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::SecretForm)?;
        let (name, id, key_type, seed) = parse_parts(parts, KeyError::SecretForm)?;
        if key_type != KeyType::Ed25519 {
            return Err(KeyError::Type(key_type.byte()));
        }
        let key = Self::from_seed(name, &seed);
        if key.verifier.id == id { Ok(key) } else { Err(KeyError::Id) }
    }

    /// Writes the whole secret, `PRIVATE+KEY+<name>+<key id>+<base64>`: for the key file and for nothing else.
    pub fn to_secret_text(&self) -> String {
        let mut bytes = vec![self.verifier.key_type.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("PRIVATE+KEY+{}+{}+{}", self.verifier.name, self.verifier.id, Base64::encode_string(&bytes))
    }

    /// The public half, to publish.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs the text of a note. Ed25519 is deterministic: the same text has one signature.
    pub fn sign(&self, text: &str) -> NoteSignature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature { name: self.verifier.name.clone(), id: self.verifier.id, bytes }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(secret of {})", self.verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> KeyName {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_whose_base64_holds_plus_signs_parses_back() {
        let with_plus = (0..=255u8).map(|byte| SigningKey::from_seed(name("log.example/a"), &[byte; 32]));
        let mut seen = (0, 0);
        for key in with_plus {
            let (public, secret) = (key.verifier().to_string(), key.to_secret_text());
            seen.0 += usize::from(public.matches('+').count() > 2);
            seen.1 += usize::from(secret.matches('+').count() > 4);
            assert_eq!(public.parse::<VerifierKey>().as_ref(), Ok(key.verifier()));
            assert_eq!(SigningKey::from_secret_text(&secret).unwrap().to_secret_text(), secret);
        }
        assert!(seen.0 > 10 && seen.1 > 10, "the vectors hold plus signs: {seen:?}");
    }

    #[test]
    fn a_secret_key_does_not_print_itself() {
        let key = SigningKey::from_seed(name("log.example/a"), &[7; 32]);
        let secret = key.to_secret_text();
        let shown = format!("{key:?} {key:#?}");
        assert!(!shown.contains(secret.rsplit('+').next().unwrap()));
        assert!(!shown.contains("7, 7") && !shown.contains("0707") && !shown.contains("PRIVATE"));
        let error = SigningKey::from_secret_text(&secret[..secret.len() - 1]).unwrap_err();
        assert_eq!(format!("{error:?} {error}"), "Base64 the key is not in canonical base64");
    }

    #[test]
    fn keys_that_are_not_canonical_are_refused() {
        let good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        assert_eq!(good.parse::<VerifierKey>().unwrap().to_string(), good);
        for (bad, error) in [
            ("", KeyError::VerifierForm),
            ("example.com/foo+530d903a", KeyError::VerifierForm),
            ("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::VerifierForm),
            ("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::VerifierForm),
            ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::Name),
            ("example.com/f o+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::Name),
            ("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::Id),
            ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::Id),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", KeyError::Base64),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", KeyError::Base64),
            ("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", KeyError::Type(2)),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==", KeyError::Length(30)),
            ("example.com/foo+530d903a+", KeyError::VerifierForm),
        ] {
            assert_eq!(bad.parse::<VerifierKey>(), Err(error), "{bad:?}");
        }
        assert_eq!(VerifierKey::new(name("a"), KeyType::Ed25519, &[0; 32]), Err(KeyError::Point), "a weak key");
    }

    #[test]
    fn key_names_hold_no_spaces_plus_signs_or_controls() {
        for bad in ["", " ", "a b", "a+b", "a\u{a0}b", "a\u{3000}", "a\nb", "a\u{1}b", "a\u{2028}b"] {
            assert_eq!(bad.parse::<KeyName>(), Err(KeyError::Name), "{bad:?}");
        }
        assert_eq!(name("أرشيف.example/log").as_str(), "أرشيف.example/log");
    }
}
