//! HTML pages to blocks with roles.

use super::ReadError;
use crate::domain::reading::Reading;

/// Reads an HTML document.
pub fn read(html: &str) -> Result<Reading, ReadError> {
    let _ = html;
    Err(ReadError::Empty)
}
