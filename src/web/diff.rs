//! What changed between two captures or articles, word by word: article and furniture apart.

use askama::Template;
use axum::response::Response;

use super::page::page;
use super::problem::Problem;
use super::server::Server;
use super::show::{OutletLink, When, encode, number, text_direction};
use super::visit::{Frame, Visit};
use super::words::{Words, fill};
use crate::archive::article::CaptureView;
use crate::archive::diff::{Change, Run};

/// Unchanged paragraphs shown before and after a changed one; further ones are folded away.
const AROUND: usize = 1;

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    f: Frame,
    sides: [Side; 2],
    swapped: String,
    parts: Vec<Part>,
}

/// One of the two things compared.
struct Side {
    name: &'static str,
    path: String,
    title: Option<String>,
    captured: Option<When>,
    outlet: Option<OutletLink>,
    history: Option<String>,
}

struct Part {
    id: &'static str,
    heading: &'static str,
    same: bool,
    counts: String,
    stretches: Vec<Stretch>,
}

/// Paragraphs that are shown, or folded away because nothing changed in them.
struct Stretch {
    folded: bool,
    lines: Vec<Line>,
}

/// A paragraph of runs, with the direction of its words.
struct Line {
    dir: &'static str,
    runs: Vec<Run>,
}

/// `/diff?from=&to=`
pub(super) fn diff(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let missing = || Problem::usage("name two things to compare: /diff?from=ID&to=ID", |w| w.diff_needs_two);
    let (from, to) = (visit.param("from").ok_or_else(missing)?, visit.param("to").ok_or_else(missing)?);
    let found = server.archive.diff(from, to)?;
    let mut parts = vec![part("article", f.w.diff_article, &found.article, false, f.w)];
    if found.from.starts_with("/r/") && found.to.starts_with("/r/") {
        parts.push(part("furniture", f.w.diff_furniture, &found.furniture, true, f.w));
    }
    let sides = [side(server, &found.from, f.w.diff_from, &f)?, side(server, &found.to, f.w.diff_to, &f)?];
    let swapped = format!("/diff?from={}&to={}{}", encode(to), encode(from), f.and);
    page(DiffPage { sides, swapped, parts, f })
}

fn side(server: &Server, path: &str, name: &'static str, f: &Frame) -> Result<Side, Problem> {
    let capture: Option<CaptureView> = match (path.strip_prefix("/r/"), path.strip_prefix("/a/")) {
        (Some(id), _) => match id.parse() {
            Ok(id) => server.archive.capture(&id)?.map(|(capture, _)| capture),
            Err(_) => None,
        },
        (None, Some(id)) => match id.parse() {
            Ok(id) => server.archive.article(&id)?.and_then(|article| earliest(article.captures)),
            Err(_) => None,
        },
        (None, None) => None,
    };
    let capture = capture.as_ref();
    Ok(Side {
        name,
        path: format!("{path}{}", f.q),
        title: capture.and_then(|capture| capture.title.clone()),
        captured: capture.map(|capture| When::of(&capture.captured, f.w)),
        outlet: capture.and_then(|capture| OutletLink::of_capture(capture, f)),
        history: capture
            .and_then(|capture| capture.url.as_deref())
            .map(|url| format!("/captures?url={}{}", encode(url), f.and)),
    })
}

/// The earliest capture that nothing corrects.
fn earliest(captures: Vec<CaptureView>) -> Option<CaptureView> {
    let current = captures.into_iter().filter(|capture| capture.replaced_by.is_none());
    current.min_by_key(|capture| (capture.captured.to, capture.logged.index))
}

fn part(id: &'static str, heading: &'static str, runs: &[Run], fold: bool, w: &Words) -> Part {
    let count = |change: Change| {
        let words = runs.iter().filter(|run| run.change == change);
        number(words.flat_map(|run| run.text.split(' ')).filter(|word| *word != "¶").count() as u64)
    };
    Part {
        id,
        heading,
        same: runs.iter().all(|run| run.change == Change::Same),
        counts: fill(w.diff_counts, &[&count(Change::Removed), &count(Change::Added)]),
        stretches: stretches(paragraphs(runs), fold),
    }
}

/// Folds away what did not change, but for the paragraphs around a change.
fn stretches(lines: Vec<Vec<Run>>, fold: bool) -> Vec<Stretch> {
    let changed: Vec<bool> = lines.iter().map(|line| line.iter().any(|run| run.change != Change::Same)).collect();
    let near = |index: usize| {
        let from = index.saturating_sub(AROUND);
        changed.iter().skip(from).take(index - from + 1 + AROUND).any(|changed| *changed)
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let folded = fold && !near(index);
        let text: String = line.iter().map(|run| run.text.as_str()).collect();
        let line = Line { dir: text_direction(&text), runs: line };
        match stretches.last_mut() {
            Some(last) if last.folded == folded => last.lines.push(line),
            _ => stretches.push(Stretch { folded, lines: vec![line] }),
        }
    }
    stretches
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(change: Change) -> Vec<Run> {
        vec![Run { change, text: "words".to_owned() }]
    }

    #[test]
    fn only_what_did_not_change_is_folded_away() {
        use Change::{Added, Same};
        let lines = [Same, Same, Same, Added, Same, Same, Same].map(line).to_vec();
        let shape = |fold| -> Vec<(bool, usize)> {
            stretches(lines.clone(), fold).iter().map(|stretch| (stretch.folded, stretch.lines.len())).collect()
        };
        assert_eq!(shape(true), [(true, 2), (false, 3), (true, 2)]);
        assert_eq!(shape(false), [(false, 7)]);
    }
}
