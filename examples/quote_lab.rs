//! Measures candidates, alignment and the rule for `reworded` over a corpus held in memory.
//!
//! `cargo run --release --example quote_lab -- SHARED_DATA OUT.tsv` writes a line for each (edited quotation, best text);
//! `tools/quote-curve` draws precision and recall from them.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use isnad::domain::canonicalise;
use isnad::quote::align::{Pattern, Target};
use isnad::quote::matching::find_folded;
use isnad::quote::{
    Folded, Likeness, MatchKind, Query, QueryTokens, changes, fold, index_tokens, judge, likeness_score, query_tokens,
};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// How a text was judged, its row, and its line of output.
type Best = ((Likeness, i32), u32, String);

struct Corpus {
    ids: Vec<String>,
    blocks: Vec<(u32, String)>,
    postings: Vec<(u64, u32)>,
}

fn read(path: &str, mut each: impl FnMut(serde_json::Value)) -> Fallible<()> {
    let mut decoder = zstd::stream::read::Decoder::new(std::fs::File::open(path)?)?;
    decoder.window_log_max(27)?;
    for line in std::io::BufReader::new(decoder).lines() {
        each(serde_json::from_str(&line?)?);
    }
    Ok(())
}

fn key(token: &str) -> u64 {
    token.bytes().fold(0, |key, byte| key << 8 | u64::from(byte))
}

impl Corpus {
    fn load(shared: &str) -> Fallible<Corpus> {
        let mut corpus = Corpus { ids: Vec::new(), blocks: Vec::new(), postings: Vec::new() };
        for name in ["arabic-news", "english-news"] {
            read(&format!("{shared}/{name}.jsonl.zst"), |article| {
                let number = corpus.ids.len() as u32;
                corpus.ids.push(article["id"].as_str().unwrap_or_default().to_owned());
                for part in ["title", "text"] {
                    let text = article[part].as_str().unwrap_or_default();
                    for block in text.lines().map(canonicalise).filter(|block| !block.is_empty()) {
                        corpus.blocks.push((number, block));
                    }
                }
            })?;
        }
        for (number, (_, block)) in corpus.blocks.iter().enumerate() {
            let tokens = index_tokens(block);
            corpus.postings.extend(tokens.split(' ').map(|token| (key(token), number as u32)));
        }
        corpus.postings.sort_unstable();
        Ok(corpus)
    }

    fn rows(&self, token: &str) -> &[(u64, u32)] {
        let key = key(token);
        let start = self.postings.partition_point(|entry| entry.0 < key);
        let count = self.postings[start..].partition_point(|entry| entry.0 == key);
        &self.postings[start..start + count]
    }

    /// The fifty best blocks by grams, then by pairs of rare words.
    fn candidates(&self, asked: &QueryTokens) -> (Vec<u32>, Vec<u32>) {
        let mut by_gram: HashMap<u32, f64> = HashMap::new();
        for gram in asked.grams.iter().collect::<HashSet<_>>() {
            let rows = self.rows(gram);
            let weight = (self.blocks.len() as f64 / (rows.len() as f64 + 0.5)).ln();
            for row in rows.iter().take(2000) {
                *by_gram.entry(row.1).or_default() += weight;
            }
        }
        let mut words: Vec<(&[(u64, u32)], f64)> = asked
            .words
            .iter()
            .collect::<HashSet<_>>()
            .into_iter()
            .map(|word| self.rows(word))
            .filter(|rows| !rows.is_empty())
            .map(|rows| (rows, (self.blocks.len() as f64 / (rows.len() as f64 + 0.5)).ln()))
            .collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        words.truncate(8);
        let mut by_word: HashMap<u32, (f64, u32)> = HashMap::new();
        for (rows, weight) in words {
            for row in rows.iter().take(20_000) {
                let entry = by_word.entry(row.1).or_default();
                entry.0 += weight;
                entry.1 += 1;
            }
        }
        let by_word = by_word.into_iter().filter(|(_, (_, count))| *count >= 2).map(|(row, (weight, _))| (row, weight));
        (best(by_gram.into_iter().collect()), best(by_word.collect()))
    }
}

fn best(mut rows: Vec<(u32, f64)>) -> Vec<u32> {
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rows.truncate(50);
    rows.into_iter().map(|(row, _)| row).collect()
}

/// xorshift64*: the same edits every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % bound.max(1)
    }
}

