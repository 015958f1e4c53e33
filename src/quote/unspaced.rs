//! Numbers in scripts without spaces: Chinese and Japanese numerals, Thai number words.
//!
//! Words of these scripts are pairs of neighbouring letters, so a number is read from the letters themselves. One alone
//! counts only where what is counted follows: `三` is a number in `三人`, none in `三角`.

use super::fold::Folded;

/// Reads the number whose first letter word `at` begins with: the word behind its last, and its value.
pub(super) fn number(folded: &Folded, text: &str, at: usize, end: usize) -> Option<(usize, u128)> {
    let rest = text.get(folded.span(at).start..)?;
    let (value, letters) = chinese(rest).or_else(|| thai(rest))?;
    // One word begins with each letter, marks apart.
    let stop = folded.span(at).start + rest.chars().take(letters).map(char::len_utf8).sum::<usize>();
    let words = (at..end).take_while(|&word| folded.span(word).start < stop).count();
    Some((at + words, value))
}

fn chinese(text: &str) -> Option<(u128, usize)> {
    let (mut total, mut section, mut digit) = (0u128, 0u128, None);
    let mut letters = 0;
    for letter in text.chars() {
        if let Some(value) = figure(letter) {
            // `二〇一八` is written figure by figure.
            digit = Some(digit.map_or(value, |before: u128| before * 10 + value));
        } else if let Some(scale) = scale(letter) {
            let count = digit.take();
            if scale < 10_000 {
                section += count.unwrap_or(1) * scale;
            } else {
                let counted = section + count.unwrap_or(0);
                total += counted.max(1) * scale;
                section = 0;
            }
        } else {
            break;
        }
        letters += 1;
        if letters > 16 {
            return None;
        }
    }
    let counted = text.chars().nth(letters).is_some_and(is_counter);
    // `千万` and `万一` are other words too.
    let enough = letters > 1 && !text.starts_with("千万") && !text.starts_with("万一");
    (letters > 0 && (counted || enough)).then_some((total + section + digit.unwrap_or(0), letters))
}

fn figure(letter: char) -> Option<u128> {
    "〇一二三四五六七八九".chars().position(|figure| figure == letter).map(|at| at as u128).or(match letter {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        _ => None,
    })
}

pub(super) fn scale(letter: char) -> Option<u128> {
    Some(match letter {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// What follows a number: measure words, and signs of a percentage.
fn is_counter(letter: char) -> bool {
    "个個名人岁歳年月日天次座辆輌架枚发発艘家条条件位所棟栋间間本台隻只头頭匹村点點倍成度周週票戸户名つ"
        .contains(letter)
}

/// Thai names a million of millions; beyond it nobody counts.
const MOST: u128 = 1_000_000_000_000_000_000;

fn thai(text: &str) -> Option<(u128, usize)> {
    const FIGURES: [(&str, u128); 10] = [
        ("หนึ่ง", 1),
        ("เอ็ด", 1),
        ("สอง", 2),
        ("สาม", 3),
        ("สี่", 4),
        ("ห้า", 5),
        ("หก", 6),
        ("เจ็ด", 7),
        ("แปด", 8),
        ("เก้า", 9),
    ];
    const SCALES: [(&str, u128); 7] =
        [("ยี่สิบ", 20), ("สิบ", 10), ("ร้อย", 100), ("พัน", 1_000), ("หมื่น", 10_000), ("แสน", 100_000), ("ล้าน", 1_000_000)];
    let (mut total, mut digit, mut rest) = (0u128, None, text);
    loop {
        if let Some((word, scale)) = SCALES.iter().find(|(word, _)| rest.starts_with(word)) {
            total = if *scale == 1_000_000 {
                (total + digit.take().unwrap_or(0)).max(1).saturating_mul(*scale).min(MOST)
            } else {
                total + digit.take().unwrap_or(1) * scale
            };
            rest = &rest[word.len()..];
        } else if let Some((word, value)) = FIGURES.iter().find(|(word, _)| digit.is_none() && rest.starts_with(word)) {
            digit = Some(*value);
            rest = &rest[word.len()..];
        } else {
            break;
        }
    }
    let letters = text[..text.len() - rest.len()].chars().count();
    // `สามารถ` is "can".
    (letters > 0 && !text.starts_with("สามารถ")).then_some((total + digit.unwrap_or(0), letters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fold::fold;

    fn read(text: &str) -> Vec<u128> {
        let folded = fold(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < folded.len() {
            match number(&folded, text, at, folded.len()) {
                Some((next, value)) => {
                    found.push(value);
                    at = next;
                }
                None => at += 1,
            }
        }
        found
    }

    #[test]
    fn numbers_are_read_from_the_letters() {
        assert_eq!(read("当天有十二人在车站受伤"), [12]);
        assert_eq!(read("三千五百名士兵"), [3500]);
        assert_eq!(read("二〇一八年"), [2018]);
        assert_eq!(read("新しいダムを三つ建設"), [3]);
        assert_eq!(read("三角形很漂亮"), [0; 0]);
        assert_eq!(read("เขื่อนใหม่สามแห่ง"), [3]);
        assert_eq!(read("ยี่สิบห้าคน"), [25]);
        assert_eq!(read("เขาสามารถ"), [0; 0]);
    }
}
