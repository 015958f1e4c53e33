//! A guess at the language of a text, by its letters and its little words.

use super::lexicon::STOPWORDS;
use crate::page::dates::tokens::floor_boundary;

/// Bytes that are looked at.
const SAMPLE: usize = 6000;

/// Guesses the language (BCP 47), or `None` when the signs are few or mixed.
pub(super) fn guess(text: &str) -> Option<String> {
    let sample = &text[..floor_boundary(text, SAMPLE)];
    let mut arabic = 0;
    let mut persian = 0;
    let mut urdu = 0;
    let mut own_arabic = 0;
    let mut latin = 0;
    let mut cyrillic = 0;
    let mut hebrew = 0;
    for c in sample.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | 'À'..='ɏ' => latin += 1,
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' => urdu += 1,
            'پ' | 'چ' | 'ژ' | 'گ' | 'ی' | 'ک' => persian += 1,
            'ة' | 'ي' | 'ك' | 'ى' | 'أ' | 'إ' => own_arabic += 1,
            '\u{620}'..='\u{6d3}' => arabic += 1,
            'а'..='я' | 'А'..='Я' | 'ё' => cyrillic += 1,
            'א'..='ת' => hebrew += 1,
            _ => {}
        }
    }
    let arabic = arabic + persian + urdu + own_arabic;
    let all = arabic + latin + cyrillic + hebrew;
    let mostly = |count: usize| count >= 10 && count * 10 >= all * 6;
    let guessed = if mostly(arabic) {
        match () {
            () if urdu * 20 > arabic => "ur",
            () if persian > own_arabic => "fa",
            () if own_arabic * 30 > arabic => "ar",
            () => return None,
        }
    } else if mostly(hebrew) {
        "he"
    } else if mostly(cyrillic) {
        if sample.contains(['ы', 'э', 'ё']) { "ru" } else { return None }
    } else if mostly(latin) {
        return by_little_words(sample);
    } else {
        return None;
    };
    Some(guessed.to_owned())
}

fn by_little_words(sample: &str) -> Option<String> {
    let lower = sample.to_lowercase();
    let mut counts = vec![0_usize; STOPWORDS.len()];
    let mut words = 0;
    for word in lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        for (count, (_, list)) in counts.iter_mut().zip(STOPWORDS.iter()) {
            *count += usize::from(list.contains(word));
        }
    }
    let (best, most) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let second = counts.iter().enumerate().filter(|(at, _)| *at != best).map(|(_, count)| *count).max().unwrap_or(0);
    (most >= 3 && most * 8 >= words && most * 3 >= second * 4).then(|| STOPWORDS[best].0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_letters_and_little_words() {
        for (text, lang) in [
            ("قال المتحدث إن المفاوضات انتهت إلى اتفاق", Some("ar")),
            ("سخنگوی دولت گفت که گفتگوها به پایان رسید", Some("fa")),
            ("The spokesman said that the talks had ended in a deal for the city", Some("en")),
            ("Le porte-parole a dit que les négociations dans la ville sont finies pour le moment", Some("fr")),
            ("12 34", None),
            ("OK", None),
        ] {
            assert_eq!(guess(text).as_deref(), lang, "{text}");
        }
    }
}
