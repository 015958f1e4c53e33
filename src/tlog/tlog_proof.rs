//! A proof in one file that an entry is in a log, checked offline. See c2sp.org/tlog-proof.

use std::fmt;

use base64ct::{Base64, Encoding as _};

use super::checkpoint::{Checkpoint, OpenCheckpointError, OpenedCheckpoint};
use super::encoding::parse_decimal;
use super::error::FormatError;
use super::hash::Hash;
use super::key::VerifierKey;
use super::note::Note;
use super::proof::{CheckError, check_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// No tree of 2^64 entries or fewer is higher.
const MAX_PATH: usize = 64;

/// An inclusion proof with the checkpoint that it leads to, not checked yet.
///
/// Prints as the exact bytes that it was parsed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes of the application's own, vouched for by nobody; never empty.
    pub extra: Option<Vec<u8>>,
    /// The position of the entry.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling to the root's child.
    pub path: Vec<Hash>,
    /// The signed head.
    pub checkpoint: Note,
}

/// A proof that does not show what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckTlogProofError {
    /// The checkpoint is not one that the log signed.
    #[error(transparent)]
    Checkpoint(#[from] OpenCheckpointError),
    /// The entry is not at this place in the signed tree.
    #[error(transparent)]
    Inclusion(#[from] CheckError),
}

fn fail(line: usize, problem: &'static str) -> FormatError {
    FormatError::new("proof", line, problem)
}

impl TlogProof {
    /// Parses a proof; checks neither signatures nor hashes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        let text = std::str::from_utf8(bytes).map_err(|_| fail(1, "not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or_else(|| fail(1, "no blank line before the checkpoint"))?;
        let mut lines = (1..).zip(head.split('\n')).peekable();
        if lines.next().is_none_or(|(_, line)| line != FIRST_LINE) {
            return Err(fail(1, "is not \"c2sp.org/tlog-proof@v1\""));
        }
        let extra = match lines.next_if(|(_, line)| line.starts_with("extra ")) {
            Some((number, line)) => {
                Some(parse_extra(line).ok_or_else(|| fail(number, "no canonical base64 after extra"))?)
            }
            None => None,
        };
        let index = lines.next().and_then(|(_, line)| parse_decimal(line.strip_prefix("index ")?));
        let index = index.ok_or_else(|| fail(2 + usize::from(extra.is_some()), "is not \"index <decimal number>\""))?;
        let mut path = Vec::new();
        for (number, line) in lines {
            if path.len() == MAX_PATH {
                return Err(fail(number, "more hashes than any tree is high"));
            }
            path.push(line.parse().map_err(|_| fail(number, "is not a hash of 32 bytes in canonical base64"))?);
        }
        let above = head.split('\n').count() + 1;
        let in_file = |error: FormatError| FormatError { line: above + error.line, ..error };
        let checkpoint = Note::parse(note.as_bytes()).map_err(in_file)?;
        Checkpoint::parse(checkpoint.text()).map_err(in_file)?;
        Ok(Self { extra, index, path, checkpoint })
    }

    /// Checks that the log signed a head whose tree has the entry hashed to `leaf` at [`Self::index`].
    ///
    /// `keys` are those of the log and of the witnesses that the reader decided to trust.
    pub fn check(&self, leaf: &Hash, keys: &[VerifierKey]) -> Result<OpenedCheckpoint, CheckTlogProofError> {
        let opened = OpenedCheckpoint::check(&self.checkpoint, keys)?;
        check_inclusion(&self.path, opened.checkpoint.size, &opened.checkpoint.root, self.index, leaf)?;
        Ok(opened)
    }
}

