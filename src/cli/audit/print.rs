//! An audit in words on a terminal.

use crate::archive::audit::{Audit, Basis, Comparison, OccurrenceView, Which, verdict_elsewhere};
use crate::archive::cite::{time_words, utc_words};
use crate::cli::out::Out;
use crate::domain::ArticleId;
use crate::quote::drift::Drift;
use crate::quote::{Op, Order, Verdict};

/// Prints answers: objects, or words.
pub(super) struct Printer {
    pub(super) out: Out,
}

/// How a run of words looks.
#[derive(Debug, Clone, Copy)]
enum Paint {
    Added,
    Dropped,
    Replaced,
    Respelled,
    Grave,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Added => "32",
            Paint::Dropped => "31;9",
            Paint::Replaced => "33",
            Paint::Respelled => "36",
            Paint::Grave => "1;31",
        }
    }
}

impl Printer {
    /// The words asked for, above the answer to one of several.
    pub(super) fn heading(&self, quote: &str) {
        if !self.out.json {
            self.out.line(format!("“{}”", one_line(quote)));
        }
    }

    /// The whole answer.
    pub(super) fn answer(&self, answer: &Audit) {
        let out = self.out;
        if out.json {
            return out.object(answer);
        }
        out.line(sentence(answer));
        if let Some(first) = &answer.first.published {
            out.line("Earliest dated publication in this archive:");
            self.occurrence(answer, first);
        } else if !answer.contenders.is_empty() {
            out.line("Which came first is undetermined. Contenders:");
            answer.contenders.iter().for_each(|place| self.occurrence(answer, place));
        }
        let rest: Vec<&OccurrenceView> = answer
            .occurrences
            .iter()
            .filter(|place| {
                Some(*place) != answer.first.published.as_ref()
                    && !(answer.order == Order::Undetermined && answer.contenders.contains(place))
            })
            .collect();
        if !rest.is_empty() {
            out.line("Also:");
            rest.into_iter().for_each(|place| self.occurrence(answer, place));
        }
        if answer.total > answer.occurrences.len() {
            out.line(format!("({} more; --limit lists them)", answer.total - answer.occurrences.len()));
        }
        self.chain(answer);
        if !answer.possibly.is_empty() {
            out.line("Possibly the same statement, not counted as found:");
            answer.possibly.iter().for_each(|place| self.occurrence(answer, place));
        }
        for note in &answer.notes {
            out.line(format!("Note: {note}."));
        }
        let span = match (answer.archive.from, answer.archive.to) {
            (Some(from), Some(to)) => {
                format!(", published between {} and {}", &utc_words(from)[..10], &utc_words(to - 1)[..10])
            }
            _ => String::new(),
        };
        out.say(format!(
            "Looked through {} articles{span}; log of {} entries.",
            answer.archive.articles, answer.archive.size
        ));
    }

    fn occurrence(&self, answer: &Audit, place: &OccurrenceView) {
        let out = self.out;
        let published = place.published.as_ref().map_or_else(|| "date unknown".to_owned(), time_words);
        let outlet = place.outlet.as_deref().unwrap_or("outlet unknown");
        let number = answer.occurrences.iter().position(|other| other == place);
        let number = number.map_or_else(String::new, |index| format!("{}. ", index + 1));
        out.line(format!("  {number}{published}  {outlet}  [{} in {}]", place.kind, place.role));
        out.line(format!("    {}", place.title.as_deref().unwrap_or("(untitled)")));
        out.line(format!("    “{}”", place.text.replace("\n\n", " / ")));
        if let Some(speaker) = &place.speaker {
            let via = if place.via.is_empty() { String::new() } else { format!(", via {}", place.via.join(", ")) };
            out.line(format!("    said by {speaker}{via}"));
        }
        self.drift(&place.drift);
        for near in place.near.iter().take(3) {
            let first = match near.first {
                Some(Which::This) => ", this one first",
                Some(Which::Other) => ", that one first",
                None => "",
            };
            let who = near.url.as_deref().or(near.outlet.as_deref()).unwrap_or("outlet unknown");
            out.line(format!("    {:.0} % of its words are also in {who}{first}", near.share * 100.0));
        }
        out.line(format!(
            "    captured {}; logged as entry {}  {}",
            time_words(&place.captured),
            place.logged.index,
            place.path
        ));
        for note in &place.notes {
            out.line(format!("    {note}"));
        }
    }

