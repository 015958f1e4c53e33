//! Markup made to hurt: every case ends soon, and its words are kept.

use std::time::{Duration, Instant};

use super::dom::MAX_ELEMENTS;
use super::read;
use crate::domain::Reading;

fn holds(reading: &Reading, word: &str) -> bool {
    reading.blocks.iter().any(|block| block.text.contains(word))
}

/// Reads a page, which must not take long.
fn read_soon(name: &str, html: &str, limit: Duration) -> Reading {
    let began = Instant::now();
    let reading = read(html).unwrap();
    let took = began.elapsed();
    assert!(took < limit, "{name} took {took:?}");
    reading
}

#[test]
fn hostile_markup_ends_soon_and_keeps_its_words() {
    let cases = [
        ("nested divs", format!("{}needle", "<div>".repeat(50_000))),
        ("nested tags", format!("{}needle", "<b><i><span><blockquote><ul><li>".repeat(10_000))),
        (
            "formatting",
            format!("{}{}needle", "<font size=1><font size=2><a href=x>".repeat(3_000), "<p>x".repeat(30_000)),
        ),
        ("attributes", format!("<p {}>needle", (0..200_000).map(|n| format!("a{n}=1 ")).collect::<String>())),
        ("ids", format!("<p {}>needle", "id=1 ".repeat(200_000))),
        ("ids in a title that is none", format!("needle<svg><title><p {}>", "id=1 ".repeat(200_000))),
        ("unclosed titles", format!("needle<svg>{}", "<title>".repeat(200_000))),
        ("unclosed styles", format!("<svg>{}</svg></style><p>needle", "<style>".repeat(50_000))),
        ("tables", format!("{}needle", "<table><tr><td>".repeat(10_000))),
        ("foster", format!("<table>{}needle", "<a><div>x".repeat(10_000))),
        ("one line", format!("<p>{}needle", "word ".repeat(4_000_000))),
        ("unclosed", format!("<p>needle<{}", "a ".repeat(100_000))),
        ("comment", format!("needle<!-- {}", "- ".repeat(1_000_000))),
        ("selects", format!("{}needle", "<select><option>".repeat(20_000))),
        ("links", format!("{}needle", "<a href=x>".repeat(50_000))),
        ("svg", format!("{}needle", "<svg><foreignObject>".repeat(10_000))),
        ("template", format!("needle{}", "<template>".repeat(20_000))),
    ];
    for (name, html) in cases {
        let reading = read_soon(name, &html, Duration::from_secs(20));
        assert!(holds(&reading, "needle"), "{name}");
    }
}

#[test]
fn past_the_element_cap_no_word_is_lost_and_no_script_shows() {
    let html = format!("{}<b>needle</b><script>\"@type\" secret</script><p>last", "<p>x".repeat(MAX_ELEMENTS + 10));
    let reading = read_soon("element cap", &html, Duration::from_secs(60));
    assert!(reading.blocks.len() <= MAX_ELEMENTS);
    assert!(holds(&reading, "needle") && holds(&reading, "last") && !holds(&reading, "secret"));
}

#[test]
fn one_endless_line_is_one_block() {
    for (name, html) in [
        ("words", format!("<p>{}needle", "word ".repeat(1_000_000))),
        ("a word", format!("<p>{}needle", "w".repeat(5_000_000))),
        ("entities", format!("<p>{}needle", "&amp;".repeat(1_000_000))),
    ] {
        let reading = read_soon(name, &html, Duration::from_secs(20));
        assert!(holds(&reading, "needle"), "{name}");
        assert_eq!(reading.blocks.len(), 1, "{name}");
    }
}

#[test]
#[ignore = "100 MB: some seconds and a gigabyte of memory"]
fn a_hundred_megabytes_on_one_line_end() {
    for unit in ["word ", "<b>x</b>", "\u{627}\u{644} "] {
        let html = format!("<p>{}needle", unit.repeat(100_000_000 / unit.len()));
        assert!(holds(&read_soon(unit, &html, Duration::from_secs(120)), "needle"), "{unit}");
    }
}
