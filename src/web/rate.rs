//! How often one client may ask: a token bucket for each address.
//!
//! A bucket holds ten seconds' worth of requests, so that a page with its parts, or a person in a hurry, is never
//! refused. What asks from this machine itself is not limited, unless it is a proxy that says for whom it asks.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;

/// Seconds of requests that a bucket holds.
const HELD: f64 = 10.0;
/// Addresses that are remembered at once; beyond them, those that have been quiet are forgotten first.
const REMEMBERED: usize = 50_000;

/// By what a client is told from another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clients {
    /// The address that the connection comes from.
    #[default]
    ByConnection,
    /// The last address in `X-Forwarded-For`: the one that the proxy in front has seen itself.
    ByProxy,
}

/// The buckets of all clients.
#[derive(Debug)]
pub(super) struct Rate {
    /// Requests a second; none is no limit.
    a_second: Option<f64>,
    clients: Clients,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Rate {
    pub(super) fn new(a_second: Option<u32>, clients: Clients) -> Self {
        let a_second = a_second.filter(|rate| *rate > 0).map(f64::from);
        Rate { a_second, clients, buckets: Mutex::default() }
    }

    /// Takes one request from the bucket of whoever asks, or says after which time there is one again.
    pub(super) fn admit(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Result<(), Duration> {
        match self.client(peer.map(|peer| peer.ip()), headers) {
            Some(client) => self.take(client, Instant::now()),
            None => Ok(()),
        }
    }

    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let forwarded = || {
            let last = headers.get_all("x-forwarded-for").into_iter().next_back()?.to_str().ok()?.rsplit(',').next()?;
            last.trim().parse().ok()
        };
        match self.clients {
            Clients::ByConnection => peer.filter(|address| !address.to_canonical().is_loopback()),
            Clients::ByProxy => forwarded().or(peer),
        }
        .map(network)
    }

    fn take(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let Some(a_second) = self.a_second else { return Ok(()) };
        let most = a_second * HELD;
        let filled = |bucket: &Bucket| {
            (bucket.tokens + now.saturating_duration_since(bucket.at).as_secs_f64() * a_second).min(most)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED && !buckets.contains_key(&client) {
            // A full bucket is as good as none.
            buckets.retain(|_, bucket| filled(bucket) < most);
            if buckets.len() >= REMEMBERED {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(client).or_insert(Bucket { tokens: most, at: now });
        let tokens = filled(bucket);
        if tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - tokens) / a_second));
        }
        *bucket = Bucket { tokens: tokens - 1.0, at: now };
        Ok(())
    }
}

/// Who has one IPv6 address has the 64 bits after it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(list: &str) -> HeaderMap {
        HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), list.parse().unwrap())])
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let rate = Rate::new(Some(2), Clients::ByConnection);
        let (client, start): (IpAddr, _) = ("192.0.2.1".parse().unwrap(), Instant::now());
        for _ in 0..20 {
            assert_eq!(rate.take(client, start), Ok(()));
        }
        assert_eq!(rate.take(client, start), Err(Duration::from_millis(500)));
        assert_eq!(rate.take("192.0.2.2".parse().unwrap(), start), Ok(()), "another client has a bucket of its own");
        assert_eq!(rate.take(client, start + Duration::from_millis(500)), Ok(()));
        assert!(rate.take(client, start + Duration::from_millis(500)).is_err());
    }

    #[test]
    fn without_a_rate_everybody_is_admitted() {
        for rate in [None, Some(0)] {
            let rate = Rate::new(rate, Clients::ByConnection);
            assert!((0..1_000).all(|_| rate.take("192.0.2.1".parse().unwrap(), Instant::now()).is_ok()));
        }
    }

    #[test]
    fn clients_are_told_apart_by_what_cannot_be_made_up() {
        let (here, there): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        let by_connection = Rate::new(Some(1), Clients::ByConnection);
        assert_eq!(by_connection.client(Some(here), &forwarded("198.51.100.7")), None);
        assert_eq!(by_connection.client(Some(there), &forwarded("198.51.100.7")), Some(there));
        let by_proxy = Rate::new(Some(1), Clients::ByProxy);
        assert_eq!(by_proxy.client(Some(here), &forwarded("203.0.113.5, 192.0.2.1")), Some(there));
        assert_eq!(by_proxy.client(Some(there), &forwarded("nobody")), Some(there));
        let net: IpAddr = "2001:db8:1:2::".parse().unwrap();
        assert_eq!(by_proxy.client(Some(here), &forwarded("2001:db8:1:2:3:4:5:6")), Some(net));
    }
}
