//! Time stamps of third parties (RFC 3161) and the certificates that vouch for them.
//!
//! A time-stamping authority signs a hash together with the hour at which it saw it: what has that hash existed no
//! later. This room makes the [`Request`], reads the [`Response`], and says what its [`Token`] proves. Values in, values
//! out: who sends the request and which [`Anchors`] are believed is for others to decide.
//!
//! ```no_run
//! # fn main() -> Result<(), isnad::stamp::StampError> {
//! # let (digest, nonce, answer) = ([0_u8; 32], 1_u64, Vec::new());
//! use isnad::stamp::{Anchors, Request, Response};
//! let body = Request::new(digest, nonce).to_der(); // POST it as application/timestamp-query
//! let stamp = Response::parse(&answer)?.verify(&digest, Some(nonce), &Anchors::none())?;
//! println!("existed before {} UTC seconds, says {}", stamp.to, stamp.authority);
//! # Ok(()) }
//! ```
//!
//! What holds is judged at the time in the stamp, never at the time of reading: a certificate that has run out since
//! still vouches for what it stamped. Whether a certificate was revoked is not looked up, and [`Stamp::not_checked`] says
//! so. Sources: RFC 3161 and 5816 (time stamps), RFC 5652 (CMS), RFC 5280 (certificates), RFC 8017 (RSA).

mod certificate;
mod chain;
mod cms;
mod der;
mod error;
mod request;
mod response;
mod signature;
mod token;
mod tst_info;

pub use certificate::{Anchors, Certificate};
pub use chain::{Chain, Purpose, check_chain};
pub use error::StampError;
pub use request::Request;
pub use response::{Response, Status};
pub use signature::Hash;
pub use token::{Stamp, Token};
pub use tst_info::{Accuracy, Imprint, TstInfo};
