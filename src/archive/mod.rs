//! The use cases: ingest, cite, audit, search, show, compare, verify.
//!
//! [`Archive`] is what the command line and the web talk to. It reads files and the clock, calls the pure rooms and the
//! store, and answers with values; it never prints.

pub mod article;
pub mod audit;
pub mod bundle;
pub mod capture;
pub mod cite;
pub mod clock;
pub mod copies;
pub mod diff;
pub mod error;
pub mod export;
pub mod extract;
pub mod history;
pub mod ingest;
pub mod lists;
pub mod log;
pub mod mementos;
pub mod publish;
pub mod refs;
pub mod search;
pub mod takedown;
pub mod upkeep;
pub mod verify;

mod backup;
mod claims;
mod open;
mod pipeline;
mod walk;

pub use backup::{Backup, WarcFiles};
pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use log::StateDir;
pub use open::{Archive, InitOptions, Moment, Session, Watch};

pub use crate::store::{Access, ListFilter};
