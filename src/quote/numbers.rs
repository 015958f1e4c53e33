//! Numbers spelled out, as the digits they mean, so that `خمسة وعشرون`, `twenty-five` and `٢٥` align.
//!
//! Words are those of L2. The smallest (one, first) are left out: they are more often pronouns than counts.

/// Returns what a folded word says as a number, if it is digits or a number word.
pub(super) fn value(word: &str) -> Option<u64> {
    if is_digits(word) {
        // Figures too long for a count are codes, compared as text.
        return (word.len() <= 12).then(|| word.parse().ok()).flatten();
    }
    spelled(word).or_else(|| spelled(word.strip_prefix('و')?))
}

/// Returns what a folded word adds to the ten after it: `اثني عشر` is twelve. Alone it is another word: `أثنى`, he praised.
pub(super) fn before_ten(word: &str) -> Option<u64> {
    match word.strip_prefix('و').unwrap_or(word) {
        "احد" | "احدي" => Some(1),
        "اثنا" | "اثني" | "اثنتا" | "اثنتي" => Some(2),
        _ => None,
    }
}

/// Whether a folded word is digits.
pub(super) fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what two neighbouring number words say together: tens and units, ten and units, a count of thousands,
/// digits parted by a thousands separator.
pub(super) fn pair(first: (&str, u64), second: (&str, u64)) -> Option<u64> {
    let ((first, a), (second, b)) = (first, second);
    if is_digits(second) {
        return (is_digits(first) && second.len() == 3 && first.len() <= 3).then(|| a * 1000 + b);
    }
    if before_ten(first).is_some() && value(first).is_none() {
        return matches!(second, "عشر" | "عشره").then(|| a + b);
    }
    match (a, b) {
        (2..=9, 10) => Some(a + b),
        (1..=9, 20..=90) if b % 10 == 0 => Some(a + b),
        (20..=90, 1..=9) if a % 10 == 0 => Some(a + b),
        (1..=999, 1_000 | 1_000_000 | 1_000_000_000) => a.checked_mul(b),
        (2..=9, 100) => Some(a * b),
        _ => None,
    }
}

/// Second and last bytes of the words below: whoever adds a word adds its bytes.
const SECOND: [u8; 14] = [0x65, 0x68, 0x69, 0x6c, 0x6f, 0x75, 0x77, 0x85, 0xa7, 0xaa, 0xab, 0xae, 0xb3, 0xb9];
const LAST: [u8; 17] =
    [0x64, 0x65, 0x6e, 0x6f, 0x72, 0x74, 0x78, 0x79, 0x81, 0x86, 0x87, 0x8a, 0xaa, 0xab, 0xb1, 0xb3, 0xb9];

static SECONDS: [bool; 256] = set(&SECOND);
static LASTS: [bool; 256] = set(&LAST);

const fn set(bytes: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}

fn spelled(word: &str) -> Option<u64> {
    // Most words are ruled out by their second and last byte before any is compared.
    let bytes = word.as_bytes();
    if !(3..=18).contains(&bytes.len()) || !SECONDS[bytes[1] as usize] || !LASTS[bytes[bytes.len() - 1] as usize] {
        return None;
    }
    let value = match word {
        "اثنان" | "اثنين" | "اثنتان" | "اثنتين" | "two" => 2,
        "ثلاثه" | "ثلاث" | "three" => 3,
        "اربعه" | "اربع" | "four" => 4,
        "خمسه" | "خمس" | "five" => 5,
        "سته" | "ست" | "six" => 6,
        "سبعه" | "سبع" | "seven" => 7,
        "ثمانيه" | "ثماني" | "ثمان" | "eight" => 8,
        "تسعه" | "تسع" | "nine" => 9,
        "عشره" | "عشر" | "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "عشرون" | "عشرين" | "twenty" => 20,
        "ثلاثون" | "ثلاثين" | "thirty" => 30,
        "اربعون" | "اربعين" | "forty" => 40,
        "خمسون" | "خمسين" | "fifty" => 50,
        "ستون" | "ستين" | "sixty" => 60,
        "سبعون" | "سبعين" | "seventy" => 70,
        "ثمانون" | "ثمانين" | "eighty" => 80,
        "تسعون" | "تسعين" | "ninety" => 90,
        "ميه" | "مايه" | "hundred" => 100,
        "ميتان" | "ميتين" | "مايتان" | "مايتين" => 200,
        "ثلاثميه" | "ثلاثمايه" => 300,
        "اربعميه" | "اربعمايه" => 400,
        "خمسميه" | "خمسمايه" => 500,
        "ستميه" | "ستمايه" => 600,
        "سبعميه" | "سبعمايه" => 700,
        "ثمانميه" | "ثمانمايه" => 800,
        "تسعميه" | "تسعمايه" => 900,
        "الف" | "الاف" | "thousand" => 1_000,
        "الفان" | "الفين" => 2_000,
        "مليون" | "ملايين" | "million" => 1_000_000,
        "مليار" | "مليارات" | "billion" => 1_000_000_000,
        _ => return None,
    };
    Some(value)
}

