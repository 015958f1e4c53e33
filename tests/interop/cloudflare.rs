//! Cloudflare's crates `signed_note` and `tlog_tiles` and ours agree, in both directions.

use std::collections::BTreeMap;

use isnad::tlog::{
    Checkpoint, Hash, Note, OpenedCheckpoint, SigningKey, Tile, TileReader, VerifierKey, check_consistency,
    check_inclusion, leaf_hash, new_tiles, prove_consistency, prove_inclusion, tree_root,
};
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::{Error, TileHashReader, TileReader as _};

use crate::files::publish;

type Files = BTreeMap<String, Vec<u8>>;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("log.example/interop".parse().unwrap(), &[seed; 32])
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}\n").into_bytes()
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn all_theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().map(theirs).collect()
}

fn verifiers(key: &SigningKey) -> VerifierList {
    VerifierList::new(vec![Box::new(StandardVerifier::new(&key.verifier().to_string()).unwrap())])
}

/// Published files as their reader wants them, whose paths name the height of tiles.
struct Published<'a>(&'a Files);

impl tlog_tiles::TileReader for Published<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, Error> {
        Ok(tiles.iter().map(|tile| self.0[&tile.path().replacen("tile/8/", "tile/", 1)].clone()).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

#[test]
fn keys_and_signatures_are_the_same() {
    for seed in 0..64 {
        let ours = key(seed);
        let signer = StandardSigner::new(&ours.to_secret_text()).unwrap();
        let mut note = signed_note::Note::new("some text\n\nmore — of it\n".as_bytes(), &[]).unwrap();
        note.add_sigs(&[&signer]).unwrap();
        let bytes = note.to_bytes();
        let parsed = Note::parse(&bytes).unwrap();
        assert_eq!(parsed.signatures(), [ours.sign(parsed.text())]);
        assert_eq!(parsed.to_string().as_bytes(), bytes);
        assert!(parsed.check(&[ours.verifier().clone()]).is_ok());
    }
}

#[test]
fn their_parsers_accept_nothing_more_of_a_damaged_checkpoint() {
    let log = publish(&key(1), (0..3).map(entry));
    let good = &log["checkpoint"];
    let (trusted, keys) = (verifiers(&key(1)), [key(1).verifier().clone()]);
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            let theirs = signed_note::Note::from_bytes(&bytes).is_ok_and(|note| note.verify(&trusted).is_ok());
            let ours = OpenedCheckpoint::open(&bytes, &keys).is_ok();
            assert!(!theirs && !ours, "bit {bit} of byte {at}: theirs {theirs}, ours {ours}");
        }
    }
}

#[test]
fn tiles_have_the_same_paths() {
    for (old, new) in [(0, 1), (0, 256), (0, 70_000), (255, 513), (65_535, 65_537)] {
        let hashes = |tile: &Tile| tile.kind() != isnad::tlog::TileKind::Entries;
        let ours: Vec<String> = new_tiles(old, new).filter(hashes).map(|tile| tile.to_string()).collect();
        let theirs = tlog_tiles::Tile::new_tiles(8, old, new);
        let theirs: Vec<String> = theirs.iter().map(|tile| tile.path().replacen("tile/8/", "tile/", 1)).collect();
        assert_eq!(ours, theirs, "{old} to {new}");
    }
}