    /// What changed, gravest first, then word by word.
    fn drift(&self, drift: &Drift) {
        if drift.is_none() {
            return;
        }
        for change in &drift.changes {
            let words = match (change.from.is_empty(), change.to.is_empty()) {
                (true, _) => format!("{} added: {}", change.kind, change.to),
                (_, true) => format!("{} dropped: {}", change.kind, change.from),
                _ => format!("{} changed: {} became {}", change.kind, change.from, change.to),
            };
            self.out.painted("    ", &self.paint(&words, Paint::Grave));
        }
        let mut line = String::new();
        for run in &drift.steps {
            let (from, to) = (run.from.as_deref().unwrap_or_default(), run.to.as_deref().unwrap_or_default());
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&match run.op {
                Op::Same => super::super::out::safe(to),
                Op::Respelled | Op::Inflected => self.marked(&format!("{from}→{to}"), '~', Paint::Respelled),
                Op::Replaced => {
                    format!("{} {}", self.marked(from, '-', Paint::Dropped), self.marked(to, '+', Paint::Replaced))
                }
                Op::Added => self.marked(to, '+', Paint::Added),
                Op::Dropped => self.marked(from, '-', Paint::Dropped),
            });
        }
        self.out.painted("    drift: ", &line);
    }

    /// Words in colour, or between signs where there is none.
    fn marked(&self, words: &str, sign: char, paint: Paint) -> String {
        if self.out.colours() {
            self.paint(words, paint)
        } else {
            format!("[{sign}{}{sign}]", super::super::out::safe(words))
        }
    }

    fn paint(&self, words: &str, paint: Paint) -> String {
        let words = super::super::out::safe(words);
        if self.out.colours() { format!("\u{1b}[{}m{words}\u{1b}[0m", paint.code()) } else { words }
    }

    /// How the occurrences depend on one another.
    fn chain(&self, answer: &Audit) {
        if answer.chain.is_empty() {
            return;
        }
        self.out.line("Chain (inferred):");
        let name = |id: ArticleId| {
            let index = answer.occurrences.iter().position(|place| place.article == Some(id))?;
            let outlet = answer.occurrences[index].outlet.as_deref().unwrap_or("outlet unknown");
            Some(format!("{} ({outlet})", index + 1))
        };
        let mut unlisted = 0;
        for link in &answer.chain {
            let basis = match link.basis {
                Basis::Named => "named source",
                Basis::Wording => "shared wording",
            };
            match (name(link.to), name(link.from)) {
                (Some(to), Some(from)) => self.out.line(format!("  {to} from {from}, by {basis}: {}", link.why)),
                _ => unlisted += 1,
            }
        }
        if unlisted > 0 {
            self.out.line(format!("  further links, of occurrences that --limit leaves out: {unlisted}"));
        }
    }

    /// Two occurrences side by side.
    pub(super) fn comparison(&self, answer: &Audit, comparison: &Comparison) {
        if self.out.json {
            return self.out.object(comparison);
        }
        let place = |number: usize| &answer.occurrences[number - 1];
        for number in [comparison.from, comparison.to] {
            self.occurrence(answer, place(number));
        }
        self.out.line(format!("From {} to {}:", comparison.from, comparison.to));
        if comparison.drift.is_none() {
            self.out.line("    the same words");
        }
        self.drift(&comparison.drift);
        let none = "none named";
        for difference in &comparison.differs {
            let (a, b) = (difference.first.as_deref().unwrap_or(none), difference.here.as_deref().unwrap_or(none));
            self.out.line(format!("    {}: {a} / {b}", difference.what));
        }
    }

    /// What the rows below are.
    pub(super) fn article_heading(&self, id: ArticleId, count: usize) {
        if !self.out.json && count > 0 {
            self.out
                .say(format!("{count} quotations of /a/{id}; copies and versions of it do not count as elsewhere."));
            self.out.line("  #  speaker | earliest elsewhere | verdict");
        }
    }

    /// One quotation of an article: what was said, by whom, where first elsewhere, verdict.
    pub(super) fn row(&self, number: usize, answer: &Audit) {
        let out = self.out;
        if out.json {
            return out.object(answer);
        }
        let Some(elsewhere) = &answer.elsewhere else { return };
        let when = |place: &OccurrenceView| {
            let time = place.published.as_ref().map_or_else(|| "date unknown".to_owned(), time_words);
            format!("{} {time}  {}", place.outlet.as_deref().unwrap_or("outlet unknown"), place.path)
        };
        let first = match (&elsewhere.first, elsewhere.contenders.as_slice()) {
            (Some(place), _) => when(place),
            (None, []) if answer.possibly.is_empty() => "nowhere else".to_owned(),
            (None, []) => {
                format!("not in these words; {} that may state the same: audit them alone", answer.possibly.len())
            }
            (None, [only]) => format!("{} (its date is not known)", when(only)),
            (None, several) => format!("undetermined among {}, one of them {}", several.len(), when(&several[0])),
        };
        let earlier = match elsewhere.earlier {
            Some(true) => ", earlier than here",
            Some(false) => ", later than here",
            None => "",
        };
        let copies =
            if elsewhere.copies > 0 { format!(", {} copies of this article", elsewhere.copies) } else { String::new() };
        let speaker = elsewhere.speaker.as_deref().unwrap_or("nobody named");
        out.line(format!("{number:>3}  “{}”", one_line(&answer.quote)));
        out.line(format!("     {speaker} | {first}{earlier} | {}{copies}", verdict_elsewhere(elsewhere)));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The verdict in a sentence.
fn sentence(answer: &Audit) -> String {
    let places = match answer.total {
        1 => "1 occurrence in this archive".to_owned(),
        total if answer.lines > 0 && answer.lines < total => {
            format!("{total} occurrences in this archive, of {} unrelated texts", answer.lines)
        }
        total => format!("{total} occurrences in this archive"),
    };
    match answer.verdict {
        Verdict::Found => format!("Found verbatim ({places})."),
        Verdict::FoundRespelled => format!("Found with other spelling ({places})."),
        Verdict::FoundAltered => "Not found in these words; similar words differ (see below).".to_owned(),
        Verdict::FurnitureOnly => "Only in page furniture: no article of this archive carries these words.".to_owned(),
        Verdict::Absent => "Absent: this archive does not carry these words.".to_owned(),
    }
}
