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
    /// Its words as printed, white space collapsed: variation selectors and other marks stand.
    words: String,
    /// The line below them, canonical; may be empty.
    signature: String,
    /// What stands below that line (a button, a note), canonical; mostly empty.
    below: String,
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

/// A handle, when it is known, and a status id.
pub(super) type StatusLink = (Option<String>, u64);

/// The tweet that an embedding element names in its attributes or links.
pub(super) fn status_of_embed(dom: &Dom, node: NodeId) -> Option<StatusLink> {
    let attr = |name: &&str| dom.attr(node, name)?.trim().parse().ok();
    permalink(dom, node)
        .or_else(|| ["data-tweetid", "data-tweet-id", "data-id"].iter().find_map(attr).map(|id| (None, id)))
}

/// The tweet that an `iframe` of the platform shows.
pub(super) fn status_of_frame(dom: &Dom, node: NodeId) -> Option<StatusLink> {
    let from_attr = || dom.attr(node, "data-tweet-id").and_then(|id| id.trim().parse().ok());
    let from_src = || {
        let src = dom.attr(node, "src").or_else(|| dom.attr(node, "data-src"))?;
        let from_query = || {
            let host = crate::domain::outlet::outlet_of_url(&absolute(src))?;
            let (_, query) = src.split_once('?').filter(|_| matches!(host.as_str(), "twitter.com" | "x.com"))?;
            query.split(['&', '#', ';']).find_map(|pair| pair.strip_prefix("id=")?.parse().ok())
        };
        status_of_url(src).or_else(|| from_query().map(|id| (None, id)))
    };
    from_attr().map(|id| (None, id)).or_else(from_src)
}

fn absolute(url: &str) -> String {
    if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() }
}

