//! A log written as the files that any web server could serve.

use std::collections::BTreeMap;
use std::path::Path;

use isnad::tlog::{Checkpoint, SigningKey, TileBuilder};

/// Path and bytes of every file of a log of these entries, all with the same head.
pub(crate) fn publish(key: &SigningKey, entries: impl IntoIterator<Item = Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut builder = TileBuilder::new();
    for entry in entries {
        builder.push(&entry, |tile, bytes| drop(files.insert(tile.to_string(), bytes.to_vec()))).unwrap();
    }
    builder.partial(|tile, bytes| drop(files.insert(tile.to_string(), bytes.to_vec())));
    let head = Checkpoint::new(key.verifier().name(), builder.size(), builder.root());
    let note = head.sign(std::slice::from_ref(key)).unwrap();
    files.insert("checkpoint".to_owned(), note.to_string().into_bytes());
    files
}

/// Writes files below a folder.
pub(crate) fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