/// Replaces, drops or inserts words until `share` of a hundred were touched.
fn edit(words: &[&str], share: usize, vocabulary: &[String], dice: &mut Dice) -> Vec<String> {
    let mut places: Vec<usize> = (0..words.len()).collect();
    for at in (1..places.len()).rev() {
        places.swap(at, dice.below(at + 1));
    }
    let touched: HashSet<usize> = places.into_iter().take((words.len() * share + 50) / 100).collect();
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !touched.contains(&at) {
            out.push((*word).to_owned());
            continue;
        }
        match dice.below(3) {
            0 => out.push(vocabulary[dice.below(vocabulary.len())].clone()),
            1 => {}
            _ => {
                out.push(vocabulary[dice.below(vocabulary.len())].clone());
                out.push((*word).to_owned());
            }
        }
    }
    out
}

/// Whether the words stand there exact or respelled; such a place counts as found without any rule.
fn verbatim(query: &Query, text: &str, folded: &Folded) -> bool {
    find_folded(query, text, folded).iter().any(|hit| hit.kind != MatchKind::Reworded)
}

/// Puts a quotation into the middle of another block of some thirty words.
fn embed(words: &[&str], corpus: &Corpus, dice: &mut Dice) -> Vec<String> {
    loop {
        let around: Vec<&str> = corpus.blocks[dice.below(corpus.blocks.len())].1.split(' ').take(30).collect();
        if around.len() >= 16 {
            let (before, after) = around.split_at(around.len() / 2);
            return before.iter().chain(words).chain(after).map(|word| (*word).to_owned()).collect();
        }
    }
}

fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    let (shared, out) = (args.next().ok_or("name the data folder")?, args.next().ok_or("name the output")?);
    let every: usize = args.next().map_or(Ok(1), |every| every.parse())?;
    let corpus = Corpus::load(&shared)?;
    let number: HashMap<&str, u32> = corpus.ids.iter().enumerate().map(|(at, id)| (id.as_str(), at as u32)).collect();
    let mut dice = Dice(88_172_645_463_325_252);
    let mut vocabulary = Vec::new();
    while vocabulary.len() < 50_000 {
        let block = &corpus.blocks[dice.below(corpus.blocks.len())].1;
        let words: Vec<&str> = block.split(' ').collect();
        vocabulary.push(words[dice.below(words.len())].to_owned());
    }
    let mut near: HashMap<u32, HashSet<u32>> = HashMap::new();
    read(&format!("{shared}/reuse/near-dups.jsonl.zst"), |pair| {
        let of = |key: &str| pair[key].as_str().or(pair[key]["id"].as_str()).and_then(|id| number.get(id)).copied();
        if let (Some(a), Some(b)) = (of("a"), of("b")) {
            near.entry(a).or_default().insert(b);
            near.entry(b).or_default().insert(a);
        }
    })?;
    let mut quotes: Vec<(String, HashSet<u32>)> = Vec::new();
    read(&format!("{shared}/reuse/quotes.jsonl.zst"), |quote| {
        let places = quote["occurrences"].as_array().into_iter().flatten();
        let places = places.filter_map(|place| number.get(place["id"].as_str()?).copied()).collect();
        quotes.push((quote["quote"].as_str().unwrap_or_default().to_owned(), places));
    })?;
    let quoted = quotes.len();
    own_quotations(&corpus, &mut quotes, &mut dice);
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    writeln!(
        file,
        "quote\tset\tedit\tkind\tin_grams\tin_words\twords\ttotal\tmass\tscore\tchains\tmatched\tlongest\tspan\tjudged\tlikeness\tchanges\ttext\tquery"
    )?;
    let (mut parts, mut length, mut aligned) = ([Duration::ZERO; 3], 0, 0u32);
    for (index, (quote, places)) in quotes.iter().enumerate() {
        let words: Vec<&str> = quote.split_whitespace().collect();
        if words.len() < 8 || index % every != 0 {
            continue;
        }
        let set = if index < quoted { "reuse" } else { "own" };
        // Articles that carry the quotation, and near copies of them, are no negatives.
        let mut same = places.clone();
        for place in places {
            same.extend(near.get(place).into_iter().flatten());
        }
        let half = words.len() / 2;
        for share in [0, 10, 25, 40, 60, 70, 80, 90] {
            let edited = match share {
                60 => words[half..].iter().chain(&words[..half]).map(|word| (*word).to_owned()).collect(),
                70 => embed(&words, &corpus, &mut dice),
                80 => words
                    .iter()
                    .copied()
                    .chain(quotes[(index + 1) % quotes.len()].0.split(' '))
                    .map(str::to_owned)
                    .collect(),
                90 => words[..words.len() * 6 / 10].iter().copied().chain(["…"]).map(str::to_owned).collect(),
                _ => edit(&words, share, &vocabulary, &mut dice),
            };
            let query = edited.join(" ");
            let folded = fold(&query);
            let sought = Query::new(&query);
            let asked = query_tokens(&query);
            let (by_gram, by_word) = corpus.candidates(&asked);
            let found = |rows: &[u32]| rows.iter().any(|&row| places.contains(&corpus.blocks[row as usize].0));
            let (in_grams, in_words) = (found(&by_gram), found(&by_word));
            let pattern = Pattern::new(&folded, &query);
            let mut best: [Option<Best>; 2] = [None, None];
            let rows: HashSet<u32> = by_gram.iter().chain(&by_word).copied().collect();
            aligned += rows.len() as u32;
            for row in rows {
                let (article, text) = &corpus.blocks[row as usize];
                let begin = Instant::now();
                let there = fold(text);
                parts[0] += begin.elapsed();
                let begin = Instant::now();
                let target = Target::new(&there, text);
                parts[1] += begin.elapsed();
                let begin = Instant::now();
                let alignment = pattern.align(&target);
                parts[2] += begin.elapsed();
                length += there.len();
                let kind = if places.contains(article) {
                    0
                } else if same.contains(article) {
                    continue;
                } else {
                    1
                };
                let mut judged = judge(&pattern, &alignment);
                if sought.as_ref().is_ok_and(|sought| verbatim(sought, text, &there)) {
                    judged = Likeness::Reworded;
                }
                if best[kind].as_ref().is_none_or(|best| best.0 < (judged, alignment.score)) {
                    let noted: Vec<String> = changes((&folded, &query), (&there, text), &alignment)
                        .iter()
                        .map(ToString::to_string)
                        .collect();
                    let matched: usize = alignment.chains.iter().map(|chain| chain.pairs.len()).sum();
                    let longest = alignment.chains.iter().map(longest_run).max().unwrap_or(0);
                    let passage = alignment.passage().unwrap_or(0..0);
                    let words = if passage.is_empty() {
                        ""
                    } else {
                        &text[there.span(passage.start).start..there.span(passage.end - 1).end]
                    };
                    let line = format!(
                        "{}\t{}\t{}\t{}\t{matched}\t{longest}\t{}\t{judged:?}\t{:.3}\t{}\t{words}",
                        alignment.total,
                        alignment.mass,
                        alignment.score,
                        alignment.chains.len(),
                        passage.len(),
                        likeness_score(&pattern, &alignment),
                        noted.join("; "),
                    );
                    best[kind] = Some(((judged, alignment.score), row, line));
                }
            }
            for (kind, name) in ["source", "other"].iter().enumerate() {
                let line = best[kind].as_ref().map_or("0\t0\t0\t0\t0\t0\t0\tUnlike\t0\t\t", |best| &best.2);
                let flags = (u8::from(in_grams), u8::from(in_words));
                writeln!(
                    file,
                    "{index}\t{set}\t{share}\t{name}\t{}\t{}\t{}\t{line}\t{query}",
                    flags.0,
                    flags.1,
                    folded.len()
                )?;
            }
        }
    }
    let each = |part: Duration| part.as_secs_f64() * 1e6 / f64::from(aligned.max(1));
    writeln!(
        file,
        "# {aligned} texts of {} words: fold {:.2}, target {:.2}, align {:.2} µs each",
        length / aligned.max(1) as usize,
        each(parts[0]),
        each(parts[1]),
        each(parts[2])
    )?;
    file.flush()?;
    Ok(())
}

