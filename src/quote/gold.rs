//! The pairs of statements in the seeds that were labelled by hand: which are one statement, which only resemble it.

use super::*;

/// Reads the pairs: (name, relation, texts). Empty, with a note, where the shared data is missing.
fn pairs() -> Vec<(String, String, Vec<String>)> {
    let shared = std::env::var("ISNAD_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let Ok(gold) = std::fs::read_to_string(format!("{shared}/data/seeds/gold.json")) else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: no seeds in {shared}");
        }
        return Vec::new();
    };
    let gold: serde_json::Value = serde_json::from_str(&gold).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let members = |pair: &serde_json::Value| {
        pair["members"].as_array().into_iter().flatten().map(|member| text(&member["span"]["text"])).collect()
    };
    let pairs = gold["cross_pairs"].as_array().into_iter().flatten();
    pairs.map(|pair| (text(&pair["id"]), text(&pair["relation"]), members(pair))).collect()
}

fn likeness(query: &str, text: &str) -> (Likeness, Alignment) {
    let folded = fold(query);
    let pattern = Pattern::new(&folded, query);
    let alignment = pattern.align(&Target::new(&fold(text), text));
    (judge(&pattern, &alignment), alignment)
}

#[test]
fn restatements_and_neighbours_are_not_the_same_statement() {
    for (id, relation, texts) in pairs() {
        if id == "I1" || id == "I2" {
            let (judged, _) = likeness(&texts[0], &texts[1]);
            assert_eq!(judged, Likeness::Reworded, "{id} {relation}");
            continue;
        }
        for one in &texts {
            for other in texts.iter().filter(|other| *other != one) {
                let (judged, alignment) = likeness(one, other);
                // Seen from its shorter side, P1 keeps seven of nine words: that is the same statement.
                let shorter = id == "P1" && one.len() < other.len();
                assert!(judged < Likeness::Part || shorter, "{id} {relation}: {alignment:?}");
            }
        }
    }
}

#[test]
fn retranslations_share_a_name_and_some_weight() {
    for (id, _, texts) in pairs().iter().filter(|(id, ..)| id == "P1" || id == "P2") {
        let (one, other) = (&texts[0], &texts[1]);
        let (_, alignment) = likeness(one, other);
        let shared = reworded::shared_names((&fold(one), one), (&fold(other), other));
        assert!(
            reworded::may_be_retranslation(true, Some(0), shared.len(), alignment.mass),
            "{id}: {shared:?} {alignment:?}"
        );
    }
}
