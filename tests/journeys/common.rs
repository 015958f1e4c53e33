//! A scratch folder, the program run in it, and what came out.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The program under test.
pub(crate) const ISNAD: &str = env!("CARGO_BIN_EXE_isnad");

/// A folder with an archive called `archive` and room beside it.
pub(crate) struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    /// Makes an empty folder; nothing is in it yet.
    pub(crate) fn new() -> Self {
        Scratch { dir: tempfile::tempdir().unwrap() }
    }

    /// Makes a folder with an empty archive in it.
    pub(crate) fn with_archive() -> Self {
        let scratch = Scratch::new();
        scratch.run(["init", "--origin", "tests.example/scratch"]).is(0);
        scratch
    }

    /// Makes a folder with an archive that holds the sample story.
    pub(crate) fn with_sample() -> Self {
        let scratch = Scratch::with_archive();
        scratch.run([OsStr::new("ingest"), sample().as_os_str()]).is(0);
        scratch
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.path("archive")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("archive/isnad.db")
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The program with this scratch folder's archive, ready for arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(ISNAD);
        command
            .current_dir(self.dir.path())
            .env_remove("ISNAD_ARCHIVE")
            .env_remove("SSL_CERT_FILE")
            .env("ISNAD_STATE", self.path("state"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end; the archive is `./archive`, the default.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().args(args).output().unwrap())
    }

    /// Runs the program with `--json`.
    pub(crate) fn json<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().arg("--json").args(args).output().unwrap())
    }

    /// Runs the program with `--json` and something on its standard input.
    pub(crate) fn json_stdin<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, input: &str) -> Run {
        let mut command = self.command();
        command.arg("--json").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A thread of its own: the program answers before it has read everything.
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let run = Run::of(child.wait_with_output().unwrap());
        writer.join().unwrap().unwrap();
        run
    }

    /// Opens the database as any other program could.
    pub(crate) fn sqlite(&self) -> Connection {
        Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
    }
}

/// A finished run of the program.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Run {
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("narration is UTF-8"),
        }
    }

    /// Asserts the exit status.
    #[track_caller]
    pub(crate) fn is(self, status: i32) -> Self {
        let shown = String::from_utf8_lossy(&self.stdout[..self.stdout.len().min(4000)]).into_owned();
        assert_eq!(self.status, Some(status), "\nstdout: {shown}\nstderr: {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Asserts that standard error holds each of `words`.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is missing in: {}", self.stderr);
        }
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Every line of standard output as JSON.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// The only line of standard output.
    #[track_caller]
    pub(crate) fn only(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}{}", self.text(), self.stderr);
        lines.remove(0)
    }

    /// The lines of an ingestion without the summary.
    #[track_caller]
    pub(crate) fn documents(&self) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line.get("status").is_some()).collect()
    }

    /// The last line's summary.
    #[track_caller]
    pub(crate) fn summary(&self) -> Value {
        self.lines().last().unwrap()["summary"].clone()
    }
}

/// The captures of the sample story.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("archive/captures")
}

/// The shared material, when it is there; says that a test is skipped otherwise.
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("ISNAD_SHARED").map_or(beside, PathBuf::from);
    let path = root.join("data").join(part);
    if !path.exists() {
        skipped(&format!("{} is missing", path.display()));
        return None;
    }
    Some(path)
}

/// Says that a test looked at nothing.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value}"))
}

/// Whether the tests run as root, who may mount.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// A mounted folder, unmounted when dropped.
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// Runs `mount` with these arguments on `target`; `None`, and a word about it, where that is not allowed.
    pub(crate) fn new(target: &Path, args: &[&OsStr]) -> Option<Mount> {
        fs::create_dir_all(target).unwrap();
        let mounted = is_root()
            && Command::new("mount").args(args).arg(target).output().is_ok_and(|output| output.status.success());
        if !mounted {
            skipped("this machine does not let the tests mount a file system");
            return None;
        }
        Some(Mount(target.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A mount that stays is not worth failing a test that has ended.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