/// Reads `https://twitter.com/HANDLE/status/ID` and its kin.
fn status_of_url(url: &str) -> Option<StatusLink> {
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

/// The last link to a status below an element, outside of a quotation in it when there is one there: the signature's,
/// after those of quoted tweets.
fn permalink(dom: &Dom, node: NodeId) -> Option<StatusLink> {
    let links = || dom.elements(node).filter_map(|link| Some((link, status_of_url(dom.attr(link, "href")?)?)));
    let own = |link: &NodeId| {
        let around = std::iter::successors(dom.parent(*link), |&above| dom.parent(above));
        let quotes = around.take_while(|&above| above != node).filter(|&above| is_quote(dom, above)).count();
        quotes <= usize::from(is_amp(dom, node))
    };
    links().filter(|(link, _)| own(link)).last().or_else(|| links().last()).map(|(_, status)| status)
}

fn is_quote(dom: &Dom, node: NodeId) -> bool {
    dom.name(node).is_some_and(|name| *name == local_name!("blockquote"))
}

impl RawTweet {
    /// Reads an embedding element; `None` when no words are in it.
    pub(super) fn read(dom: &Dom, node: NodeId) -> Option<RawTweet> {
        let Parts { text, words, signature, below } = parts(pieces(dom, node));
        if text.is_empty() {
            return None;
        }
        let (link_handle, id) = status_of_embed(dom, node).map_or((None, None), |(handle, id)| (handle, Some(id)));
        Some(RawTweet { text, words, signature, below, id, link_handle })
    }

    /// The block's text: words, a space, the signature line, and what stands below it.
    pub(super) fn printed(&self) -> String {
        format!("{} {} {}", self.text, self.signature, self.below).trim_end().to_owned()
    }

    /// The row of a tweet that is embedded by its id without its words; it stands after block number `block`.
    pub(super) fn wordless((handle, id): StatusLink, block: usize) -> Tweet {
        Tweet {
            block,
            handle,
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
            text: self.words.clone(),
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

/// One run of an embedded tweet: a paragraph, or text between two.
#[derive(Debug, Default)]
struct Piece {
    /// As printed while it is read, then canonical.
    text: String,
    /// As printed, white space collapsed.
    printed: String,
    /// Whether it stands in a quotation inside the embedding element: a tweet quoted by this one.
    quoted: bool,
}

/// The runs of an embedding element, canonical. Emoji shown as pictures are read as their letters.
fn pieces(dom: &Dom, top: NodeId) -> Vec<Piece> {
    let mut pieces = vec![Piece::default()];
    let mut quotes = 0u32;
    for step in dom.walk(top) {
        let (Step::Enter(node) | Step::Leave(node)) = step;
        if node != top && is_quote(dom, node) {
            quotes = if step == Step::Enter(node) { quotes + 1 } else { quotes.saturating_sub(1) };
        }
        if ends_piece(dom, node) {
            pieces.push(Piece {
                text: String::new(),
                printed: String::new(),
                quoted: quotes > 1 || quotes == 1 && !is_amp(dom, top),
            });
        }
        let Some(piece) = pieces.last_mut().filter(|_| step == Step::Enter(node)) else { continue };
        match dom.data(node) {
            Data::Text(text) => piece.text.push_str(text),
            Data::Element { name, .. } if name.local == local_name!("br") => piece.text.push(' '),
            Data::Element { name, .. } if name.local == local_name!("img") => {
                piece.text.push_str(emoji(dom, node).unwrap_or_default());
            }
            _ => {}
        }
    }
    for piece in &mut pieces {
        piece.printed = collapsed(&piece.text);
        piece.text = canonicalise(&piece.text);
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// Whether the embedding element is one around a `blockquote` that holds the tweet.
fn is_amp(dom: &Dom, node: NodeId) -> bool {
    !is_quote(dom, node)
}

/// The letters of a picture that stands for an emoji.
fn emoji(dom: &Dom, image: NodeId) -> Option<&str> {
    dom.attr(image, "class").filter(|class| class.to_ascii_lowercase().contains("emoji"))?;
    dom.attr(image, "alt")
}

/// `text` with every run of white space as one space and without control characters; nothing else is changed.
fn collapsed(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What an embedding element amounts to.
struct Parts {
    text: String,
    words: String,
    signature: String,
    below: String,
}

/// The words, the signature line and what stands below it. The signature is the last piece that is one, whether in a
/// paragraph or not, and not that of a quoted tweet.
fn parts(mut pieces: Vec<Piece>) -> Parts {
    let join = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
    let printed = |pieces: &[Piece]| pieces.iter().map(|piece| piece.printed.as_str()).collect::<Vec<_>>().join(" ");
    let Some(at) = pieces.iter().rposition(|piece| !piece.quoted && is_signature(&piece.text)) else {
        let (text, signature) = split_at_dash(&join(&pieces));
        let (words, _) = split_at_dash(&printed(&pieces));
        return Parts { text, words, signature, below: String::new() };
    };
    let rest = pieces.split_off(at + 1);
    let signature = pieces.pop().map(|piece| piece.text).unwrap_or_default();
    // A quoted tweet below the signature still belongs to the words.
    let (quoted, below): (Vec<Piece>, Vec<Piece>) = rest.into_iter().partition(|piece| piece.quoted);
    pieces.extend(quoted);
    Parts { text: join(&pieces), words: printed(&pieces), signature, below: join(&below) }
}

fn is_signature(text: &str) -> bool {
    text.starts_with(['—', '–', '-']) && text.contains('@') || parse_signature(text).is_some()
}

/// Whether an element stands on lines of its own.
fn ends_piece(dom: &Dom, node: NodeId) -> bool {
    dom.name(node).is_some_and(|name| {
        matches!(
            *name,
            local_name!("p")
                | local_name!("div")
                | local_name!("blockquote")
                | local_name!("li")
                | local_name!("section")
        )
    })
}

/// Parts words and signature where no paragraph does: at the last dash before a handle in parentheses.
fn split_at_dash(text: &str) -> (String, String) {
    let handle = text.rfind("(@").unwrap_or(text.len());
    match text[..handle].rfind(['—', '–']) {
        Some(dash) if handle < text.len() => (text[..dash].trim_end().to_owned(), text[dash..].to_owned()),
        _ => (text.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Reading, Role, canonicalise};
    use crate::page::html::read;

    /// A page of our own around an embed.
    fn page(embed: &str) -> Reading {
        let prose = "The ferry to the islands stayed in the harbour on Sunday because of the storm, and nobody could say when it would sail.";
        read(&format!("<article><h1>Storm</h1><p>{prose}</p>{embed}<p>{prose} It did so on Monday.</p></article>"))
            .unwrap()
    }

    const SIGNED: &str = r#"&mdash; Harbour (@harbour) <a href="https://twitter.com/harbour/status/1889122688884453876">February 11, 2025</a>"#;
    const ID: u64 = 1_889_122_688_884_453_876;

    #[test]
    fn shapes_of_one_tweet_read_the_same() {
        let quote = format!(
            r#"<blockquote class="twitter-tweet"><p>No ferry today ⛴ <a href="https://t.co/x">pic</a></p>{SIGNED}</blockquote>"#
        );
        for embed in [
            quote.clone(),
            format!(
                "<amp-twitter data-tweetid={ID} layout=responsive>{}</amp-twitter>",
                quote.replace("twitter-tweet", "x")
            ),
            quote.replace("twitter-tweet", "twitter-video x"),
            quote.replace("<p>", "<p dir=ltr>\u{200f}").replace("ferry today", "<br>ferry<br>\ntoday"),
            quote.replace('⛴', r#"<img class="emoji" src=x alt="⛴">"#),
            quote.replace("&mdash;", "<p>&amp;mdash;").replace("</blockquote>", "</p></blockquote>"),
            quote.replace("<p>", "<div><p>").replace("</p>", "</p></div>"),
            quote.replace("</blockquote>", "<p>Show this thread</p></blockquote>"),
        ] {
            let reading = page(&embed);
            let [tweet] = reading.tweets.as_slice() else { panic!("{embed}: {:?}", reading.tweets) };
            let words = canonicalise(&tweet.text);
            assert_eq!(words, "No ferry today ⛴ pic", "{embed}");
            assert_eq!((tweet.id, tweet.handle.as_deref()), (Some(ID), Some("harbour")), "{embed}");
            let block = &reading.blocks[tweet.block];
            assert!(block.role == Role::Tweet && block.text.contains(&words), "{block:?}");
        }
    }

    #[test]
    fn a_quoted_tweet_is_part_of_the_words_and_never_the_signature() {
        let quoted = r#"<blockquote><p>Gale warning</p>&mdash; Met (@met) <a href="https://twitter.com/met/status/20">March 21, 2006</a></blockquote>"#;
        for (above, below) in [(quoted, ""), ("", quoted)] {
            let embed =
                format!(r#"<blockquote class="twitter-tweet"><p>As they said</p>{above}{SIGNED}{below}</blockquote>"#);
            let reading = page(&embed);
            let tweet = &reading.tweets[0];
            assert_eq!((tweet.id, tweet.handle.as_deref()), (Some(ID), Some("harbour")));
            assert_eq!(tweet.text, "As they said Gale warning — Met (@met) March 21, 2006");
        }
    }

    #[test]
    fn the_row_keeps_the_marks_that_the_block_drops() {
        let reading = page(&format!(
            "<blockquote class=twitter-tweet><p>Storm \u{2600}\u{fe0f}\n  ahead</p>{SIGNED}</blockquote>"
        ));
        let tweet = &reading.tweets[0];
        assert_eq!(tweet.text, "Storm \u{2600}\u{fe0f} ahead");
        assert!(reading.blocks[tweet.block].text.starts_with("Storm \u{2600} ahead \u{2014} Harbour"));
    }

    #[test]
    fn a_tweet_in_a_frame_has_a_row_without_words() {
        for frame in [
            format!("<iframe data-tweet-id={ID}></iframe>"),
            format!("<iframe src='https://platform.twitter.com/embed/Tweet.html?theme=light&amp;id={ID}'></iframe>"),
            format!("<iframe src='//twitter.com/i/web/status/{ID}'></iframe>"),
            format!("<amp-twitter data-tweetid={ID}></amp-twitter>"),
        ] {
            let reading = page(&frame);
            let [tweet] = reading.tweets.as_slice() else { panic!("{frame}: {:?}", reading.tweets) };
            assert_eq!((tweet.id, tweet.text.as_str()), (Some(ID), ""), "{frame}");
        }
    }
}
