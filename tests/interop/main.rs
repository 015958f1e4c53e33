//! The log as others see it: values they published, programs they wrote, and properties on arbitrary input.

mod cloudflare;
mod files;
mod golden;
mod properties;
mod sumdb;
