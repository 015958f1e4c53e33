//! A passage: bytes of an article's text, highlighted, with its own audit.

use askama::Template;
use axum::response::Response;

use super::annotation::{self, annotation};
use super::audit::VerdictBox;
use super::blocks::ReadingText;
use super::cited::{self, CitationBox, CitedHead};
use super::ids::{self, Found};
use super::links;
use super::page::{redirect, scripted};
use super::problem::Problem;
use super::server::Server;
use super::show::{Lang, encode, encode_fragment, foreign_link};
use super::visit::{Frame, Visit};
use crate::archive::article::ArticleView;
use crate::archive::refs::PathKind;
use crate::domain::{ArticleId, Passage};

/// Occurrences that the small audit of a passage counts.
const COUNTED: usize = 500;
/// A passage of more words is named by its ends in a link to the original.
const WHOLE_FRAGMENT: usize = 12;

#[derive(Template)]
#[template(path = "article/passage.html")]
struct PassagePage {
    f: Frame,
    id: ArticleId,
    title: String,
    lang: Lang,
    words: String,
    start: usize,
    end: usize,
    url: String,
    fragment: Option<String>,
    text: ReadingText,
    found: Option<VerdictBox>,
    audit_path: String,
    citation: CitationBox,
    head: CitedHead,
}

/// `/a/<article>/<start>-<end>`, with the ending of a citation or without.
pub(super) fn passage(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let (digits, segment) = (visit.segment(1), visit.segment(2));
    let (range, ending) = segment.find('.').map_or((segment.as_str(), ""), |dot| segment.split_at(dot));
    let format = cited::format_of(ending);
    if format.is_none() && !ending.is_empty() && ending != annotation::ENDING {
        return Err(Problem::not_found(&visit.path));
    }
    let bad = |why: String| Problem::usage(why, |w| w.passage_bad_range);
    let (start, end) = parse_range(range).ok_or_else(|| {
        bad(format!("{range:?} is no range; write the first byte, a dash, and the byte after the last"))
    })?;
    let id: ArticleId = match ids::find(server, visit, PathKind::Article, &digits, &format!("/{start}-{end}{ending}"))?
    {
        Found::Id(id) => id,
        Found::At(path) => return redirect(&path),
    };
    let view = server.archive.article(&id)?.ok_or_else(|| ids::missing(server, visit, id))?;
    let passage = Passage { article: id, start, end };
    let words = passage.words(&view.text).map_err(|why| bad(why.to_string()))?.trim().to_owned();
    if words.is_empty() {
        return Err(bad(format!("bytes {start}-{end} hold no words")));
    }
    if ending == annotation::ENDING {
        return annotation(visit, &view, &passage);
    }
    if let Some(format) = format {
        return cited::file(server, &passage.to_string(), visit, format);
    }
    let f = visit.frame();
    let newest = view.captures.iter().rev().find(|capture| capture.replaced_by.is_none()).or(view.captures.last());
    let audited = words.chars().count() <= server.limits.quote_chars;
    let found = match audited.then(|| server.archive.audit(&words, COUNTED)) {
        Some(Ok(audit)) => Some(VerdictBox::of(&audit, Some(id), &f)),
        // A passage without a letter can be shown and not looked for.
        Some(Err(error)) if error.kind == crate::archive::ErrorKind::Usage => None,
        Some(Err(error)) => return Err(error.into()),
        None => None,
    };
    let mut shown = scripted(PassagePage {
        title: view.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
        lang: Lang::of(newest.and_then(|capture| capture.lang.as_deref())),
        url: format!("{}{passage}", f.base),
        fragment: fragment(&view, &words),
        text: ReadingText::of(&view, Some((start, end)), &[], &f),
        found,
        audit_path: format!("/audit?q={}{}", encode(&words), f.and),
        citation: CitationBox::of(server, &passage.to_string(), visit)?,
        head: CitedHead::of(server, &passage.to_string(), visit)?,
        words,
        id,
        start,
        end,
        f,
    })?;
    links::add(
        &mut shown,
        &[format!("<{}{passage}{}>; rel=\"alternate\"; type=\"application/ld+json\"", visit.base, annotation::ENDING)],
    );
    Ok(links::cite_as(shown, visit, &passage.to_string()))
}

/// Two numbers without leading zeros, so that a passage has one address.
pub(super) fn parse_range(text: &str) -> Option<(usize, usize)> {
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let one_form = digits == "0" || !digits.starts_with('0');
        (plain && one_form).then(|| digits.parse().ok()).flatten()
    };
    let (start, end) = text.split_once('-')?;
    Some((number(start)?, number(end)?))
}

/// A link to the words on the original page (WICG text fragments).
fn fragment(view: &ArticleView, words: &str) -> Option<String> {
    let url = view.captures.iter().rev().find_map(|capture| capture.url.as_deref().and_then(foreign_link))?;
    let page = url.split('#').next().unwrap_or_default();
    let list: Vec<&str> = words.split_whitespace().collect();
    let directive = if list.len() <= WHOLE_FRAGMENT && !words.contains('\n') {
        encode_fragment(&list.join(" "))
    } else {
        let half = WHOLE_FRAGMENT / 2;
        let (first, last) = (words.lines().next().unwrap_or_default(), words.lines().last().unwrap_or_default());
        let first: Vec<&str> = first.split_whitespace().take(half).collect();
        let mut last: Vec<&str> = last.split_whitespace().rev().take(half).collect();
        last.reverse();
        format!("{},{}", encode_fragment(&first.join(" ")), encode_fragment(&last.join(" ")))
    };
    Some(format!("{page}#:~:text={directive}"))
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    #[test]
    fn a_range_has_one_form() {
        assert_eq!(parse_range("0-12"), Some((0, 12)));
        for bad in ["", "-", "1-", "-1", "01-2", "1-2-3", "+1-2", "a-b", "1-99999999999999999999999"] {
            assert_eq!(parse_range(bad), None, "{bad}");
        }
    }
}
