//! The words a page shows, found without the extractor: tokens of the markup, outside of what never shows.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

#[derive(Default)]
struct Words {
    text: RefCell<String>,
    hidden: Cell<u32>,
}

impl TokenSink for Words {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if self.hidden.get() == 0 => self.text.borrow_mut().push_str(&text),
            Token::TagToken(tag) => {
                let raw: Option<RawKind> = match &*tag.name {
                    "script" => Some(ScriptData),
                    "style" | "noscript" | "iframe" | "noembed" | "noframes" => Some(Rawtext),
                    "title" => Some(Rcdata),
                    _ => None,
                };
                if raw.is_some() || matches!(&*tag.name, "template" | "datalist") {
                    let depth = self.hidden.get();
                    self.hidden.set(if tag.kind == TagKind::StartTag { depth + 1 } else { depth.saturating_sub(1) });
                }
                const INLINE: [&str; 14] =
                    ["a", "b", "i", "em", "strong", "span", "font", "u", "sup", "sub", "small", "mark", "abbr", "wbr"];
                if !INLINE.contains(&&*tag.name) {
                    self.text.borrow_mut().push(' ');
                }
                if let (Some(raw), TagKind::StartTag, false) =
                    (raw, tag.kind, tag.self_closing && &*tag.name == "title")
                {
                    return TokenSinkResult::RawData(raw);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The text a page shows.
pub(crate) fn text(html: &str) -> String {
    let tokenizer = Tokenizer::new(Words::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.text.take()
}
