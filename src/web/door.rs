//! Accepting connections, and not holding on to those that nobody uses.
//!
//! A request here is a header and nothing more, so whatever comes in between two answers belongs to one header. A
//! connection that has got no answer for the time that a header and its answer may take is closed: it is idle, or its
//! client sends byte by byte. So is one whose client does not take what is sent to it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Files that everything else may have open: databases, listeners, standard streams.
const RESERVED: u64 = 256;
/// Connections at once, where the system allows as many; more wait to be accepted.
const MOST: u64 = 16_384;

/// A listener with patience.
#[derive(Debug)]
pub(super) struct Door {
    listener: TcpListener,
    free: Arc<Semaphore>,
    patience: Duration,
}

impl Door {
    /// Accepts from `listener` as many connections at once as the process may have files.
    pub(super) fn new(listener: TcpListener, patience: Duration) -> Self {
        let free = connections(rlimit::increase_nofile_limit(MOST + RESERVED).unwrap_or(RESERVED));
        Door { listener, free: Arc::new(Semaphore::new(free)), patience }
    }
}

/// How many connections a process has files for that may open so many.
fn connections(files: u64) -> usize {
    usize::try_from(files.saturating_sub(RESERVED).clamp(files.min(64), MOST)).unwrap_or(64)
}

impl Listener for Door {
    type Io = Patient;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Patient, SocketAddr) {
        loop {
            // It is never closed, so there is always a permit to wait for.
            let Ok(permit) = Arc::clone(&self.free).acquire_owned().await else { continue };
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Without it a small answer may wait for an acknowledgement; it works all the same.
                    let _ = stream.set_nodelay(true);
                    return (Patient::new(stream, self.patience, permit), peer);
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::warn!("accepting a connection: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Whom a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Peer(*stream.remote_addr())
    }
}

/// A connection that fails when nothing moves on it.
#[derive(Debug)]
pub(super) struct Patient<S = TcpStream> {
    stream: S,
    patience: Duration,
    /// When the connection has waited long enough; put off by everything that is written.
    end: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
}

impl<S> Patient<S> {
    fn new(stream: S, patience: Duration, permit: OwnedSemaphorePermit) -> Self {
        Patient { stream, patience, end: Box::pin(sleep_until(Instant::now() + patience)), _permit: permit }
    }

    /// What to answer when the stream itself is not ready: wait on, or give up.
    fn or_give_up<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match self.end.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Something was written: the client takes its answer.
    fn moved(&mut self) {
        self.end.as_mut().reset(Instant::now() + self.patience);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => self.or_give_up(context),
            ready => ready,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.or_give_up(context),
            ready => {
                self.moved();
                ready
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, parts) {
            Poll::Pending => self.or_give_up(context),
            ready => {
                self.moved();
                ready
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;

    use super::*;

    /// Runs `test` on a connection that has little patience; the other end is given to a thread.
    fn with_client(client: impl FnOnce(std::net::TcpStream) + Send + 'static, test: impl AsyncFnOnce(Patient)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut door = Door::new(listener, Duration::from_millis(200));
            let client = std::thread::spawn(move || client(std::net::TcpStream::connect(address).unwrap()));
            let (stream, _) = door.accept().await;
            test(stream).await;
            client.join().unwrap();
        });
    }

    #[test]
    fn a_header_that_comes_byte_by_byte_is_not_waited_for() {
        let client = |mut stream: std::net::TcpStream| {
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        with_client(client, async |mut stream| {
            let error = loop {
                let mut bytes = [0; 8];
                let mut buffer = ReadBuf::new(&mut bytes);
                if let Err(error) = poll_fn(|context| Pin::new(&mut stream).poll_read(context, &mut buffer)).await {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_client_that_takes_nothing_is_given_up() {
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let client = move |stream: std::net::TcpStream| {
            let _ = wait.recv();
            drop(stream);
        };
        with_client(client, async |mut stream| {
            let error = loop {
                let written = poll_fn(|context| Pin::new(&mut stream).poll_write(context, &[0; 65_536])).await;
                if let Err(error) = written {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            drop(done);
        });
    }

    #[test]
    fn there_is_room_for_a_few_whatever_the_system_allows() {
        assert_eq!([10, 256, 1024, 1 << 20].map(connections), [10, 64, 768, 16_384]);
    }
}
