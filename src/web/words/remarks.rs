//! Remarks of an audit in the reader's language. The audit speaks English, to programs too; what a reader sees is
//! translated sentence by sentence, and what no sentence of the list fits stays as it was said.

use super::{Words, fill};

const ARABIC: &str = include_str!("remarks.ar.txt");
/// Sentences within sentences are translated so deep.
const DEPTH: u32 = 6;

/// A remark as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Remark {
    /// The words.
    pub(in crate::web) text: String,
    /// BCP 47 tag of their language.
    pub(in crate::web) lang: &'static str,
    /// Direction of its script.
    pub(in crate::web) dir: &'static str,
}

impl Words {
    /// A remark of the audit in this language, if there is a sentence for it.
    pub(in crate::web) fn remark(&self, said: &str) -> Remark {
        match (self.tag == "ar").then(|| translated(said, DEPTH)).flatten() {
            Some(text) => Remark { text, lang: "ar", dir: "rtl" },
            None => Remark { text: said.to_owned(), lang: "en", dir: "ltr" },
        }
    }
}

fn translated(said: &str, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    sentences().find_map(|(pattern, meaning)| {
        let values: Vec<String> = values(pattern, said)?
            .into_iter()
            .map(|value| translated(value, depth).unwrap_or_else(|| value.to_owned()))
            .collect();
        Some(fill(meaning, &values.iter().map(String::as_str).collect::<Vec<_>>()))
    })
}

/// The sentences of the list, each with its translation.
fn sentences() -> impl Iterator<Item = (&'static str, &'static str)> {
    ARABIC.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// What stands where a pattern has `{}`; `None` where it does not fit. Each value ends where the pattern goes on first.
fn values<'s>(pattern: &str, said: &'s str) -> Option<Vec<&'s str>> {
    let mut parts = pattern.split("{}");
    let mut rest = said.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    let mut before = pattern.split("{}").next()?;
    while let Some(part) = parts.next() {
        let end = if parts.peek().is_none() { rest.len().checked_sub(part.len())? } else { rest.find(part)? };
        let (value, after) = (rest.get(..end)?, rest.get(end..)?);
        rest = after.strip_prefix(part)?;
        // Words in marks are one passage: what closes the marks and opens them again is a list of several.
        let several = value.find('”').is_some_and(|at| value[at..].contains('“'));
        if several && before.ends_with('“') && part.starts_with('”') {
            return None;
        }
        values.push(value);
        before = part;
    }
    (rest.is_empty() && values.iter().all(|value| !value.is_empty())).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Language;

    fn arabic(said: &str) -> Remark {
        Language::Arabic.words().remark(said)
    }

    #[test]
    fn a_sentence_is_translated_with_what_stands_in_it() {
        for (said, meant) in [
            ("number changed: 14 became 41", "تغيّر عدد: «14» صار «41»"),
            ("negation right before these words, not asked for: لم", "قبل هذه الكلمات مباشرةً نفي، لم يُسأل عنه: «لم»"),
            (
                "names AFP (afp.com) as a source (“فرانس برس”); no article of it in this archive carries these words",
                "يذكر AFP (afp.com) مصدرًا («فرانس برس»)؛ وليس في هذا الأرشيف مقال لذلك المصدر فيه هذه الكلمات",
            ),
            (
                "no other occurrence has “خرج” for “غادر”, “أمس” put in; the one is earlier. Inferred: both may also follow a \
                 third text",
                "لا يشاركهما موضع آخر في «خرج» بدل «غادر»، زيادة «أمس»، وأحدهما أسبق. وهذا استنتاج: فقد يتبع كلاهما نصًا ثالثًا",
            ),
            (
                "no other occurrence has “يقوم” for “تقوم”, “جماعة” left out, “أمس” put in and 2 more; the one is earlier. \
                 Inferred: both may also follow a third text",
                "لا يشاركهما موضع آخر في «يقوم» بدل «تقوم»، حذف «جماعة»، زيادة «أمس» وتغييرات أخرى عددها 2، وأحدهما أسبق. \
                 وهذا استنتاج: فقد يتبع كلاهما نصًا ثالثًا",
            ),
            (
                "both are versions of one page; 97 % of the words of one stand in the other; the one is earlier. Inferred: both \
                 may also follow a third text",
                "كلاهما نسخة من صفحة واحدة؛ 97 % من كلمات أحدهما في الآخر، وأحدهما أسبق. وهذا استنتاج: فقد يتبع كلاهما نصًا ثالثًا",
            ),
        ] {
            assert_eq!(arabic(said), Remark { text: meant.to_owned(), lang: "ar", dir: "rtl" }, "{said}");
        }
    }

    #[test]
    fn what_fits_no_sentence_and_what_english_readers_see_stays() {
        let unknown = "something new: 5";
        assert_eq!((arabic(unknown).text.as_str(), arabic(unknown).lang), (unknown, "en"));
        assert_eq!(Language::English.words().remark("number changed: 1 became 2").text, "number changed: 1 became 2");
        assert_eq!(arabic("").text, "");
    }

    #[test]
    fn every_sentence_keeps_its_values() {
        for (pattern, meaning) in sentences() {
            assert_eq!(pattern.matches("{}").count(), meaning.matches("{}").count(), "{pattern}");
            let filled = pattern.replace("{}", "7");
            assert_eq!(arabic(&filled).lang, "ar", "{filled}");
        }
    }
}
