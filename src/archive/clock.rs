//! The operator's clock, read once per operation.

/// Where the present comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A fixed moment in UTC seconds, for tests and for rendering that must not change.
    Fixed(i64),
}

impl Clock {
    /// The present in UTC seconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(self) -> i64 {
        match self {
            Clock::System => chrono::Utc::now().timestamp(),
            Clock::Fixed(seconds) => seconds,
        }
    }
}
