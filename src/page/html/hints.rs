//! What the attributes of an element say it is: `class`, `id`, `role`, `itemprop` and the element's own name.
//!
//! The words stand in `data/class-words.txt`. They are hints: whoever uses them weighs them against the text they cover.

use std::collections::HashMap;
use std::sync::LazyLock;

use html5ever::{LocalName, local_name};

use super::dom::{Dom, NodeId};

/// A set of hints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hints(u32);

macro_rules! hints {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers of the constants below")]
        #[derive(Clone, Copy)]
        enum Bit { $($name),* }
        impl Hints {
            $($(#[$doc])* pub(super) const $name: Hints = Hints(1 << Bit::$name as u32);)*
            fn of_word(word: &str) -> Option<Hints> {
                match word { $($word => Some(Hints::$name),)* _ => None }
            }
        }
    };
}

hints! {
    /// The article's text.
    BODY = "body",
    /// The article with all that belongs to it.
    ARTICLE = "article",
    /// Menus, breadcrumbs, paging.
    NAV = "nav",
    /// Comments of readers.
    COMMENTS = "comments",
    /// Links to other articles.
    RELATED = "related",
    /// Share and font buttons, ratings, polls.
    SHARE = "share",
    /// Newsletters, advertising, paywalls.
    PROMO = "promo",
    /// Keywords and categories.
    TAGS = "tags",
    /// What tells about the author.
    AUTHOR = "author",
    /// Sidebars.
    ASIDE = "aside",
    /// Cookies, privacy, copyright.
    LEGAL = "legal",
    /// What lies over the page, and search.
    OVERLAY = "overlay",
    /// Footers.
    FOOTER = "footer",
    /// Video and audio.
    PLAYER = "player",
    /// What stands under a picture.
    CAPTION = "caption",
    /// Who wrote it.
    BYLINE = "byline",
    /// When, where filed, how long to read.
    DATE = "date",
    /// The standfirst.
    LEAD = "lead",
    /// The headline.
    TITLE = "title",
    /// A repeated quotation set apart.
    PULL = "pull",
    /// Not shown.
    HIDDEN = "hidden",
    /// A row of pictures.
    GALLERY = "gallery",
    /// A header.
    HEADER = "header",
    /// A form or control.
    FORM = "form",
    /// A picture with its caption.
    FIGURE = "figure",
    /// Marked as the article's text by `itemprop`.
    ITEMPROP_BODY = "itemprop-body",
    /// Marked as not shown by `hidden` or `display:none`.
    UNSEEN = "unseen",
}

impl Hints {
    /// Hints that make a block furniture.
    pub(super) const FURNITURE: Hints = Hints(
        Hints::NAV.0
            | Hints::COMMENTS.0
            | Hints::RELATED.0
            | Hints::SHARE.0
            | Hints::PROMO.0
            | Hints::TAGS.0
            | Hints::AUTHOR.0
            | Hints::ASIDE.0
            | Hints::LEGAL.0
            | Hints::OVERLAY.0
            | Hints::FOOTER.0
            | Hints::PLAYER.0
            | Hints::FORM.0
            | Hints::HIDDEN.0
            | Hints::UNSEEN.0,
    );

    /// Hints of furniture whose words also name harmless things.
    pub(super) const SOFT: Hints = Hints(
        Hints::RELATED.0
            | Hints::SHARE.0
            | Hints::PROMO.0
            | Hints::TAGS.0
            | Hints::AUTHOR.0
            | Hints::ASIDE.0
            | Hints::LEGAL.0
            | Hints::OVERLAY.0
            | Hints::PLAYER.0
            | Hints::FORM.0
            | Hints::HIDDEN.0,
    );
    /// Hints of what stands with pictures.
    pub(super) const ASIDE_TEXT: Hints = Hints(Hints::CAPTION.0 | Hints::FIGURE.0 | Hints::GALLERY.0);
    /// Hints of small things beside a title.
    pub(super) const SMALL: Hints = Hints(Hints::BYLINE.0 | Hints::DATE.0 | Hints::TITLE.0);

    /// Whether any of `others` is among them.
    pub(super) fn any(self, others: Hints) -> bool {
        self.0 & others.0 != 0
    }

    /// Both together.
    pub(super) fn with(self, others: Hints) -> Hints {
        Hints(self.0 | others.0)
    }

    /// These without `others`.
    pub(super) fn without(self, others: Hints) -> Hints {
        Hints(self.0 & !others.0)
    }
}

static WORDS: LazyLock<HashMap<&'static str, Hints>> = LazyLock::new(|| {
    include_str!("data/class-words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, words)| Some((Hints::of_word(name)?, words)))
        .flat_map(|(hint, words)| words.split_ascii_whitespace().map(move |word| (word, hint)))
        .collect()
});

/// Most words of one attribute that are looked at; generated class lists can be endless.
const MAX_WORDS: usize = 64;

