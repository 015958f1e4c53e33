//! Embedded tweets: found in the markup, read into one block and one row each.

use html5ever::{LocalName, local_name};

use super::dom::{Data, Dom, NodeId, Step};
use crate::domain::canonicalise;
use crate::domain::snowflake::snowflake_ms;
use crate::domain::{Time, Tweet};
use crate::page::tweet::parse_signature;

/// Classes under which the platform's scripts found the tweets to dress up.
const CLASSES: [&str; 4] = ["twitter-tweet", "twitter-video", "tweet-embed", "twitter-tweet-rendered"];

/// A tweet as the markup holds it.
#[derive(Debug)]
pub(super) struct RawTweet {
    /// Its words, canonical.
    text: String,
    /// The line below them, canonical; may be empty.
    signature: String,
    /// Status id, when a link or attribute carries it.
    id: Option<u64>,
    /// The handle in the permalink.
    link_handle: Option<String>,
}

/// Whether an element embeds a tweet.
pub(super) fn is_embed(dom: &Dom, node: NodeId, name: &LocalName) -> bool {
    match *name {
        local_name!("blockquote") => dom.attr(node, "class").is_some_and(|class| {
            class.split_ascii_whitespace().any(|word| CLASSES.contains(&word.to_ascii_lowercase().as_str()))
        }),
        _ => &**name == "amp-twitter" || (&**name == "twitter-widget"),
    }
}

/// The id of a tweet that an embedding element carries in its attributes or links.
pub(super) fn id_of_embed(dom: &Dom, node: NodeId) -> Option<u64> {
    ["data-tweetid", "data-tweet-id", "data-id"]
        .iter()
        .find_map(|attr| dom.attr(node, attr)?.trim().parse().ok())
        .or_else(|| permalink(dom, node).map(|(_, id)| id))
}

/// The id of a tweet that an `iframe` of the platform shows.
pub(super) fn id_of_frame(dom: &Dom, node: NodeId) -> Option<u64> {
    let from_attr = dom.attr(node, "data-tweet-id").and_then(|id| id.trim().parse().ok());
    from_attr.or_else(|| {
        let src = dom.attr(node, "src").or_else(|| dom.attr(node, "data-src"))?;
        if let Some((_, id)) = status_of_url(src) {
            return Some(id);
        }
        let host = crate::domain::outlet::outlet_of_url(&absolute(src))?;
        if !matches!(host.as_str(), "twitter.com" | "x.com") {
            return None;
        }
        let (_, query) = src.split_once('?')?;
        query.split(['&', '#', ';']).find_map(|pair| pair.strip_prefix("id=")?.parse().ok())
    })
}

fn absolute(url: &str) -> String {
    if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() }
}

/// Reads `https://twitter.com/HANDLE/status/ID` and its kin.
fn status_of_url(url: &str) -> Option<(Option<String>, u64)> {
    let url = absolute(url.trim());
    let host = crate::domain::outlet::host_of(&url)?;
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("mobile.")).unwrap_or(&host);
    if !matches!(host, "twitter.com" | "x.com" | "m.twitter.com") {
        return None;
    }
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let mut parts = path.trim_start_matches("#!/").split(['/', '?', '#']).filter(|part| !part.is_empty());
    let handle = parts.next()?;
    let (kind, id) = match (parts.next()?, parts.next()?) {
        ("web", kind) => (kind, parts.next()?),
        pair => pair,
    };
    if !matches!(kind, "status" | "statuses") {
        return None;
    }
    let digits = &id[..id.find(|c: char| !c.is_ascii_digit()).unwrap_or(id.len())];
    Some(((handle != "i").then(|| handle.to_owned()), digits.parse().ok()?))
}

/// The last link to a status below an element: the signature's, after those of quoted tweets.
fn permalink(dom: &Dom, node: NodeId) -> Option<(Option<String>, u64)> {
    dom.elements(node).filter_map(|link| status_of_url(dom.attr(link, "href")?)).last()
}

