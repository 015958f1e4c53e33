//! The runtime around the pages: listening, answering on blocking threads, ending in good order.

use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use tokio::net::TcpListener;

use super::door::{Door, Peer};
use super::guard;
use super::kept::{Answer, Kept};
use super::metrics::{self, Metrics};
use super::problem::Problem;
use super::rate::{Clients, Rate};
use super::remember::Remembered;
use super::routes::routes;
use super::visit::Visit;
use crate::archive::audit::Elsewhere;
use crate::archive::copies::CopiesOf;
use crate::archive::lists::{DayCount, OutletView, Stats};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::ArticleId;

/// What the server refuses, when it gives up, and where it tells how it fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A request that takes longer is answered 503.
    pub request_time: Duration,
    /// A connection is closed when no header has come so long, or nothing of an answer is taken so long, the time of a
    /// request added.
    pub header_time: Duration,
    /// The longest request target, in bytes: answered 414.
    pub uri_bytes: usize,
    /// The longest header, all fields together, in bytes: answered 431.
    pub header_bytes: usize,
    /// The longest words asked for, in characters: answered 400.
    pub quote_chars: usize,
    /// Questions that are worked on at once; more wait.
    pub threads: usize,
    /// Requests a second of one client, ten times as many at once; more are answered 429. None is no limit.
    pub rate: Option<u32>,
    /// By what clients are told apart for that.
    pub clients: Clients,
    /// Where figures for Prometheus are served, apart from the pages.
    pub metrics: Option<SocketAddr>,
    /// How long running requests may take after the server was told to end.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            request_time: Duration::from_secs(20),
            header_time: Duration::from_secs(10),
            uri_bytes: 48 * 1024,
            header_bytes: 32 * 1024,
            quote_chars: 4_000,
            threads: std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2).clamp(4, 16),
            rate: Some(50),
            clients: Clients::default(),
            metrics: None,
            farewell: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// How long a connection may go without an answer.
    fn patience(&self) -> Duration {
        self.header_time + self.request_time
    }
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) archive: Archive,
    pub(super) limits: Limits,
    pub(super) rate: Rate,
    pub(super) metrics: Metrics,
    /// How many bundles are being made.
    pub(super) bundles: AtomicUsize,
    /// Counting everything reads everything, so the counts are kept until the log grows.
    stats: Counted<Stats>,
    outlets: Counted<Vec<OutletView>>,
    /// Pages as they were answered last.
    pages: Kept,
    /// Near copies of an outlet's articles, by outlet and cursor.
    pub(super) copies: Remembered<(String, Option<u64>), CopiesOf>,
    /// An outlet over time.
    pub(super) days: Remembered<String, Vec<DayCount>>,
    /// Where else the quotations of an article stand.
    pub(super) elsewhere: Remembered<ArticleId, Vec<Elsewhere>>,
}

/// An answer that holds for one size of the log.
type Counted<T> = Mutex<Option<(u64, T)>>;

/// Answers one request: asks the archive, fills a page.
pub(super) type Handler = fn(&Server, &Visit) -> Result<Response, Problem>;

impl Server {
    /// Shows what the public may see of `archive`.
    pub(super) fn new(archive: Archive, limits: Limits) -> Arc<Server> {
        Arc::new(Server {
            archive: archive.public(),
            rate: Rate::new(limits.rate, limits.clients),
            metrics: Metrics::default(),
            bundles: AtomicUsize::default(),
            limits,
            stats: Counted::default(),
            outlets: Counted::default(),
            pages: Kept::default(),
            copies: Remembered::default(),
            days: Remembered::default(),
            elsewhere: Remembered::default(),
        })
    }

