//! From an address to an open connection: names resolved once, every answer checked, the checked one called.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::{Client, Failure, Reach, Target, Until};

/// How often a waiting read looks whether the run is being stopped.
const STEP: Duration = Duration::from_millis(200);

/// A connection whose reads and writes end with the time of the exchange.
pub(super) struct Timed<'a> {
    stream: TcpStream,
    until: Until<'a>,
}

/// An open connection, with TLS where the address asks for it.
pub(super) enum Stream<'a> {
    Plain(Timed<'a>),
    Tls(Box<StreamOwned<ClientConnection, Timed<'a>>>),
}

/// Connects to the server of `target`; returns the address that was called.
pub(super) fn connect<'a>(client: &Client, target: &Target, until: Until<'a>) -> Result<(Stream<'a>, IpAddr), Failure> {
    let addresses = resolve(target, until, client.timeout)?;
    check(&client.reach, target, &addresses)?;
    let (stream, ip) = call(client, target, &addresses, until)?;
    let timed = Timed { stream, until };
    if target.is_https() { Ok((secured(client, target, timed)?, ip)) } else { Ok((Stream::Plain(timed), ip)) }
}

/// Every address of the host.
fn resolve(target: &Target, until: Until<'_>, timeout: Duration) -> Result<Vec<SocketAddr>, Failure> {
    let (host, port) = (target.host().to_owned(), target.port());
    if let Some(ip) = target.ip() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let doing = format!("looking up {host}");
    let (answer, answered) = mpsc::channel();
    let name = host.clone();
    // The system's resolver cannot be interrupted; a thread that is left waiting ends by itself.
    std::thread::spawn(move || answer.send((name.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    loop {
        let Some(left) = until.left() else { return Err(until.over(&doing, timeout)) };
        return match answered.recv_timeout(left.min(STEP)) {
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Unreachable(format!("{doing}: it ended in a failure"))),
            Ok(Err(error)) => Err(Failure::Unreachable(format!("{doing}: {error}"))),
            Ok(Ok(addresses)) if addresses.is_empty() => {
                Err(Failure::Unreachable(format!("{doing}: the name has no address")))
            }
            Ok(Ok(addresses)) => Ok(addresses),
        };
    }
}

/// Refuses a host when one of its addresses may not be asked: the next answer for the same name could be that one.
fn check(reach: &Reach, target: &Target, addresses: &[SocketAddr]) -> Result<(), Failure> {
    for address in addresses {
        if let Some(what) = reach.refusal(address.ip()) {
            let ip = address.ip();
            let is = if target.ip().is_some() {
                format!("{ip} is {what}")
            } else {
                format!("{} is at {ip}, {what}", target.host())
            };
            return Err(Failure::Refused(format!("{is}; only --allow-private asks such addresses")));
        }
    }
    Ok(())
}

/// Calls one address after the other.
fn call(
    client: &Client,
    target: &Target,
    addresses: &[SocketAddr],
    until: Until<'_>,
) -> Result<(TcpStream, IpAddr), Failure> {
    let doing = format!("connecting to {}", target.authority());
    let mut last = None;
    for (at, address) in addresses.iter().enumerate() {
        let Some(left) = until.left() else { return Err(until.over(&doing, client.timeout)) };
        // An address that swallows packets must not use up the time of those after it.
        let share = left / u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => return Ok((stream, address.ip())),
            Err(error) => last = Some(format!("{doing} ({}): {error}", address.ip())),
        }
    }
    Err(Failure::Unreachable(last.unwrap_or(doing)))
}

/// Shakes hands.
fn secured<'a>(client: &Client, target: &Target, mut timed: Timed<'a>) -> Result<Stream<'a>, Failure> {
    let doing = format!("securing the connection to {}", target.authority());
    let fail = |error: &dyn std::fmt::Display| Failure::Unreachable(format!("{doing}: {error}"));
    let name = match target.ip() {
        Some(ip) => ServerName::from(ip),
        None => ServerName::try_from(target.host().trim_end_matches('.').to_owned()).map_err(|e| fail(&e))?,
    };
    let mut connection = ClientConnection::new(client.trust.0.clone(), name).map_err(|e| fail(&e))?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut timed) {
            let until = timed.until;
            return Err(match error.kind() {
                io::ErrorKind::TimedOut => until.over(&doing, client.timeout),
                io::ErrorKind::InvalidData => {
                    fail(&format!("{error}; for a server with certificates of its own name them with --tls-ca"))
                }
                _ => fail(&error),
            });
        }
    }
    Ok(Stream::Tls(Box::new(StreamOwned::new(connection, timed))))
}

impl Timed<'_> {
    /// Repeats `step` with short timeouts until it is done or the time is over.
    fn patiently<T>(&mut self, mut step: impl FnMut(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            let Some(left) = self.until.left() else { return Err(io::ErrorKind::TimedOut.into()) };
            let wait = Some(left.min(STEP).max(Duration::from_millis(1)));
            self.stream.set_read_timeout(wait)?;
            self.stream.set_write_timeout(wait)?;
            match step(&mut self.stream) {
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
                    ) => {}
                done => return done,
            }
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.read(buf))
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(buf),
            Stream::Tls(stream) => stream.read(buf),
        }
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.write(buf),
            Stream::Tls(stream) => stream.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
