//! Cosignatures, version 1: a witness states when it saw a checkpoint. See c2sp.org/tlog-cosignature.

use super::checkpoint::Checkpoint;
use super::note::NoteSignature;

/// A cosignature's bytes: eight of time, 64 of Ed25519.
const LENGTH: usize = 72;

/// Splits a cosignature into its time and the signature proper.
pub(super) fn split(signature: &[u8]) -> Option<(u64, &[u8])> {
    let (time, rest) = signature.split_first_chunk()?;
    let time = u64::from_be_bytes(*time);
    (signature.len() == LENGTH && i64::try_from(time).is_ok()).then_some((time, rest))
}

/// Returns what a witness signs: nothing that is not a checkpoint.
pub(super) fn message(time: u64, checkpoint: &str) -> Option<String> {
    Checkpoint::parse(checkpoint).ok()?;
    Some(format!("cosignature/v1\ntime {time}\n{checkpoint}"))
}

/// Returns the time that a signature states if it is a cosignature, for showing those of witnesses not known.
///
/// Only the key tells whether it is one, and only [`super::VerifierKey::check`] whether it holds.
pub fn unverified_time(signature: &NoteSignature) -> Option<u64> {
    split(&signature.bytes).map(|(time, _)| time)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::super::checkpoint::{Cosignature, OpenedCheckpoint};
    use super::super::key::{KeyType, VerifierKey};
    use super::super::note::Note;
    use super::*;

    const HEAD: &str = "log.example/a\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn witness() -> (SigningKey, VerifierKey) {
        let key = SigningKey::from_bytes(&[9; 32]);
        let name = "witness.example/w1".parse().unwrap();
        let verifier = VerifierKey::new(name, KeyType::CosignatureV1, key.verifying_key().as_bytes()).unwrap();
        (key, verifier)
    }

    fn cosign(time: u64, text: &str) -> NoteSignature {
        let (key, verifier) = witness();
        let signature = key.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
        let bytes = [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        NoteSignature { name: verifier.name().clone(), id: verifier.id(), bytes }
    }

    #[test]
    fn the_line_of_the_specification_shows_its_time() {
        let example = format!(
            "{HEAD}\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ\
             qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
        );
        let note = Note::parse(example.as_bytes()).unwrap();
        assert_eq!(unverified_time(&note.signatures()[0]), Some(1_679_315_147));
    }

    #[test]
    fn a_witness_states_when_it_saw_a_checkpoint() {
        let log = super::super::SigningKey::from_seed("log.example/a".parse().unwrap(), &[1; 32]);
        let (_, witness) = witness();
        let mut note = Note::new(HEAD.to_owned(), vec![log.sign(HEAD)]).unwrap();
        note.add(cosign(1_679_315_147, HEAD));
        let keys = [log.verifier().clone(), witness.to_string().parse().unwrap()];
        let opened = OpenedCheckpoint::open(note.to_string().as_bytes(), &keys).unwrap();
        let (name, id) = (witness.name().clone(), witness.id());
        assert_eq!(opened.cosignatures, [Cosignature { name, id, time: 1_679_315_147 }]);
        assert!(OpenedCheckpoint::check(&note, &keys[1..]).is_err(), "a witness does not speak for the log");
    }

    #[test]
    fn cosignatures_of_another_time_head_or_length_are_refused() {
        let (_, key) = witness();
        let good = cosign(7, HEAD);
        assert!(key.check(HEAD, &good).is_some());
        let changed = |change: fn(&mut Vec<u8>)| {
            let mut copy = good.clone();
            change(&mut copy.bytes);
            copy
        };
        for bad in [
            changed(|bytes| bytes[7] ^= 1),
            changed(|bytes| bytes[8] ^= 1),
            changed(|bytes| bytes.push(0)),
            changed(|bytes| bytes.truncate(71)),
            changed(|bytes| bytes.clear()),
            cosign(1 << 63, HEAD),
            cosign(7, &HEAD.replace('3', "4")),
        ] {
            assert_eq!(key.check(HEAD, &bad), None, "{bad:?}");
        }
        assert_eq!(key.check("no checkpoint\n", &cosign(7, "no checkpoint\n")), None);
    }
}