fn longest_run(chain: &isnad::quote::align::Chain) -> usize {
    let mut longest = 1;
    let mut run = 1;
    for two in chain.pairs.windows(2) {
        let next = two[0].0.end == two[1].0.start && two[0].1.end == two[1].1.start;
        run = if next { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Quotations of single articles that stand nowhere else: their best other texts are true negatives.
fn own_quotations(corpus: &Corpus, quotes: &mut Vec<(String, HashSet<u32>)>, dice: &mut Dice) {
    let mut added = 0;
    while added < 1500 {
        let (article, block) = &corpus.blocks[dice.below(corpus.blocks.len())];
        let parts: Vec<&str> = block.split(['"', '“', '”', '«', '»']).collect();
        let Some(quote) = parts.iter().skip(1).step_by(2).find(|part| (8..60).contains(&part.split(' ').count()))
        else {
            continue;
        };
        let asked = query_tokens(quote);
        // Every article that shares half of the grams carries it.
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for gram in &asked.grams {
            let articles: HashSet<u32> = corpus.rows(gram).iter().map(|row| corpus.blocks[row.1 as usize].0).collect();
            articles.into_iter().for_each(|article| *shared.entry(article).or_default() += 1);
        }
        let mut places: HashSet<u32> = shared
            .into_iter()
            .filter(|(_, count)| count * 2 >= asked.grams.len())
            .map(|(article, _)| article)
            .collect();
        places.insert(*article);
        quotes.push(((*quote).to_owned(), places));
        added += 1;
    }
}
