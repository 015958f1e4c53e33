//! Asking a web server for one page, and keeping every byte that was said.
//!
//! One exchange at a time: no cookies, no cache, no connection used twice, no redirect followed here. Addresses are
//! checked before anybody is called: a name is resolved once, every answer is looked at, and the connection goes to one
//! of the addresses that were looked at. What is to be fetched, how often and where it is kept is for
//! `archive/capture/` to decide.

mod address;
mod connect;
mod exchange;
mod framing;
mod target;
mod tls;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use address::refusal;
pub use exchange::{Cut, Exchange};
pub use target::{Target, without_secret};
pub use tls::Trust;

/// Which addresses may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public internet, and these.
    Public(Vec<IpAddr>),
    /// This machine and its own networks, too.
    Anywhere,
}

impl Reach {
    /// Says what keeps an address from being asked.
    fn refusal(&self, ip: IpAddr) -> Option<&'static str> {
        match self {
            Reach::Public(besides) if !besides.contains(&ip) => refusal(ip),
            Reach::Public(_) | Reach::Anywhere => None,
        }
    }
}

/// Asks servers.
#[derive(Debug, Clone)]
pub struct Client {
    /// Whose certificates are believed.
    pub trust: Trust,
    /// Which addresses may be asked.
    pub reach: Reach,
    /// How long one exchange may take, name and connection included.
    pub timeout: Duration,
    /// The most bytes of a body that are taken.
    pub max_body: u64,
    /// What stands in `User-Agent`.
    pub user_agent: String,
}

/// Why there is no exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may not be asked.
    Refused(String),
    /// Nobody answered, or not to the end of the headers.
    Unreachable(String),
    /// Whoever answered does not speak HTTP.
    Broken(String),
    /// The run is being stopped.
    Stopped,
}

/// How long an exchange may go on.
#[derive(Clone, Copy)]
struct Until<'a> {
    deadline: Instant,
    stop: &'a AtomicBool,
}

impl Until<'_> {
    /// What is left of the time; none when it is over or the run is being stopped.
    fn left(&self) -> Option<Duration> {
        if self.stopped() {
            return None;
        }
        self.deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Says that it took too long, unless the run is being stopped.
    fn over(&self, doing: &str, timeout: Duration) -> Failure {
        if self.stopped() {
            return Failure::Stopped;
        }
        Failure::Unreachable(format!("{doing}: no answer within {} s", timeout.as_secs_f64()))
    }
}

impl Client {
    /// Sends `GET` and takes the answer, whatever its status. `stop` ends it between two reads.
    pub fn get(&self, target: &Target, stop: &AtomicBool) -> Result<Exchange, Failure> {
        let until = Until { deadline: Instant::now() + self.timeout, stop };
        let (stream, ip) = connect::connect(self, target, until)?;
        exchange::exchange(self, target, stream, ip, until)
    }
}
