//! Journeys through the real program: what a person or a script sees, in files, output and exit status.
//!
//! One binary, so that everything links once. `cargo test --release --test journeys MODULE` runs one part.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod bad_input;
mod beside;
mod capture;
mod capture_resume;
mod common;
mod crash;
mod damage;
mod dates;
mod export;
mod kept;
mod log;
mod private;
mod published;
mod questions;
mod sample;
mod schema;
mod seeds;
mod served;
mod service;
mod site;
mod stamp;
mod takedown;
mod texts;
#[path = "../tsa/mod.rs"]
mod tsa;
mod variants;
