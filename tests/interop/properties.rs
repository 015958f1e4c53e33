//! Properties on arbitrary input: nothing panics, and what parses prints as it stood.

use std::convert::Infallible;

use isnad::tlog::{
    Checkpoint, Frontier, Hash, NodeId, Note, SigningKey, Tile, TlogProof, VerifierKey, check_consistency,
    check_inclusion, leaf_hash, parse_bundle, parse_leaf_line, prove_consistency, prove_inclusion, slice_bundle,
    tree_root,
};
use proptest::prelude::*;

/// Lines that look like those of notes, checkpoints and proofs, so that some input gets far.
fn near_miss() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("c2sp.org/tlog-proof@v1".to_owned()),
        Just("index 3".to_owned()),
        Just("extra AA==".to_owned()),
        Just("log.example/a".to_owned()),
        Just("7".to_owned()),
        Just(String::new()),
        any::<[u8; 32]>().prop_map(|bytes| Hash(bytes).to_string()),
        any::<u8>().prop_map(|seed| key(seed).sign("text\n").to_string()),
        "\\PC{0,20}",
    ];
    (proptest::collection::vec(line, 0..10), any::<bool>())
        .prop_map(|(lines, ends)| lines.join("\n") + if ends { "\n" } else { "" })
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("log.example/a".parse().unwrap(), &[seed; 32])
}

/// A node of the log whose entries are their own indexes.
fn node_of_indexes(node: NodeId) -> Result<Hash, Infallible> {
    let mut frontier = Frontier::new();
    let start = node.index << node.level;
    (start..start + (1 << node.level)).for_each(|index| frontier.push(leaf_hash(&index.to_be_bytes())));
    Ok(frontier.root())
}

proptest! {
    #[test]
    fn whatever_parses_prints_as_it_stood(text in near_miss()) {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text.clone());
            let keys = [key(0).verifier().clone()];
            let _ = note.check(&keys);
        }
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_string(), text.clone());
        }
        if let Ok(proof) = TlogProof::parse(text.as_bytes()) {
            prop_assert_eq!(proof.to_string(), text.clone());
        }
        if let Ok(tile) = text.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text.clone());
        }
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), width in 0..=256u16) {
        let _ = (Note::parse(&bytes), TlogProof::parse(&bytes), parse_leaf_line(&bytes));
        if let Some(slice) = slice_bundle(&bytes, width) {
            prop_assert!(parse_bundle(slice, width).is_some());
        }
    }

    #[test]
    fn no_sizes_make_a_check_panic(a in any::<u64>(), b in any::<u64>(), hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let hashes: Vec<Hash> = hashes.into_iter().map(Hash).collect();
        let root = Hash([0; 32]);
        prop_assert!(check_inclusion(&hashes, a, &root, b, &root).is_err());
        prop_assert!(check_consistency(&hashes, a.min(b), &root, a.max(b), &Hash([1; 32])).is_err());
    }

    #[test]
    fn tile_paths_print_and_parse_back(level in 0..=63u8, index in any::<u64>(), width in 1..=256u16) {
        for kind in [isnad::tlog::TileKind::Hashes(level), isnad::tlog::TileKind::Entries] {
            let tile = Tile::new(kind, index, width).unwrap();
            prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
            let _ = (tile.is_in_tree(index), tile.nodes().count());
        }
    }

    #[test]
    fn proofs_of_random_trees_hold(size in 1..3000u64, index in any::<u64>(), old in any::<u64>()) {
        let (index, old) = (index % size, old % (size + 1));
        let root = tree_root(size, node_of_indexes).unwrap();
        let old_root = tree_root(old, node_of_indexes).unwrap();
        let proof = prove_inclusion(size, index, node_of_indexes).unwrap();
        prop_assert_eq!(check_inclusion(&proof, size, &root, index, &leaf_hash(&index.to_be_bytes())), Ok(()));
        let proof = prove_consistency(old, size, node_of_indexes).unwrap();
        prop_assert_eq!(check_consistency(&proof, old, &old_root, size, &root), Ok(()));
    }

    #[test]
    fn a_stored_frontier_carries_on(sizes in proptest::collection::vec(0..200u64, 1..5)) {
        let (mut stored, mut straight) = (Frontier::new(), Frontier::new());
        for more in sizes {
            for index in straight.size()..straight.size() + more {
                stored.push(leaf_hash(&index.to_be_bytes()));
                straight.push(leaf_hash(&index.to_be_bytes()));
            }
            stored = Frontier::from_bytes(stored.size(), &stored.to_bytes()).unwrap();
            prop_assert_eq!(stored.root(), straight.root());
        }
    }
}
