//! Plain text to blocks with roles.

use crate::domain::reading::Reading;

/// Reads plain text; `title` is a title that the payload states beside the text (JSON Lines).
pub fn read(text: &str, title: Option<&str>) -> Reading {
    let _ = (text, title);
    Reading::default()
}
