//! Making and opening archives.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};

use super::{Clock, Error, StateDir};
use crate::store::{Access, Companions, ReadTx, Reader, Store, Visibility};

/// What an archive is made with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InitOptions {
    /// Name of the log; made up when missing.
    pub origin: Option<String>,
    /// Address under which the archive is served, without a slash at the end.
    pub public_url: Option<String>,
    /// Where the key and the high-water mark of the log go; the user's state directory when missing.
    pub state: Option<StateDir>,
}

/// Connections that wait for the next question; more are closed after use.
const IDLE_SESSIONS: usize = 16;
/// Threads that answer one question; each has a connection of its own, and what they share out is soon too little.
const MOST_THREADS: usize = 4;

/// An open archive.
#[derive(Debug)]
pub struct Archive {
    dir: PathBuf,
    idle: Mutex<Vec<Session>>,
    /// Connections that help the one question which has them at the moment.
    companions: Mutex<Option<Companions>>,
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// Where the keys and high-water marks of logs are.
    pub(super) state: StateDir,
    visibility: Visibility,
    origin: String,
    public_url: Option<String>,
}

impl Archive {
    /// Makes an archive in `dir`, with the folder itself when it is missing.
    pub fn create(dir: &Path, options: &InitOptions, clock: Clock) -> Result<Archive, Error> {
        std::fs::create_dir_all(dir).map_err(|e| Error::io(dir, "making the archive folder", &e))?;
        let origin = match &options.origin {
            Some(origin) => valid_origin(origin)?,
            None => format!("isnad.invalid/{}", crate::domain::record::hex(&random::<8>()?)),
        };
        let created = clock.now().to_string();
        let public_url = options.public_url.as_deref().map(valid_public_url).transpose()?;
        let mut settings = vec![("origin", origin.as_str()), ("created", created.as_str())];
        if let Some(url) = &public_url {
            settings.push(("public_url", url));
        }
        if dir.join(crate::store::FILE).exists() {
            // Says so before a key is made for nothing.
            Store::create(dir, &settings)?;
        }
        let state = options.state.clone().unwrap_or_else(StateDir::of_user);
        super::log::make_key(&state, &origin)?;
        let store = Store::create(dir, &settings)?;
        let archive = Self::with(dir, store, state, clock)?;
        // The head of the log without entries is signed, so that there always is one to show.
        archive.writer()?.begin(clock.now())?.commit()?;
        Ok(archive)
    }

    /// Sets the address under which readers reach the archive; citations print it from then on.
    pub fn set_public_url(&mut self, url: &str) -> Result<(), Error> {
        let url = valid_public_url(url)?;
        let mut writer = self.writer()?;
        let tx = writer.begin(self.clock.now())?;
        tx.put_setting("public_url", &url)?;
        tx.commit()?;
        self.public_url = Some(url);
        Ok(())
    }

    /// Opens the archive in `dir`.
    pub fn open(dir: &Path, access: Access, clock: Clock) -> Result<Archive, Error> {
        Self::open_with_state(dir, access, StateDir::of_user(), clock)
    }

    /// Opens the archive in `dir`; the key and the high-water mark of its log are in `state`.
    pub fn open_with_state(dir: &Path, access: Access, state: StateDir, clock: Clock) -> Result<Archive, Error> {
        let store = Store::open(dir, access)?;
        Self::with(dir, store, state, clock)
    }

    fn with(dir: &Path, store: Store, state: StateDir, clock: Clock) -> Result<Archive, Error> {
        let (origin, public_url) = {
            let mut reader = store.reader()?;
            let tx = reader.begin(Visibility::All)?;
            (tx.setting("origin")?.unwrap_or_default(), tx.setting("public_url")?)
        };
        Ok(Archive {
            dir: dir.to_owned(),
            idle: Mutex::default(),
            companions: Mutex::default(),
            store,
            clock,
            state,
            visibility: Visibility::All,
            origin,
            public_url,
        })
    }

    /// The same archive seen by the public: private captures do not exist.
    pub fn public(mut self) -> Self {
        self.visibility = Visibility::Public;
        self.idle = Mutex::default();
        self
    }

