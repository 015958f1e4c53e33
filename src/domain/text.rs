//! Small facts about characters that several readers need.

/// Returns the value of a decimal digit of the scripts our sources print: ASCII, Arabic-Indic, Extended Arabic-Indic,
/// Devanagari and fullwidth.
pub fn digit_value(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(c as u32 - zero as u32)
}

/// Whether `c` belongs to a script written from right to left (Hebrew, Arabic, Syriac, Thaana, N'Ko and their
/// supplements).
pub fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The direction of a text by its first strong letter, as `dir="auto"` decides: `rtl`, `ltr`, or none.
pub fn direction(text: &str) -> Option<&'static str> {
    text.chars().find(|c| c.is_alphabetic()).map(|c| if is_rtl(c) { "rtl" } else { "ltr" })
}
