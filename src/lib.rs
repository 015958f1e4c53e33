//! isnad: a source-provenance archive.
//!
//! A capture goes one way through the rooms of this crate: [`formats`] splits what lies on disk into captures,
//! [`page`] reads each into blocks with roles, [`archive`] makes records of them, [`store`] keeps them, [`tlog`]
//! commits to them; [`fetch`] brings pages from the web. [`quote`] finds words again; [`cli`] and [`web`] are the two
//! doors. [`domain`] holds the words that all of them share. `ARCHITECTURE.md` tells it at length; `docs/format.md`
//! fixes every byte.

pub mod archive;
pub mod cli;
pub mod domain;
pub mod fetch;
pub mod formats;
pub mod page;
pub mod quote;
pub mod stamp;
pub mod store;
pub mod tlog;
pub mod web;
