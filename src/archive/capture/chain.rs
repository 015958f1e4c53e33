//! One page: the first answer and those that it redirects to.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::archive::Clock;
use crate::fetch::{Client, Exchange, Failure, Target, without_secret};

/// As many redirects as browsers follow.
const MAX_REDIRECTS: usize = 20;

/// What came of asking for one page.
#[derive(Debug)]
pub(super) struct Chain {
    /// Each exchange with the second in which it began.
    pub(super) exchanges: Vec<(Exchange, i64)>,
    /// Why there is no last answer.
    pub(super) failure: Option<Failure>,
}

impl Chain {
    /// How long the last server does not want to be asked again (429, 503).
    pub(super) fn pause(&self) -> Option<Duration> {
        let (last, _) = self.exchanges.last()?;
        last.retry_after.filter(|_| matches!(last.status, 429 | 503)).map(Duration::from_secs)
    }
}

/// Asks for a page, and on where the answers lead.
pub(super) fn follow(client: &Client, first: &Target, clock: Clock, stop: &AtomicBool) -> Chain {
    let mut chain = Chain { exchanges: Vec::new(), failure: None };
    let mut next = Some(first.clone());
    while let Some(target) = next.take() {
        let began = clock.now();
        let led = match client.get(&target, stop) {
            Ok(exchange) => {
                let led = led_to(&exchange);
                chain.exchanges.push((exchange, began));
                led
            }
            Err(failure) => Err(if chain.exchanges.is_empty() { failure } else { at(&target, failure) }),
        };
        match led.and_then(|led| allowed(led, &chain)) {
            Ok(target) => next = target,
            Err(failure) => chain.failure = Some(failure),
        }
    }
    chain
}

/// Where an answer leads; nowhere unless it is a redirect.
fn led_to(exchange: &Exchange) -> Result<Option<Target>, Failure> {
    let Some(location) = exchange.location.as_ref().filter(|_| matches!(exchange.status, 301 | 302 | 303 | 307 | 308))
    else {
        return Ok(None);
    };
    exchange.target.follow(location).map(Some).map_err(|why| {
        let shown = without_secret(&String::from_utf8_lossy(location));
        Failure::Refused(format!("it redirects to {shown}: {why}"))
    })
}

/// Ends loops and chains without end.
fn allowed(target: Option<Target>, chain: &Chain) -> Result<Option<Target>, Failure> {
    let Some(target) = target else { return Ok(None) };
    if chain.exchanges.iter().any(|(exchange, _)| exchange.target == target) {
        return Err(Failure::Refused(format!("it redirects in a circle, back to {target}")));
    }
    if chain.exchanges.len() > MAX_REDIRECTS {
        return Err(Failure::Refused(format!("it redirects more than {MAX_REDIRECTS} times")));
    }
    Ok(Some(target))
}

/// Says which of several addresses a failure is about.
fn at(target: &Target, failure: Failure) -> Failure {
    let here = |why: String| format!("it redirects to {target}: {why}");
    match failure {
        Failure::Refused(why) => Failure::Refused(here(why)),
        Failure::Unreachable(why) => Failure::Unreachable(here(why)),
        Failure::Broken(why) => Failure::Broken(here(why)),
        Failure::Stopped => Failure::Stopped,
    }
}
