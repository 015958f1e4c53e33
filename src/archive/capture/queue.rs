//! Which page of a list is next: one at a time from a host, with a pause between.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// No host is waited for longer than this because it asks so.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The pages of one host.
#[derive(Debug)]
struct Host {
    pages: VecDeque<usize>,
    /// Whether one of its pages is being fetched.
    busy: bool,
    /// When the next may be.
    free: Option<Instant>,
}

/// Pages that wait for their turn.
#[derive(Debug)]
pub(super) struct Queue {
    hosts: Vec<Host>,
    delay: Duration,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Fetch this page of this host.
    Take { host: usize, page: usize },
    /// Wait; until then, or until another page is done, nothing is free.
    Wait(Option<Instant>),
    /// Nothing is left.
    Done,
}

impl Queue {
    /// Takes pages with their hosts, in order.
    pub(super) fn new<'a>(pages: impl IntoIterator<Item = (usize, &'a str)>, delay: Duration) -> Self {
        let mut hosts: Vec<Host> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (page, name) in pages {
            let at = *known.entry(name.to_owned()).or_insert_with(|| {
                hosts.push(Host { pages: VecDeque::new(), busy: false, free: None });
                hosts.len() - 1
            });
            hosts[at].pages.push_back(page);
        }
        Queue { hosts, delay }
    }

    /// The first page of the list whose host is free; its host is busy from now on.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        let free = |host: &Host| !host.busy && host.free.is_none_or(|free| free <= now);
        let first = self.hosts.iter().enumerate().filter(|(_, host)| free(host));
        let first = first.filter_map(|(at, host)| host.pages.front().map(|page| (*page, at))).min();
        if let Some((page, host)) = first {
            self.hosts[host].pages.pop_front();
            self.hosts[host].busy = true;
            return Next::Take { host, page };
        }
        let waiting = || self.hosts.iter().filter(|host| !host.pages.is_empty());
        if waiting().next().is_none() {
            return Next::Done;
        }
        Next::Wait(waiting().filter(|host| !host.busy).filter_map(|host| host.free).min())
    }

    /// Says that a page of this host is done with; `pause` is what the host asks for, where it does.
    pub(super) fn done(&mut self, host: usize, now: Instant, pause: Option<Duration>) {
        if let Some(host) = self.hosts.get_mut(host) {
            let pause = pause.unwrap_or_default().min(LONGEST_PAUSE).max(self.delay);
            (host.busy, host.free) = (false, Some(now + pause));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_once_at_a_time_and_then_left_in_peace() {
        let delay = Duration::from_secs(2);
        let mut queue = Queue::new([(0, "a"), (1, "a"), (2, "b"), (3, "a")], delay);
        let start = Instant::now();
        assert_eq!(queue.next(start), Next::Take { host: 0, page: 0 });
        assert_eq!(queue.next(start), Next::Take { host: 1, page: 2 }, "the other host, meanwhile");
        assert_eq!(queue.next(start), Next::Wait(None), "both are busy");
        queue.done(1, start, None);
        queue.done(0, start + delay, None);
        assert_eq!(queue.next(start + delay), Next::Wait(Some(start + 2 * delay)));
        assert_eq!(queue.next(start + 2 * delay), Next::Take { host: 0, page: 1 });
        queue.done(0, start + 2 * delay, Some(2 * delay));
        assert_eq!(queue.next(start + 3 * delay), Next::Wait(Some(start + 4 * delay)), "it asked for more");
        assert_eq!(queue.next(start + 4 * delay), Next::Take { host: 0, page: 3 });
        assert_eq!(queue.next(start + 4 * delay), Next::Done);
    }
}