    /// Closes connections that wait for a question.
    pub(super) fn close_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.companions.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// The archive folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn set_origin(&mut self, origin: &str) {
        origin.clone_into(&mut self.origin);
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address under which the archive is served.
    pub fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }

    /// Opens a session that reads; each thread has its own.
    pub fn session(&self) -> Result<Session, Error> {
        Ok(Session { reader: self.store.reader()?, visibility: self.visibility })
    }

    /// Runs `read` on one moment of the archive.
    ///
    /// Sessions are kept for the next question: opening a connection and compiling its statements takes longer than
    /// most answers.
    pub fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.read_with(None, read)
    }

    /// The same for a question that is much work: what [`ReadTx::each`] is given, several threads do.
    ///
    /// One question has them at a time; what is asked meanwhile goes alone.
    pub(super) fn read_together<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut companions = match self.companions.try_lock() {
            Ok(free) => free,
            Err(TryLockError::Poisoned(free)) => free.into_inner(),
            Err(TryLockError::WouldBlock) => return self.read(read),
        };
        if companions.is_none() {
            let wanted = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS) - 1;
            let readers: Result<Vec<Reader>, _> = (0..wanted).map(|_| self.store.reader()).collect();
            *companions = Companions::new(readers?);
        }
        self.read_with(companions.as_ref(), read)
    }

    fn read_with<T>(
        &self,
        companions: Option<&Companions>,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) => session,
            None => self.session()?,
        };
        let answer = session.read_with(companions, read);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_SESSIONS {
            idle.push(session);
        }
        answer
    }
}

/// Tells whether somebody has committed something to the archive since the last look.
#[derive(Debug)]
pub struct Watch {
    reader: Reader,
}

/// A state of the archive, to be compared with others that the same [`Watch`] has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(i64);

impl Archive {
    /// Opens a connection that watches for commits; of what, it does not say.
    pub fn watch(&self) -> Result<Watch, Error> {
        Ok(Watch { reader: self.store.reader()? })
    }
}

impl Watch {
    /// The present state: another one than before if, and as soon as, anything was committed.
    pub fn moment(&self) -> Result<Moment, Error> {
        Ok(Moment(self.reader.data_version()?))
    }
}

/// A connection for reading that outlives single questions.
#[derive(Debug)]
pub struct Session {
    reader: Reader,
    visibility: Visibility,
}

impl Session {
    /// Runs `read` on one moment of the archive.
    pub fn read<T>(&mut self, read: impl FnOnce(&ReadTx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.read_with(None, read)
    }

    fn read_with<T>(
        &mut self,
        companions: Option<&Companions>,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let tx = match companions {
            None => self.reader.begin(self.visibility)?,
            Some(companions) => self.reader.begin_with(self.visibility, companions)?,
        };
        read(&tx)
    }
}

/// Bytes from the operating system's random source.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Error {
        kind: super::ErrorKind::Io,
        message: format!("asking the system for random bytes: {e}"),
        at: None,
    })?;
    Ok(bytes)
}

/// An origin is a schema-less URL without spaces or `+` (c2sp.org/tlog-checkpoint, signed-note key names).
pub(super) fn valid_origin(origin: &str) -> Result<String, Error> {
    let fine = !origin.is_empty()
        && origin.len() <= 255
        && !origin.contains("://")
        && origin.chars().all(|c| c.is_ascii_graphic() && c != '+');
    if fine {
        Ok(origin.to_owned())
    } else {
        Err(Error::usage(format!(
            "--origin {origin:?} is not a log name: write a host with an optional path, such as archive.example.org/ghouta"
        )))
    }
}

