//! The head of an HTTP response, as it must stand over a body whose encodings are undone.

/// Before the names of fields that were true of the body as sent, as other archives mark them.
const ORIGINAL: &str = "X-Archive-Orig-";
/// Fields that are no longer true once transfer- and content-encodings are undone.
const UNDONE: [&str; 4] = ["transfer-encoding", "content-encoding", "content-length", "trailer"];

/// Writes a stored head (status line and fields, with or without the empty line) over a body of `length` bytes.
///
/// Lines end with CRLF, continued lines are joined. Fields about encodings that are undone are kept under another name,
/// `X-Archive-Orig-…`; `Content-Length` is that of the body as it is. A status line of another protocol than HTTP (a
/// radio's `ICY 200 OK`) is kept so too. Lines that are no fields are left out; the attachment has them.
pub fn head(stored: &[u8], length: usize) -> Vec<u8> {
    let mut lines = stored.split(|byte| *byte == b'\n').map(|line| line.trim_ascii_end());
    let status = lines.next().unwrap_or_default();
    let mut out = Vec::with_capacity(stored.len() + 64);
    if status.starts_with(b"HTTP/") {
        out.extend_from_slice(status);
    } else {
        let rest = status.iter().position(|byte| *byte == b' ').map_or(&b""[..], |at| &status[at..]);
        out.extend_from_slice(b"HTTP/1.1");
        out.extend_from_slice(rest);
        out.extend_from_slice(format!("\r\n{ORIGINAL}Status-Line: ").as_bytes());
        out.extend_from_slice(status);
    }
    for line in fields(lines) {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
        out.extend_from_slice(b"\r\n");
        if UNDONE.iter().any(|undone| name.eq_ignore_ascii_case(undone.as_bytes())) {
            out.extend_from_slice(ORIGINAL.as_bytes());
        }
        out.extend_from_slice(&line);
    }
    out.extend_from_slice(format!("\r\nContent-Length: {length}\r\n\r\n").as_bytes());
    out
}

/// Header fields with their continued lines joined.
fn fields<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for line in lines {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some(last) = fields.last_mut() {
                last.push(b' ');
                last.extend_from_slice(line.trim_ascii());
            }
        } else if line.iter().position(|byte| *byte == b':').is_some_and(|at| at > 0) {
            fields.push(line.iter().copied().filter(|byte| *byte != b'\r' && *byte != 0).collect());
        }
    }
    fields
}

/// The status code of a stored head.
pub fn status(stored: &[u8]) -> Option<u16> {
    let line = stored.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).split_ascii_whitespace().nth(1).and_then(|code| code.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(stored: &str, length: usize) -> String {
        String::from_utf8(head(stored.as_bytes(), length)).unwrap()
    }

    #[test]
    fn fields_about_undone_encodings_are_renamed_and_the_length_is_right() {
        let stored = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\ncontent-encoding: br\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(
            text(stored, 12),
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n\
             X-Archive-Orig-content-encoding: br\r\nX-Archive-Orig-Content-Length: 3\r\nContent-Length: 12\r\n\r\n"
        );
    }

    #[test]
    fn odd_heads_become_sound_ones() {
        assert_eq!(
            text("ICY 200 OK\nA: b\n  c\nno field\n\n", 0),
            "HTTP/1.1 200 OK\r\nX-Archive-Orig-Status-Line: ICY 200 OK\r\nA: b c\r\nContent-Length: 0\r\n\r\n"
        );
        assert_eq!(text("HTTP/1.0 404", 1), "HTTP/1.0 404\r\nContent-Length: 1\r\n\r\n");
        assert_eq!(status(b"HTTP/1.0 404\r\n"), Some(404));
    }
}