#[test]
fn heads_and_proofs_hold_there_as_here() {
    for size in [1, 2, 100, 255, 256, 257, 70_000] {
        let log = publish(&key(1), (0..size).map(entry));
        let note = signed_note::Note::from_bytes(&log["checkpoint"]).unwrap();
        assert_eq!(note.verify(&verifiers(&key(1))).unwrap().0.len(), 1);
        let head = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
        let text = std::str::from_utf8(note.text()).unwrap();
        assert_eq!(Checkpoint::parse(text).unwrap().to_string().into_bytes(), head.to_bytes());
        assert_eq!(head.size(), size);

        let root = Hash(head.hash().0);
        let published = Published(&log);
        assert_eq!(published.height(), 8);
        let there = TileHashReader::new(size, *head.hash(), &published);
        let mut here = TileReader::new(size, |tile: Tile| Ok::<_, String>(log[&tile.to_string()].clone()));
        for index in (0..size).step_by(1 + size as usize / 50) {
            let leaf = leaf_hash(&entry(index));
            let proof = prove_inclusion(size, index, |node| here.node(node)).unwrap();
            assert_eq!(tlog_tiles::prove_record(size, index, &there).unwrap(), all_theirs(&proof));
            tlog_tiles::check_record(&all_theirs(&proof), size, *head.hash(), index, theirs(&leaf)).unwrap();
            assert_eq!(check_inclusion(&proof, size, &root, index, &leaf), Ok(()));

            let old = index + 1;
            let old_root = tree_root(old, |node| here.node(node)).unwrap();
            assert_eq!(tlog_tiles::tree_hash(old, &there).unwrap(), theirs(&old_root));
            let proof = prove_consistency(old, size, |node| here.node(node)).unwrap();
            assert_eq!(tlog_tiles::prove_tree(size, old, &there).unwrap(), all_theirs(&proof));
            tlog_tiles::check_tree(&all_theirs(&proof), size, *head.hash(), old, theirs(&old_root)).unwrap();
            assert_eq!(check_consistency(&proof, old, &old_root, size, &root), Ok(()));
        }
    }
}

#[test]
fn their_verifier_keys_parse_here() {
    let secret = key(3).to_secret_text();
    let signer = StandardSigner::new(&secret).unwrap();
    let vkey = key(3).verifier().to_string();
    let verifier = StandardVerifier::new(&vkey).unwrap();
    let parsed: VerifierKey = vkey.parse().unwrap();
    for id in [signed_note::Signer::key_id(&signer), signed_note::Verifier::key_id(&verifier)] {
        assert_eq!(id.to_be_bytes(), parsed.id().0);
    }
}

/// What `isnad log export` writes is a log that their reader proves from, against a head that their note opens.
#[test]
fn they_read_what_the_program_exports() {
    let folder = tempfile::tempdir().unwrap();
    let isnad = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_isnad"));
        command.current_dir(folder.path()).env("ISNAD_STATE", folder.path().join("state")).args(args);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let line = |index: u32| {
        format!(
            "{{\"captured_at\":\"2018-04-01\",\"text\":\"Ferry {index} left the harbour of Zeren before dawn.\"}}\n"
        )
    };
    std::fs::write(folder.path().join("ferries.jsonl"), (0..150).map(line).collect::<String>()).unwrap();
    isnad(&["init", "--origin", "log.example/export"]);
    isnad(&["ingest", "ferries.jsonl"]);
    isnad(&["log", "export", "site"]);
    let vkey = String::from_utf8(isnad(&["log", "key"])).unwrap();
    let read = |path: &str| std::fs::read(folder.path().join("site").join(path)).unwrap();
    let mut files: Files = new_tiles(0, 300).map(|tile| (tile.to_string(), read(&tile.to_string()))).collect();
    files.insert("checkpoint".to_owned(), read("checkpoint"));

    let note = signed_note::Note::from_bytes(&files["checkpoint"]).unwrap();
    let keys = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey.trim()).unwrap())]);
    note.verify(&keys).unwrap();
    let key: VerifierKey = vkey.trim().parse().unwrap();
    let head = OpenedCheckpoint::open(&files["checkpoint"], &[key]).unwrap().checkpoint;
    assert_eq!(head.size, 300);
    let published = Published(&files);
    let hashes = TileHashReader::new(300, theirs(&head.root), &published);
    for index in [0, 1, 128, 255, 256, 299] {
        let proof = tlog_tiles::prove_record(300, index, &hashes).unwrap();
        let bundle = Tile::of_tree(isnad::tlog::TileKind::Entries, index / 256, 300).unwrap();
        let entries = isnad::tlog::parse_bundle(&files[&bundle.to_string()], bundle.width()).unwrap();
        let leaf = theirs(&leaf_hash(entries[usize::try_from(index % 256).unwrap()]));
        tlog_tiles::check_record(&proof, 300, theirs(&head.root), index, leaf).unwrap();
    }
}
