//! What changed between two captures or articles, word by word: article and furniture apart.

use askama::Template;
use axum::response::Response;

use super::page::page;
use super::problem::Problem;
use super::server::Server;
use super::visit::{Frame, Visit};
use crate::archive::diff::{Change, Run};

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    f: Frame,
    from: String,
    to: String,
    parts: Vec<Part>,
}

struct Part {
    heading: &'static str,
    same: bool,
    /// Paragraphs, each of runs.
    lines: Vec<Vec<Run>>,
}

/// `/diff?from=&to=`
pub(super) fn diff(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let missing = || Problem::usage("name two things to compare: /diff?from=ID&to=ID", |w| w.diff_needs_two);
    let (from, to) = (visit.param("from").ok_or_else(missing)?, visit.param("to").ok_or_else(missing)?);
    let found = server.archive.diff(from, to)?;
    let mut parts = vec![part(f.w.diff_article, &found.article)];
    if found.from.starts_with("/r/") && found.to.starts_with("/r/") {
        parts.push(part(f.w.diff_furniture, &found.furniture));
    }
    page(DiffPage { from: found.from, to: found.to, parts, f })
}

fn part(heading: &'static str, runs: &[Run]) -> Part {
    Part { heading, same: runs.iter().all(|run| run.change == Change::Same), lines: paragraphs(runs) }
}

/// Breaks runs into paragraphs at the pilcrows that end blocks.
fn paragraphs(runs: &[Run]) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        let mut pieces = run.text.split('¶').map(str::trim).peekable();
        while let Some(piece) = pieces.next() {
            if let Some(line) = lines.last_mut().filter(|_| !piece.is_empty()) {
                line.push(Run { change: run.change, text: piece.to_owned() });
            }
            if pieces.peek().is_some() {
                lines.push(Vec::new());
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