/// Returns the place in a row that a folded word names: `الثامنه` and `eighth` are 8.
///
/// Only for telling that a number changed: an ordinal never aligns with a count.
pub(super) fn ordinal(word: &str) -> Option<u64> {
    let bare = word.strip_prefix('و').unwrap_or(word);
    let bare = bare.strip_prefix("ال").unwrap_or(bare);
    let stem = bare.strip_suffix('ه').unwrap_or(bare);
    Some(match stem {
        "ثاني" | "second" => 2,
        "ثالث" | "third" => 3,
        "رابع" | "fourth" => 4,
        "خامس" | "fifth" => 5,
        "سادس" | "sixth" => 6,
        "سابع" | "seventh" => 7,
        "ثامن" | "eighth" => 8,
        "تاسع" | "ninth" => 9,
        "عاشر" | "tenth" => 10,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(first: &str, second: &str) -> Option<u64> {
        pair((first, value(first)?), (second, value(second)?))
    }

    #[test]
    fn ordinals_name_a_place_and_are_no_counts() {
        assert_eq!((ordinal("والسابعه"), ordinal("الثامنه"), ordinal("third")), (Some(7), Some(8), Some(3)));
        assert_eq!((ordinal("الخميس"), value("الثامنه")), (None, None));
    }

    #[test]
    fn eleven_and_twelve_are_two_words() {
        let both = |first: &str, second: &str| pair((first, before_ten(first)?), (second, value(second)?));
        assert_eq!((both("اثني", "عشر"), both("احدي", "عشره"), both("اثني", "الف")), (Some(12), Some(11), None));
        assert_eq!(value("اثني"), None);
    }

    #[test]
    fn spelled_numbers_mean_their_digits() {
        for (word, number) in
            [("25", 25), ("خمسه", 5), ("وعشرون", 20), ("007", 7), ("مليونا", 0), ("million", 1_000_000)]
        {
            assert_eq!(value(word), (number > 0).then_some(number), "{word}");
        }
        for (first, second, number) in [
            ("خمسه", "وعشرون", 25),
            ("خمسه", "عشر", 15),
            ("143", "الف", 143_000),
            ("143", "000", 143_000),
            ("twenty", "five", 25),
        ] {
            assert_eq!(both(first, second), Some(number), "{first} {second}");
        }
        assert_eq!(both("14", "2018"), None);
        assert_eq!(value("1234567890123"), None);
        for (word, number) in [
            ("اثنتين", 2),
            ("ثلاث", 3),
            ("اربع", 4),
            ("سته", 6),
            ("سبعه", 7),
            ("ثماني", 8),
            ("تسعون", 90),
            ("عشر", 10),
            ("ميه", 100),
            ("ميتان", 200),
            ("خمسمايه", 500),
            ("الاف", 1_000),
            ("الفين", 2_000),
            ("ملايين", 1_000_000),
            ("مليار", 1_000_000_000),
            ("two", 2),
            ("six", 6),
            ("eleven", 11),
            ("thirteen", 13),
            ("eight", 8),
            ("sixty", 60),
            ("hundred", 100),
            ("thousand", 1_000),
            ("four", 4),
        ] {
            assert_eq!(value(word), Some(number), "{word}");
        }
    }
}
