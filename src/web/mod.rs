//! The pages and the JSON that readers, editors and judges see.
//!
//! One file a page family; its page structs stand beside the handlers, its templates in the folder of the same name. A
//! handler is a plain function from an [`Archive`] and a [`visit::Visit`] to a response: it runs on a blocking thread,
//! asks the archive, fills a page struct, and does nothing else. Everything that all answers share, headers, limits and
//! logs, is in [`guard`]. Only what the public may see is shown.

mod annotation;
mod api;
mod article;
mod assets;
mod audit;
mod blocks;
mod bundle;
mod calendar;
mod cited;
mod diff;
mod door;
mod feed;
mod guard;
mod home;
mod ids;
mod kept;
mod links;
mod log;
mod memento;
mod metrics;
mod outlets;
mod page;
mod passage;
mod payload;
mod problem;
mod rate;
mod record;
mod remember;
mod routes;
mod search;
mod server;
mod show;
mod verify;
mod visit;
mod words;

pub use rate::Clients;
pub use routes::router;
pub use server::{Limits, serve};

#[cfg(doc)]
use crate::archive::Archive;
