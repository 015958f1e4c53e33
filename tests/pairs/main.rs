//! Holds the rule for `reworded` and what it flags to pairs of statements labelled by reading, and to edits of real
//! quotations.
//!
//! `cargo test --release --test pairs -- --nocapture` prints the tables; `PAIRS=wrong` adds the pairs judged otherwise
//! than labelled. `README.md` says how pairs were chosen and labelled.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod edits;
mod flags;

use std::collections::BTreeMap;

use corpus::{Half, Label, Pair};
use isnad::quote::align::{Pattern, Target};
use isnad::quote::{Likeness, MatchKind, Query, changes, find, fold, judge, likeness_score};

/// How one pair was judged.
struct Judged<'p> {
    pair: &'p Pair,
    verbatim: bool,
    likeness: Likeness,
    score: f64,
    mass: i32,
    net: i32,
    notes: Vec<String>,
}

fn judged(pair: &Pair) -> Judged<'_> {
    let query = Query::new(&pair.asked).unwrap();
    let folded = fold(&pair.there);
    let pattern = Pattern::new(query.folded(), query.canonical());
    let alignment = pattern.align(&Target::new(&folded, &pair.there));
    let changes = changes((query.folded(), query.canonical()), (&folded, &pair.there), &alignment);
    let mut likeness = judge(&pattern, &alignment);
    // What was aligned must be the statement that was labelled, not its neighbour in the block.
    let there = alignment.passage().filter(|words| !words.is_empty());
    let span = there.map(|words| folded.span(words.start).start..folded.span(words.end - 1).end);
    if span.is_none_or(|span| span.end <= pair.span.start || pair.span.end <= span.start) {
        likeness = Likeness::Unlike;
    }
    Judged {
        pair,
        verbatim: find(&query, &pair.there).iter().any(|hit| hit.kind != MatchKind::Reworded),
        likeness,
        score: likeness_score(&pattern, &alignment),
        mass: alignment.mass,
        net: alignment.score,
        notes: changes.iter().map(ToString::to_string).collect(),
    }
}

/// Counts over some pairs; `found` is what the audit lists among occurrences.
#[derive(Default)]
struct Table {
    counts: BTreeMap<(Label, &'static str), usize>,
}

impl Table {
    fn of<'j>(rows: impl Iterator<Item = &'j Judged<'j>>) -> Table {
        let mut table = Table::default();
        for row in rows {
            let column = match row.likeness {
                _ if row.verbatim => "verbatim",
                Likeness::Reworded => "reworded",
                Likeness::Part => "part",
                Likeness::Possibly => "possibly",
                Likeness::Unlike => "unlike",
            };
            *table.counts.entry((row.pair.label, column)).or_default() += 1;
        }
        table
    }

    fn count(&self, labels: &[Label], columns: &[&str]) -> usize {
        let of = |(key, count): (&(Label, &str), &usize)| {
            (labels.contains(&key.0) && columns.contains(&key.1)).then_some(*count)
        };
        self.counts.iter().filter_map(of).sum()
    }

    /// The share of what is called so that is the same statement, altered ones counted as such; and the same where
    /// carrying a part of it is right too.
    fn precision(&self, columns: &[&str]) -> (f64, f64) {
        let all = self.count(&ALL, columns);
        let share = |labels: &[Label]| self.count(labels, columns) as f64 / all.max(1) as f64;
        (share(&ALL[..2]), share(&ALL[..3]))
    }

    fn recall(&self, columns: &[&str]) -> f64 {
        self.count(&ALL[..2], columns) as f64 / self.count(&ALL[..2], &COLUMNS).max(1) as f64
    }
}

const ALL: [Label; 4] = [Label::Same, Label::Altered, Label::Part, Label::Different];
const COLUMNS: [&str; 5] = ["verbatim", "reworded", "part", "possibly", "unlike"];

#[test]
#[expect(clippy::print_stdout, reason = "the table is what the test is for")]
fn what_is_called_reworded_is_the_same_statement() {
    let Some(data) = corpus::shared() else { return };
    let pairs = corpus::pairs(&data);
    let rows: Vec<Judged<'_>> = pairs.iter().map(judged).collect();
    for (name, half) in [("tune", Some(Half::Tune)), ("held", Some(Half::Held)), ("all", None)] {
        let of_half = |row: &&Judged<'_>| half.is_none_or(|half| row.pair.half == half);
        let table = Table::of(rows.iter().filter(of_half));
        println!("\n{name:12}{}", COLUMNS.map(|column| format!("{column:>10}")).concat());
        for label in ALL {
            let counts = COLUMNS.map(|column| format!("{:>10}", table.count(&[label], &[column])));
            println!("{:12}{}", format!("{label:?}").to_lowercase(), counts.concat());
        }
        for (called, columns) in [
            ("reworded", &COLUMNS[1..2]),
            ("reworded or part", &COLUMNS[1..3]),
            ("listed", &COLUMNS[..3]),
            ("listed or possibly", &COLUMNS[..4]),
        ] {
            let (same, partly) = table.precision(columns);
            println!(
                "{called:20} precision {same:.3} ({partly:.3} where a part counts), recall of same and altered {:.3}",
                table.recall(columns)
            );
        }
        let listed = |row: &&Judged<'_>| row.verbatim || row.likeness >= Likeness::Part;
        let flagged = |label: Label| {
            let of_label = rows.iter().filter(of_half).filter(|row| row.pair.label == label).filter(listed);
            let (all, flagged) =
                of_label.fold((0, 0), |(all, flagged), row| (all + 1, flagged + usize::from(!row.notes.is_empty())));
            format!("{flagged} of {all}")
        };
        println!("listed and flagged: same {}, altered {}", flagged(Label::Same), flagged(Label::Altered));
    }
    if std::env::var("PAIRS").is_ok_and(|value| value == "wrong") {
        print_wrong(&rows);
    }
    let table = Table::of(rows.iter());
    assert!(table.precision(&COLUMNS[1..2]).0 >= PRECISION, "precision of reworded");
    assert!(table.recall(&COLUMNS[..3]) >= RECALL, "recall of same statements");
}

/// What the rule must reach over all pairs.
const PRECISION: f64 = 0.95;
const RECALL: f64 = 0.45;

#[expect(clippy::print_stdout, reason = "asked for by PAIRS=wrong")]
fn print_wrong(rows: &[Judged<'_>]) {
    for row in rows {
        let called = row.verbatim || row.likeness >= Likeness::Part;
        let same = matches!(row.pair.label, Label::Same | Label::Altered);
        let flag_wrong = called && (row.pair.label == Label::Same) != row.notes.is_empty();
        if called != same || flag_wrong || row.pair.half == Half::Tune && row.likeness == Likeness::Possibly {
            println!(
                "\n{:?} {:?} judged {:?} verbatim {} likeness {:.3} mass {:.1} net {:.1} [{}]: {}\n  {}\n  {}",
                row.pair.half,
                row.pair.label,
                row.likeness,
                row.verbatim,
                row.score,
                f64::from(row.mass) / 1e3,
                f64::from(row.net) / 1e3,
                row.notes.join("; "),
                row.pair.why,
                row.pair.asked.replace('\n', " "),
                row.pair.there.get(row.pair.span.clone()).unwrap_or_default().replace('\n', " "),
            );
        }
    }
}