/// Reads hints, and remembers those of class lists: a page repeats the same few a hundred times.
#[derive(Debug, Default)]
pub(super) struct HintReader<'a> {
    classes: HashMap<&'a str, Hints>,
}

impl<'a> HintReader<'a> {
    /// Returns what an element's name and attributes say.
    pub(super) fn read(&mut self, dom: &'a Dom, node: NodeId, name: &LocalName) -> Hints {
        let of_list = |list: &str| {
            list.split_ascii_whitespace().take(MAX_WORDS).map(of_class).fold(Hints::default(), Hints::with)
        };
        hints_of(dom, node, name, &mut |list| *self.classes.entry(list).or_insert_with(|| of_list(list)))
    }
}

fn hints_of<'a>(dom: &'a Dom, node: NodeId, name: &LocalName, of_list: &mut impl FnMut(&'a str) -> Hints) -> Hints {
    let mut hints = of_name(name);
    for (attr, value) in dom.attrs(node) {
        match attr {
            "class" | "id" | "role" | "data-testid" | "data-component" | "data-module" | "data-block" | "data-type" => {
                hints = hints.with(of_list(value));
            }
            "itemprop" => hints = hints.with(of_itemprop(value)),
            "hidden" => hints = hints.with(Hints::UNSEEN),
            "style" if hides(value) => hints = hints.with(Hints::UNSEEN),
            _ => {}
        }
    }
    hints
}

fn of_name(name: &LocalName) -> Hints {
    match *name {
        local_name!("nav") | local_name!("menu") => Hints::NAV,
        local_name!("aside") => Hints::ASIDE,
        local_name!("footer") => Hints::FOOTER,
        local_name!("header") => Hints::HEADER,
        local_name!("dialog") => Hints::OVERLAY,
        local_name!("form")
        | local_name!("button")
        | local_name!("select")
        | local_name!("option")
        | local_name!("optgroup")
        | local_name!("textarea")
        | local_name!("legend")
        | local_name!("fieldset") => Hints::FORM,
        local_name!("figure") => Hints::FIGURE,
        local_name!("figcaption") => Hints::CAPTION,
        local_name!("video") | local_name!("svg") => Hints::PLAYER,
        local_name!("article") => Hints::ARTICLE,
        local_name!("address") => Hints::BYLINE,
        _ => Hints::default(),
    }
}

fn of_itemprop(value: &str) -> Hints {
    value
        .split_ascii_whitespace()
        .map(|word| match word {
            "articleBody" | "text" | "reviewBody" => Hints::ITEMPROP_BODY,
            "headline" => Hints::TITLE,
            "author" => Hints::BYLINE,
            "datePublished" | "dateModified" => Hints::DATE,
            "comment" => Hints::COMMENTS,
            "caption" => Hints::CAPTION,
            _ => Hints::default(),
        })
        .fold(Hints::default(), Hints::with)
}

/// What one class says: the longest known run of its words at each place.
fn of_class(class: &str) -> Hints {
    let (joined, ends) = split_words(class);
    let begins = |word: usize| if word == 0 { 0 } else { ends[word - 1] + 1 };
    let mut hints = Hints::default();
    let mut at = 0;
    while at < ends.len() {
        let found = (1..=3.min(ends.len() - at))
            .rev()
            .find_map(|count| WORDS.get(&joined[begins(at)..ends[at + count - 1]]).map(|hint| (count, *hint)));
        match found {
            Some((count, hint)) => {
                hints = hints.with(hint);
                at += count;
            }
            None => at += 1,
        }
    }
    hints
}

/// Splits `ArticleBody_wrapper-2` into `article-body-wrapper-2` and the ends of its words.
fn split_words(class: &str) -> (String, Vec<usize>) {
    let mut joined = String::with_capacity(class.len() + 8);
    let mut ends: Vec<usize> = Vec::with_capacity(8);
    let mut last = ' ';
    for c in class.chars().take(200) {
        if !c.is_alphanumeric() {
            last = ' ';
            continue;
        }
        let begins = last == ' ' || (c.is_uppercase() && last.is_lowercase());
        if begins && !joined.is_empty() {
            ends.push(joined.len());
            joined.push('-');
        }
        if c.is_ascii() {
            joined.push(c.to_ascii_lowercase())
        } else {
            joined.extend(c.to_lowercase())
        }
        last = c;
    }
    if !joined.is_empty() {
        ends.push(joined.len());
    }
    (joined, ends)
}

/// Whether a style hides its element.
fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>().to_ascii_lowercase();
    style.split(';').any(|rule| rule.starts_with("display:none") || rule.starts_with("visibility:hidden"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_by_their_words() {
        assert!(of_class("td-post-content").any(Hints::BODY));
        assert!(of_class("ArticleBody_wrapper").any(Hints::BODY));
        assert!(of_class("c-related-articles__list").any(Hints::RELATED));
        assert!(!of_class("head").any(Hints::FURNITURE));
        assert!(!of_class("address adapt").any(Hints::PROMO), "words, not parts of words");
    }
}