/// Reads the line with the application's bytes; without bytes it would have to be missing.
fn parse_extra(line: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(line.strip_prefix("extra ")?).ok().filter(|bytes| !bytes.is_empty())
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            writeln!(f, "extra {}", Base64::encode_string(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::hash::leaf_hash;
    use super::super::key::SigningKey;
    use super::super::node::NodeId;
    use super::super::proof::{prove_inclusion, tree_root};
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("log.example/a".parse().unwrap(), &[seed; 32])
    }

    fn leaf(index: u64) -> Hash {
        leaf_hash(&[index as u8])
    }

    /// A node of the tree over the entries 0, 1, 2 and so on, one byte each.
    fn read(node: NodeId) -> Result<Hash, Infallible> {
        match node.level {
            0 => Ok(leaf(node.index)),
            level => {
                let start = node.index << level;
                let mut frontier = super::super::Frontier::new();
                (start..start + (1 << level)).for_each(|index| frontier.push(leaf(index)));
                Ok(frontier.root())
            }
        }
    }

    fn proof(size: u64, index: u64) -> TlogProof {
        let root = tree_root(size, read).unwrap();
        let head = Checkpoint::new(key(1).verifier().name(), size, root);
        let path = prove_inclusion(size, index, read).unwrap();
        TlogProof { extra: None, index, path, checkpoint: head.sign(&[key(1)]).unwrap() }
    }

    #[test]
    fn a_proof_prints_parses_back_and_holds() {
        let keys = [key(1).verifier().clone()];
        for (size, index) in [(1, 0), (2, 1), (5, 0), (5, 4), (100, 37)] {
            for extra in [None, Some(b"some bytes".to_vec())] {
                let proof = TlogProof { extra, ..proof(size, index) };
                let parsed = TlogProof::parse(proof.to_string().as_bytes()).unwrap();
                assert_eq!(parsed, proof);
                assert_eq!(parsed.check(&leaf(index), &keys).unwrap().checkpoint.size, size);
                assert!(parsed.check(&leaf(index + 1), &keys).is_err());
                assert!(parsed.check(&leaf(index), &[key(2).verifier().clone()]).is_err());
            }
        }
    }

    #[test]
    fn any_flipped_bit_of_a_proof_is_refused() {
        let keys = [key(1).verifier().clone()];
        let text = proof(5, 2).to_string();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let holds = TlogProof::parse(&bytes).is_ok_and(|proof| proof.check(&leaf(2), &keys).is_ok());
                assert!(!holds, "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn proofs_that_are_not_canonical_are_refused_with_their_line() {
        let good = proof(5, 2).to_string();
        let hash = leaf(0).to_string();
        for (bad, error) in [
            (good.replace("@v1\n", "@v2\n"), "proof: line 1: is not \"c2sp.org/tlog-proof@v1\""),
            (good.replace("@v1\n", "@v1\r\n"), "proof: line 1: is not \"c2sp.org/tlog-proof@v1\""),
            (good.replace("index 2", "index 02"), "proof: line 2: is not \"index <decimal number>\""),
            (good.replace("index 2", "extra \nindex 2"), "proof: line 2: no canonical base64 after extra"),
            (good.replace("index 2", "extra AB==\nindex 2"), "proof: line 2: no canonical base64 after extra"),
            (good.replace("index 2", "extra AA==\nextra AA=="), "proof: line 3: is not \"index <decimal number>\""),
            (good.replace("index 2\n", ""), "proof: line 2: is not \"index <decimal number>\""),
            (good.replace("index 2\n", "index 2\nx\n"), "proof: line 3: is not a hash of 32 bytes in canonical base64"),
            (
                good.replace("index 2\n", &format!("index 2\n{}", format!("{hash}\n").repeat(64))),
                "proof: line 67: more hashes than any tree is high",
            ),
            (good.replace("\n\n", "\n"), "proof: line 1: no blank line before the checkpoint"),
            (good.replace("\n\nlog", "\n\n\nlog"), "checkpoint: line 7: is empty"),
            (good.trim_end().to_owned(), "note: line 11: no signature line with a newline"),
        ] {
            assert_eq!(TlogProof::parse(bad.as_bytes()).unwrap_err().to_string(), error, "{bad:?}");
        }
    }
}
