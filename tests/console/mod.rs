//! Commands in documents: `console` blocks with what each command prints.

use std::path::{Path, PathBuf};

/// One command of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Example {
    /// Line of the document on which it stands, from 1.
    pub(crate) line: usize,
    /// What is typed after `$`.
    pub(crate) command: String,
    /// What is said to come out, without the last line feed.
    pub(crate) output: String,
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a document of the repository.
pub(crate) fn document(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines between the fences of each block with this info string, with the number of its first line.
pub(crate) fn blocks<'t>(text: &'t str, info: &str) -> Vec<(usize, Vec<&'t str>)> {
    let mut blocks: Vec<(usize, Vec<&str>)> = Vec::new();
    // Whether a fence is open, and whether it is one of those wanted.
    let mut open: Option<bool> = None;
    for (index, line) in text.lines().enumerate() {
        match (open, line.strip_prefix("```")) {
            (None, Some(found)) => {
                open = Some(found == info);
                if found == info {
                    blocks.push((index + 2, Vec::new()));
                }
            }
            (Some(_), Some("")) => open = None,
            (Some(true), _) => blocks.last_mut().expect("a block is open").1.push(line),
            _ => {}
        }
    }
    assert_eq!(open, None, "a fence has no end");
    blocks
}

/// Every command of the document's `console` blocks, in order.
pub(crate) fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (first, lines) in blocks(text, "console") {
        for (index, line) in lines.into_iter().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                examples.push(Example { line: first + index, command: command.to_owned(), output: String::new() });
                continue;
            }
            let example = examples.last_mut().expect("a block begins with a command");
            if !example.output.is_empty() {
                example.output.push('\n');
            }
            example.output.push_str(line);
        }
    }
    examples
}
