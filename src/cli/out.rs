//! Standard output and standard error: JSON or words, and nothing that could steer a terminal.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::json;

use crate::archive::Error;

/// Where results and narration go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Out {
    pub(super) json: bool,
}

impl Out {
    pub(super) fn new(json: bool) -> Self {
        Out { json }
    }

    /// Writes bytes to standard output as they are.
    pub(super) fn bytes(self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        if stdout.write_all(bytes).and_then(|()| stdout.flush()).is_err() {
            // Whoever read our output has gone; there is nobody left to tell.
            std::process::exit(2);
        }
    }

    /// Writes a line of results.
    pub(super) fn line(self, text: impl AsRef<str>) {
        self.bytes(format!("{}\n", safe(text.as_ref())).as_bytes());
    }

    /// Writes a line of results whose words are safe already and may hold colours.
    pub(super) fn painted(self, lead: &str, safe_text: &str) {
        self.bytes(format!("{lead}{safe_text}\n").as_bytes());
    }

    /// Writes one object as a line of JSON.
    pub(super) fn object(self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(line) => self.bytes(format!("{line}\n").as_bytes()),
            Err(error) => self.say(format!("writing JSON: {error}")),
        }
    }

    /// Narrates on standard error.
    pub(super) fn say(self, text: impl AsRef<str>) {
        let mut stderr = io::stderr().lock();
        // Nothing can be done about a closed standard error.
        let _ = writeln!(stderr, "{}", safe(text.as_ref()));
    }

    /// Reports a failure.
    pub(super) fn error(self, error: &Error) {
        if self.json {
            let value = json!({"error": {"code": error.kind.code(), "message": error.message, "at": error.at}});
            self.object(&value);
        }
        self.say(format!("isnad: {}", error.message));
    }

    /// Whether a person sees standard error.
    pub(super) fn has_terminal(self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether results may be coloured.
    pub(super) fn colours(self) -> bool {
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
    }
}

/// Prints what the argument parser says; help goes to standard output with status 0, mistakes have status 2.
pub(super) fn clap_error(error: &clap::Error) -> ExitCode {
    let json = std::env::args().any(|argument| argument == "--json");
    if json && error.use_stderr() {
        let message = error.render().to_string();
        Out::new(true).object(&json!({"error": {"code": "usage", "message": message.trim_end(), "at": null}}));
    }
    // Printing help to a closed pipe is no failure worth reporting.
    let _ = error.print();
    ExitCode::from(u8::from(error.use_stderr()) * 2)
}

/// Makes controls and direction marks visible, so that archived text cannot steer the terminal; line feeds stay.
pub(super) fn safe(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let hidden = (c.is_control() && c != '\n' && c != '\t') || crate::domain::canonical::is_bidi_control(c);
            let escaped: Vec<char> = if hidden { c.escape_unicode().collect() } else { vec![c] };
            escaped
        })
        .collect()
}