/// A public URL is http(s) and loses its closing slash.
fn valid_public_url(url: &str) -> Result<String, Error> {
    let trimmed = url.trim_end_matches('/');
    if crate::domain::outlet::host_of(trimmed).is_none() || trimmed.contains(['?', '#']) {
        return Err(Error::usage(format!(
            "--public-url {url:?} is not an http(s) address such as https://archive.example.org"
        )));
    }
    Ok(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(folder: &Path) -> Archive {
        let state = Some(StateDir::at(folder.join("state")));
        let options = InitOptions { origin: Some("log.example/a".to_owned()), state, ..InitOptions::default() };
        Archive::create(&folder.join("archive"), &options, Clock::System).unwrap()
    }

    /// What `each` is asked here: which thread answers, and what it sees.
    fn look(tx: &ReadTx<'_>, item: usize) -> Result<(usize, std::thread::ThreadId, Option<String>), Error> {
        std::thread::sleep(std::time::Duration::from_millis(2));
        Ok((item, std::thread::current().id(), tx.setting("public_url")?))
    }

    #[test]
    fn companions_help_and_keep_the_order() {
        let folder = tempfile::tempdir().unwrap();
        let seen = archive(folder.path()).read_together(|tx| tx.each((0..50).collect(), 2_000, look)).unwrap();
        assert_eq!(seen.iter().map(|one| one.0).collect::<Vec<_>>(), (0..50).collect::<Vec<_>>());
        let threads: std::collections::BTreeSet<String> = seen.iter().map(|one| format!("{:?}", one.1)).collect();
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(threads.len(), cores.min(MOST_THREADS));
    }

    #[test]
    fn the_first_items_tell_whether_help_is_worth_it() {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive(folder.path());
        let cores = std::thread::available_parallelism().unwrap().get();
        let alone = |seen: &[(usize, std::thread::ThreadId, Option<String>)]| {
            seen.iter().all(|one| one.1 == std::thread::current().id())
        };
        let slow = archive.read_together(|tx| tx.each((0..50).collect(), 0, look)).unwrap();
        assert_eq!(slow.iter().map(|one| one.0).collect::<Vec<_>>(), (0..50).collect::<Vec<_>>());
        assert!(alone(&slow[..1]), "nothing is known before the first");
        assert_eq!(alone(&slow), cores == 1);
        let last = archive.read_together(|tx| tx.each(vec![1], 0, look)).unwrap();
        assert!(alone(&last), "nothing is left to share out");
    }

    #[test]
    fn a_companion_that_came_too_late_for_the_moment_stays_out() {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive(folder.path());
        let seen = archive.read_together(|tx| {
            // Somebody commits between the beginning of the question and the first work that is shared out.
            let writer = archive.writer()?;
            { writer }
                .begin(0)
                .and_then(|tx| tx.put_setting("public_url", "https://new.example").and_then(|()| tx.commit()))?;
            tx.each((0..50).collect(), 2_000, look)
        });
        let seen = seen.unwrap();
        assert!(seen.iter().all(|one| one.2.is_none() && one.1 == std::thread::current().id()), "{seen:?}");
        // The next question sees it, with companions again.
        let seen = archive.read_together(|tx| tx.each((0..50).collect(), 2_000, look)).unwrap();
        assert!(seen.iter().all(|one| one.2.as_deref() == Some("https://new.example")), "{seen:?}");
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(seen.iter().any(|one| one.1 != std::thread::current().id()), cores > 1);
    }

    #[test]
    fn the_first_error_is_told_and_what_a_thread_meets_is_met_by_all() {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive(folder.path());
        let fail = |tx: &ReadTx<'_>, item: usize| match item {
            7.. => Err(Error::usage(format!("item {item}"))),
            _ => look(tx, item),
        };
        let error = archive.read_together(|tx| tx.each((0..50).collect(), 2_000, fail)).unwrap_err();
        assert_eq!(error.message, "item 7");
        let panics = |_: &ReadTx<'_>, item: usize| -> Result<usize, Error> {
            if item == 9 { panic!("a defect") } else { Ok(item) }
        };
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            archive.read_together(|tx| tx.each((0..50).collect(), 2_000, panics)).map(|_| ())
        }));
        assert!(caught.is_err());
        assert!(
            archive.read_together(|tx| tx.each((0..50).collect(), 2_000, look)).is_ok(),
            "the next question is answered"
        );
    }

    #[test]
    fn a_question_beside_another_goes_alone() {
        let folder = tempfile::tempdir().unwrap();
        let archive = archive(folder.path());
        let inner =
            archive.read_together(|_| archive.read_together(|tx| tx.each((0..9).collect(), 2_000, look))).unwrap();
        assert!(inner.iter().all(|one| one.1 == std::thread::current().id()));
    }
}
