//! The log as others see it: values they published, programs they wrote, and properties on arbitrary input.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cloudflare;
mod files;
mod golden;
mod properties;
mod sumdb;