    /// Runs a handler on a blocking thread, for as long as the limit allows.
    pub(super) async fn answer(self: Arc<Self>, handler: Handler, visit: Visit) -> Response {
        let mine = visit.clone();
        let limit = self.limits.request_time;
        let work = tokio::task::spawn_blocking(move || match handler(&self, &mine) {
            Ok(response) => response,
            Err(problem) => problem.answer(&mine),
        });
        match tokio::time::timeout(limit, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(panicked)) => {
                tracing::error!(path = %visit.path, "a handler panicked: {panicked}");
                Problem::internal().answer(&visit)
            }
            Err(_) => Problem::overtime().answer(&visit),
        }
    }

    /// The same for what changes only when the archive does: the answer of the last time, while nothing has changed.
    pub(super) async fn answer_kept(self: Arc<Self>, handler: Handler, visit: Visit) -> Response {
        let Some(key) = visit.key() else { return self.answer(handler, visit).await };
        let (answer, moment) = self.pages.find(&self.archive, &key);
        if let Some(answer) = answer {
            return answer.response(&visit);
        }
        let response = Arc::clone(&self).answer(handler, visit.clone()).await;
        let Some(moment) = moment else { return response };
        match Answer::of(response).await {
            Ok(answer) => {
                self.pages.keep(key, moment, answer.clone());
                answer.response(&visit)
            }
            Err(response) => response,
        }
    }

    /// Counts everything, once for each size of the log.
    pub(super) fn stats(&self) -> Result<Stats, Error> {
        self.counted(&self.stats, Archive::stats)
    }

    /// Lists every outlet, once for each size of the log.
    pub(super) fn outlets(&self) -> Result<Vec<OutletView>, Error> {
        self.counted(&self.outlets, Archive::outlets)
    }

    fn counted<T: Clone>(&self, place: &Counted<T>, ask: fn(&Archive) -> Result<T, Error>) -> Result<T, Error> {
        let (size, _) = self.archive.head()?;
        if let Some((at, answer)) = &*place.lock().unwrap_or_else(PoisonError::into_inner)
            && *at == size
        {
            return Ok(answer.clone());
        }
        let answer = ask(&self.archive)?;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some((size, answer.clone()));
        Ok(answer)
    }
}

/// Serves what is public in `archive` until SIGINT or SIGTERM.
///
/// `bound` is told the address once connections are accepted. The call blocks; it makes its own runtime.
pub fn serve(
    archive: Archive,
    listen: SocketAddr,
    limits: Limits,
    bound: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(limits.threads)
        .enable_all()
        .build()
        .map_err(|e| failed("starting the server's threads", &e))?;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(listen).await.map_err(|e| failed(&format!("listening on {listen}"), &e))?;
        let address = listener.local_addr().map_err(|e| failed("asking for the address listened on", &e))?;
        let server = Server::new(archive, limits);
        if let Some(listen) = limits.metrics {
            let listener = TcpListener::bind(listen)
                .await
                .map_err(|e| failed(&format!("listening on {listen} for those who ask for figures"), &e))?;
            let complete = |mut response: Response| async move {
                guard::complete(response.headers_mut());
                response
            };
            let figures = axum::Router::new()
                .route("/metrics", for_operators(&server, metrics::answer))
                .route("/healthz", for_operators(&server, metrics::health));
            let figures = figures.layer(axum::middleware::map_response(complete));
            tokio::spawn(axum::serve(Door::new(listener, limits.patience()), figures).into_future());
        }
        // Signals are heard from here on, before anybody is told that the server stands.
        let mut signals = Signals::listen().map_err(|e| failed("listening for signals", &e))?;
        bound(address);
        let (began, begins) = tokio::sync::oneshot::channel();
        let ending = async move {
            signals.next().await;
            let _ = began.send(signals);
        };
        let door = Door::new(listener, limits.patience());
        let serving = axum::serve(door, routes(server).into_make_service_with_connect_info::<Peer>())
            .with_graceful_shutdown(ending);
        tokio::select! {
            done = serving.into_future() => done.map_err(|e| failed("serving", &e)),
            // Clients that take their time do not hold the end up for ever, nor against somebody who says it twice.
            () = async {
                if let Ok(mut signals) = begins.await {
                    let _ = tokio::time::timeout(limits.farewell, signals.next()).await;
                }
            } => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

fn failed(doing: &str, error: &std::io::Error) -> Error {
    Error { kind: ErrorKind::Io, message: format!("{doing}: {error}"), at: None }
}

/// GET on the second listener, answered on a blocking thread.
fn for_operators(server: &Arc<Server>, answer: fn(&Server) -> Response) -> MethodRouter {
    let server = Arc::clone(server);
    axum::routing::get(move || {
        let server = Arc::clone(&server);
        async move {
            let work = tokio::task::spawn_blocking(move || answer(&server));
            work.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    })
}

/// What tells the server to end: SIGINT or SIGTERM.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches them, as soon as this returns.
    #[cfg(unix)]
    fn listen() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next of them.
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Signals> {
        Ok(Signals {})
    }

    /// Waits for Ctrl-C.
    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