impl RawTweet {
    /// Reads an embedding element; `None` when no words are in it.
    pub(super) fn read(dom: &Dom, node: NodeId) -> Option<RawTweet> {
        let (text, signature) = words_and_signature(pieces(dom, node));
        if text.is_empty() {
            return None;
        }
        let (link_handle, id) = permalink(dom, node).map_or((None, None), |(handle, id)| (handle, Some(id)));
        Some(RawTweet { text, signature, id: id.or_else(|| id_of_embed(dom, node)), link_handle })
    }

    /// The block's text: words, a space, the signature line.
    pub(super) fn printed(&self) -> String {
        format!("{} {}", self.text, self.signature).trim_end().to_owned()
    }

    /// The row of a tweet that is embedded by its id without its words; it stands after block number `block`.
    pub(super) fn wordless(id: u64, block: usize) -> Tweet {
        Tweet {
            block,
            handle: None,
            name: None,
            date: None,
            text: String::new(),
            id: Some(id),
            snowflake_ms: snowflake_ms(id),
        }
    }

    /// The row of the tweet in block number `block`, and a note where its id contradicts its printed date.
    pub(super) fn row(&self, block: usize) -> (Tweet, Option<String>) {
        let signature = parse_signature(&self.signature);
        let (name, handle, date) =
            signature.map_or((None, None, None), |signature| (signature.name, Some(signature.handle), signature.date));
        let tweet = Tweet {
            block,
            handle: handle.or_else(|| self.link_handle.clone()),
            name,
            date,
            text: self.text.clone(),
            id: self.id,
            snowflake_ms: self.id.and_then(snowflake_ms),
        };
        let note = contradiction(&tweet);
        (tweet, note)
    }
}

fn contradiction(tweet: &Tweet) -> Option<String> {
    let (printed, made, id) = (tweet.date.as_ref()?, tweet.snowflake_ms?.div_euclid(1000), tweet.id?);
    let early = printed.from.is_some_and(|from| made < from);
    let late = printed.to.is_some_and(|to| made >= to);
    (early || late).then(|| {
        let made = Time::at_second(made, printed.basis);
        format!("tweet {id} is printed with the date {} but its id was made at {}", printed.edtf, made.edtf)
    })
}

/// The texts of the paragraphs and the runs of text between them.
fn pieces(dom: &Dom, node: NodeId) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for step in dom.walk(node) {
        match step {
            Step::Enter(node) | Step::Leave(node) if is_paragraph(dom, node) => pieces.push(String::new()),
            Step::Enter(node) => {
                let Some(piece) = pieces.last_mut() else { continue };
                match dom.data(node) {
                    Data::Text(text) => piece.push_str(text),
                    Data::Element { name, .. } if name.local == local_name!("br") => piece.push(' '),
                    _ => {}
                }
            }
            Step::Leave(_) => {}
        }
    }
    pieces.iter().map(|piece| canonicalise(piece)).filter(|piece| !piece.is_empty()).collect()
}

/// Parts the signature line from the words: the last piece that begins with a dash, whether in a paragraph or not.
fn words_and_signature(mut pieces: Vec<String>) -> (String, String) {
    let signature = pieces.pop_if(|piece| piece.starts_with(['—', '–', '-']) && piece.contains('@'));
    match signature {
        Some(signature) => (pieces.join(" "), signature),
        None => split_at_dash(&pieces.join(" ")),
    }
}

fn is_paragraph(dom: &Dom, node: NodeId) -> bool {
    dom.name(node).is_some_and(|name| *name == local_name!("p"))
}

/// Parts words and signature where no paragraph does: at the last dash before a handle in parentheses.
fn split_at_dash(text: &str) -> (String, String) {
    let handle = text.rfind("(@").unwrap_or(text.len());
    match text[..handle].rfind(['—', '–']) {
        Some(dash) if handle < text.len() => (text[..dash].trim_end().to_owned(), text[dash..].to_owned()),
        _ => (text.to_owned(), String::new()),
    }
}
