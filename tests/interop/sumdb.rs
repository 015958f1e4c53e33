//! Go's `golang.org/x/mod/sumdb` reads logs of ours and finds everything in them, and every change to them.
//!
//! Needs Debian's `golang-go` and `golang-golang-x-mod-dev`; without them these tests say that they were skipped.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use isnad::tlog::{LeafKind, Note, SigningKey, Tile, TileReader, TlogProof, leaf_line, prove_inclusion};

use crate::files::{publish, write};

const GOPATH: &str = "/usr/share/gocode";

fn log_key() -> SigningKey {
    SigningKey::from_seed("log.example/interop".parse().unwrap(), &[42; 32])
}

fn entry(index: u64) -> Vec<u8> {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&index.to_le_bytes());
    let kind = if index.is_multiple_of(2) { LeafKind::Capture } else { LeafKind::Reading };
    leaf_line(kind, id).into_bytes()
}

/// Builds the Go program once; none if Go is not installed.
fn checker() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let module = Path::new(GOPATH).join("src/golang.org/x/mod/sumdb/tlog");
        if !module.is_dir() || Command::new("go").arg("version").output().is_err() {
            return None;
        }
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check-log");
        let built = Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .arg("./tests/interop/go")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .envs([("GO111MODULE", "off"), ("GOPATH", GOPATH)])
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Some(program)
    });
    if built.is_none() {
        skipped();
    }
    built.as_deref()
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped() {
    eprintln!("skipped: golang-go or golang-golang-x-mod-dev is not installed");
}

/// Runs the checker: what it printed if the log holds, or what it says against it.
fn check(checker: &Path, log: &Path, proofs: &[PathBuf]) -> Result<String, String> {
    let vkey = log_key().verifier().to_string();
    let output = Command::new(checker).arg(log).arg(vkey).args(proofs).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.code() {
        Some(0) => Ok(text(output.stdout)),
        Some(1) => Err(text(output.stderr)),
        other => panic!("status {other:?}: {}", text(output.stderr)),
    }
}

/// Writes proofs of some entries, made from the published files.
fn write_proofs(folder: &Path, files: &std::collections::BTreeMap<String, Vec<u8>>, size: u64) -> Vec<PathBuf> {
    let mut reader = TileReader::new(size, |tile: Tile| Ok::<_, Infallible>(files[&tile.to_string()].clone()));
    let indexes = [0, size / 3, size - 1];
    let write_proof = |index| {
        let path = prove_inclusion(size, index, |node| reader.node(node)).unwrap();
        let checkpoint = Note::parse(&files["checkpoint"]).unwrap();
        let proof = TlogProof { extra: None, index, path, checkpoint };
        let file = folder.join(format!("{index}.tlog-proof"));
        std::fs::write(&file, proof.to_string()).unwrap();
        file
    };
    indexes.map(write_proof).to_vec()
}

#[test]
fn sumdb_checks_every_tile_entry_and_proof_of_logs_of_many_sizes() {
    let Some(checker) = checker() else { return };
    for size in [1, 255, 256, 257, 70_000] {
        let folder = tempfile::tempdir().unwrap();
        let files = publish(&log_key(), (0..size).map(entry));
        write(folder.path(), &files);
        let proofs = write_proofs(folder.path(), &files, size);
        let said = check(checker, folder.path(), &proofs).unwrap_or_else(|why| panic!("{size} entries: {why}"));
        assert!(said.starts_with(&format!("{size} entries, root ")), "{said}");

        std::fs::copy(&proofs[0], &proofs[2]).unwrap();
        let moved = std::fs::read_to_string(&proofs[0]).unwrap().replacen("index 0\n", "index 1\n", 1);
        std::fs::write(&proofs[0], moved).unwrap();
        assert!(check(checker, folder.path(), &proofs).is_err(), "a proof of another entry");
    }
}

#[test]
fn sumdb_refuses_any_changed_byte_of_any_file() {
    let Some(checker) = checker() else { return };
    for size in [1, 257] {
        let folder = tempfile::tempdir().unwrap();
        let files = publish(&log_key(), (0..size).map(entry));
        write(folder.path(), &files);
        for (path, bytes) in &files {
            let file = folder.path().join(path);
            let step = bytes.len() / 100 + 1;
            for at in (0..bytes.len()).step_by(step) {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                std::fs::write(&file, &changed).unwrap();
                assert!(check(checker, folder.path(), &[]).is_err(), "byte {at} of {path}, {size} entries");
            }
            std::fs::write(&file, bytes).unwrap();
        }
        assert!(check(checker, folder.path(), &[]).is_ok());
    }
}
