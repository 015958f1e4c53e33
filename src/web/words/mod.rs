//! What the interface says, one file a language.

mod ar;
mod en;
mod remarks;
mod texts;

pub(in crate::web) use remarks::Remark;
pub(in crate::web) use texts::Words;

/// A language of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::web) enum Language {
    #[default]
    English,
    Arabic,
}

impl Language {
    /// The language of a BCP 47 tag, when we speak it.
    pub(in crate::web) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Language::English),
            "ar" => Some(Language::Arabic),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110, section 12.5.4); English where it names none.
    pub(in crate::web) fn accepted(header: &str) -> Self {
        let mut best: Option<(f32, Language)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::of_tag) else { continue };
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, language));
            }
        }
        best.map_or(Language::English, |(_, language)| language)
    }

    /// The one that the switch leads to.
    pub(in crate::web) fn other(self) -> Self {
        match self {
            Language::English => Language::Arabic,
            Language::Arabic => Language::English,
        }
    }

    /// Its tag.
    pub(in crate::web) fn tag(self) -> &'static str {
        self.words().tag
    }

    /// Its texts.
    pub(in crate::web) fn words(self) -> &'static Words {
        match self {
            Language::English => &en::WORDS,
            Language::Arabic => &ar::WORDS,
        }
    }
}

/// Puts values into the places `{}` of a text, in their order.
pub(in crate::web) fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut values = values.iter();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{}") {
        out.push_str(before);
        out.push_str(values.next().copied().unwrap_or_default());
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_s_preference_decides() {
        for (header, language) in [
            ("", Language::English),
            ("ar", Language::Arabic),
            ("de, ar-SY;q=0.8, en;q=0.9", Language::English),
            ("fr;q=1, AR;q=0.3, *;q=0.1", Language::Arabic),
            ("ar;q=0, en;q=0.1", Language::English),
            ("ar;q=x", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn values_stand_in_their_places() {
        assert_eq!(fill("{} to {}", &["a", "b"]), "a to b");
        assert_eq!(fill("{} {}", &["{}"]), "{} ");
    }
}
