//! What the places found amount to, and which of them came first, by four clocks.
//!
//! A precedes B iff A ends no later than B begins; first is what nothing precedes (DESIGN.md sections 3 and 11). Where
//! several are unpreceded the order is undetermined and they stand as contenders: a guess would be worse. Places without
//! a known publication are counted and named apart (`docs/decisions/undated-occurrences.md`).

use super::matching::MatchKind;
use crate::domain::{ArticleId, Basis, Role, Time};

/// What is known about one place that carries the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The article it stands in; `None` for furniture.
    pub article: Option<ArticleId>,
    /// The page it was captured from (`domain::page_of` its URL), when one is known: versions of one page do not compete.
    pub page: Option<String>,
    /// Who published it, when known: one text on the pages of two outlets is two publications.
    pub outlet: Option<String>,
    /// The role of the block it stands in.
    pub role: Role,
    /// How it carries the words.
    pub kind: MatchKind,
    /// Whether it says something else: a number, name or negation differs. It is listed, and never first.
    pub differs: bool,
    /// The page's claim of when it was published.
    pub published: Option<Time>,
    /// The collector's claim of when it was captured; of several captures the earliest.
    pub captured: Time,
    /// Index in the log of the earliest record that shows it.
    pub logged: u64,
    /// By when a third party vouches that it existed.
    pub stamped: Option<Time>,
}

impl Occurrence {
    fn in_article(&self) -> bool {
        self.role != Role::Furniture
    }

    /// The page's claim of its publication, unless it had been captured before that: then the claim is wrong.
    pub fn claimed(&self) -> Option<&Time> {
        self.published.as_ref().filter(|published| self.in_article() && !self.captured.precedes(published))
    }

    /// The capture as an interval: where only its ingestion is known, any time before that.
    fn capture(&self) -> Interval {
        let from = self.captured.from.filter(|_| self.captured.basis != Basis::Ingest);
        Interval::new(from, self.captured.to)
    }

    /// Publication as an interval, where something bounds it from below; furniture has none.
    fn dated(&self) -> Option<Interval> {
        let published = self.claimed()?;
        published.from?;
        let to = published.to.or(self.captured.to);
        Some(Interval::new(published.from, to))
    }

    /// Publication as far as it is bounded at all: (−∞, captured] where nothing is known.
    fn bounds(&self) -> Interval {
        self.dated().unwrap_or_else(|| {
            let claimed = self.claimed().and_then(|time| time.to);
            Interval::new(None, claimed.or(self.captured.to))
        })
    }
}

/// Whether the first publication is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// One dated occurrence that nothing known precedes, or several of one article.
    Determined,
    /// Several that nothing precedes, or none with a known publication.
    Undetermined,
}

/// Occurrences in order, as indices into the list that was ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// All of them, by (to, from, log index, article).
    pub list: Vec<usize>,
    /// Whether the first publication is known.
    pub order: Order,
    /// First by publication, where `order` is determined; never furniture, never undated.
    pub published: Option<usize>,
    /// First by capture, where one capture ends before the others begin.
    pub captured: Option<usize>,
    /// First in the log.
    pub logged: Option<usize>,
    /// First by stamps of third parties, where one precedes the others.
    pub stamped: Option<usize>,
    /// Where `order` is undetermined: what nothing precedes, in list order.
    pub contenders: Vec<usize>,
    /// Occurrences in articles whose publication nothing bounds from below, in list order: they may be earlier.
    pub undated: Vec<usize>,
}

/// A half-open interval of seconds that is never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    from: i64,
    to: i64,
}

impl Interval {
    fn new(from: Option<i64>, to: Option<i64>) -> Interval {
        let from = from.unwrap_or(i64::MIN);
        Interval { from, to: to.unwrap_or(i64::MAX).max(from.saturating_add(1)) }
    }

    fn of(time: &Time) -> Interval {
        Interval::new(time.from, time.to)
    }
}

/// Puts occurrences in order and says which came first by each clock.
pub fn rank(occurrences: &[Occurrence]) -> Ranking {
    let mut list: Vec<usize> = (0..occurrences.len()).collect();
    list.sort_by_key(|&index| {
        let place = &occurrences[index];
        let bounds = if place.in_article() { place.bounds() } else { Interval::of(&place.captured) };
        (bounds.to, bounds.from, place.logged, place.article, index)
    });
    let competing: Vec<usize> = list.iter().copied().filter(|&index| !occurrences[index].differs).collect();
    let in_articles: Vec<usize> = competing.iter().copied().filter(|&i| occurrences[i].in_article()).collect();

    let unpreceded = unpreceded(in_articles.iter().map(|&index| (index, occurrences[index].bounds())));
    let (dated, early): (Vec<usize>, Vec<usize>) =
        unpreceded.into_iter().partition(|&index| occurrences[index].dated().is_some());
    let published = only_article(occurrences, &dated);
    Ranking {
        order: if published.is_some() { Order::Determined } else { Order::Undetermined },
        published,
        captured: first_by(occurrences, &competing, |place| Some(place.capture())),
        logged: competing.iter().copied().min_by_key(|&index| occurrences[index].logged),
        stamped: first_by(occurrences, &competing, |place| place.stamped.as_ref().map(Interval::of)),
        contenders: match published {
            Some(_) => Vec::new(),
            None if dated.is_empty() => early,
            None => dated,
        },
        undated: in_articles.into_iter().filter(|&index| occurrences[index].dated().is_none()).collect(),
        list,
    }
}

/// Those whose interval begins before any other ends, in the order given.
fn unpreceded(places: impl Iterator<Item = (usize, Interval)> + Clone) -> Vec<usize> {
    let Some(earliest_end) = places.clone().map(|(_, interval)| interval.to).min() else { return Vec::new() };
    places.filter(|(_, interval)| interval.from < earliest_end).map(|(index, _)| index).collect()
}

/// The one captured first, if all of them are one outlet's addresses of one article, or versions of one page: those do
/// not compete. Of one text on the pages of two outlets either may have been first.
fn only_article(occurrences: &[Occurrence], list: &[usize]) -> Option<usize> {
    let Occurrence { article, page, outlet, .. } = &occurrences[*list.first()?];
    let all = |same: &dyn Fn(&Occurrence) -> bool| list.iter().all(|&index| same(&occurrences[index]));
    let same_article = article.is_some() && all(&|place| place.article == *article && place.outlet == *outlet);
    let same_page = page.is_some() && all(&|place| place.page == *page);
    let earliest = list.iter().copied().min_by_key(|&index| {
        let captured = &occurrences[index].captured;
        (captured.to.unwrap_or(i64::MAX), captured.from)
    });
    earliest.filter(|_| list.len() == 1 || same_article || same_page)
}

fn first_by(
    occurrences: &[Occurrence],
    competing: &[usize],
    clock: impl Fn(&Occurrence) -> Option<Interval>,
) -> Option<usize> {
    let timed: Vec<(usize, Interval)> =
        competing.iter().filter_map(|&index| Some((index, clock(&occurrences[index])?))).collect();
    only_article(occurrences, &unpreceded(timed.into_iter()))
}

/// What the places found amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Verbatim in an article.
    Found,
    /// The same words in an article, spelled otherwise.
    FoundRespelled,
    /// In articles only with other words, numbers or names.
    FoundAltered,
    /// Only in what surrounds articles.
    FurnitureOnly,
    /// Nowhere.
    Absent,
}

impl Verdict {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Found => "found",
            Verdict::FoundRespelled => "found-respelled",
            Verdict::FoundAltered => "found-altered",
            Verdict::FurnitureOnly => "furniture-only",
            Verdict::Absent => "absent",
        }
    }

    /// Whether the words are there: exit status 0.
    pub fn holds(self) -> bool {
        matches!(self, Verdict::Found | Verdict::FoundRespelled)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Judges by the best place in an article; bylines and captions count as the article's.
pub fn verdict(occurrences: &[Occurrence]) -> Verdict {
    let best = occurrences.iter().filter(|place| place.in_article()).map(Occurrence::effective_kind).min();
    match best {
        Some(MatchKind::Exact) => Verdict::Found,
        Some(MatchKind::Respelled) => Verdict::FoundRespelled,
        Some(MatchKind::Reworded) => Verdict::FoundAltered,
        None if occurrences.is_empty() => Verdict::Absent,
        None => Verdict::FurnitureOnly,
    }
}

impl Occurrence {
    /// What differs in number, name or negation is at most reworded.
    fn effective_kind(&self) -> MatchKind {
        if self.differs { MatchKind::Reworded } else { self.kind }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(from: Option<i64>, to: Option<i64>) -> Time {
        Time::between(from, to, Basis::Declared)
    }

    /// An exact body occurrence, captured long after.
    fn place(article: u8, published: Option<(i64, i64)>) -> Occurrence {
        Occurrence {
            article: Some(ArticleId::of(&[article])),
            page: None,
            outlet: None,
            role: Role::Body,
            kind: MatchKind::Exact,
            differs: false,
            published: published.map(|(from, to)| at(Some(from), Some(to))),
            captured: at(Some(1_000 + i64::from(article)), Some(1_001 + i64::from(article))),
            logged: u64::from(article),
            stamped: None,
        }
    }

    fn furniture(captured: i64) -> Occurrence {
        let captured = at(Some(captured), Some(captured + 1));
        Occurrence { article: None, role: Role::Furniture, captured, ..place(9, None) }
    }

    #[test]
    fn one_that_nothing_precedes_is_first() {
        let ranking = rank(&[place(0, Some((50, 60))), place(1, Some((10, 20))), place(2, Some((20, 90)))]);
        assert_eq!((ranking.order, ranking.published, ranking.list), (Order::Determined, Some(1), vec![1, 0, 2]));
        assert_eq!((ranking.captured, ranking.logged, ranking.stamped), (Some(0), Some(0), None));
        assert!(ranking.contenders.is_empty() && ranking.undated.is_empty());
    }

    #[test]
    fn overlapping_ones_contend() {
        let ranking = rank(&[place(0, Some((10, 30))), place(1, Some((20, 25))), place(2, Some((26, 40)))]);
        assert_eq!((ranking.order, ranking.published), (Order::Undetermined, None));
        assert_eq!(ranking.contenders, [1, 0], "the third begins after the second ended");
    }

    #[test]
    fn an_undated_one_is_named_and_never_first() {
        let ranking = rank(&[place(0, None), place(1, Some((10, 20)))]);
        assert_eq!((ranking.order, ranking.published), (Order::Determined, Some(1)));
        assert_eq!((ranking.undated, ranking.list), (vec![0], vec![1, 0]));
        let alone = rank(&[place(0, None)]);
        assert_eq!((alone.order, alone.published), (Order::Undetermined, None));
        assert_eq!((alone.contenders, alone.undated), (vec![0], vec![0]));
    }

    #[test]
    fn an_undated_one_captured_before_the_others_were_published_takes_the_first_place_from_them() {
        let late = Occurrence { captured: at(Some(9_000), Some(9_001)), ..place(1, Some((5_000, 5_001))) };
        let ranking = rank(&[place(0, None), late]);
        assert_eq!((ranking.order, ranking.published), (Order::Undetermined, None));
        assert_eq!((ranking.contenders, ranking.undated), (vec![0], vec![0]));
    }

    #[test]
    fn copies_of_one_article_do_not_contend() {
        let copy = Occurrence { logged: 7, ..place(0, Some((11, 12))) };
        let ranking = rank(&[copy, place(0, Some((11, 12)))]);
        assert_eq!((ranking.order, ranking.published), (Order::Determined, Some(1)));
    }

    #[test]
    fn one_text_of_two_outlets_contends() {
        let of = |outlet: &str| Occurrence { outlet: Some(outlet.to_owned()), ..place(0, Some((11, 12))) };
        let ranking = rank(&[of("a.example"), of("b.example")]);
        assert_eq!((ranking.order, ranking.published, ranking.contenders), (Order::Undetermined, None, vec![0, 1]));
        let later = Occurrence { published: Some(at(Some(12), Some(13))), ..of("b.example") };
        assert_eq!(rank(&[later, of("a.example")]).published, Some(1));
    }

    #[test]
    fn a_publication_after_the_capture_is_no_date() {
        // Captured at 1000, so the claim of 7000 is wrong, and the other, of 5000, is not the first.
        let wrong = place(0, Some((7_000, 7_001)));
        let ranking = rank(&[wrong.clone(), place(1, Some((1_000, 1_001)))]);
        assert_eq!((ranking.published, &ranking.undated), (Some(1), &vec![0]), "{ranking:?}");
        let late = Occurrence { captured: at(Some(9_000), Some(9_001)), ..place(1, Some((5_000, 5_001))) };
        let ranking = rank(&[wrong, late]);
        assert_eq!((ranking.order, ranking.published, ranking.contenders), (Order::Undetermined, None, vec![0]));
    }

    #[test]
    fn of_versions_of_one_page_the_one_captured_first_speaks() {
        let on_page = |article, captured| Occurrence {
            page: Some("u".to_owned()),
            captured: at(Some(captured), Some(captured + 1)),
            ..place(article, Some((10, 11)))
        };
        assert_eq!(rank(&[on_page(0, 900), on_page(1, 800)]).published, Some(1));
    }

    #[test]
    fn an_ingestion_is_no_capture_after_others() {
        let ingested = |from| Occurrence { captured: Time::at_second(from, Basis::Ingest), ..place(0, Some((10, 11))) };
        assert_eq!(rank(&[ingested(5_000), place(1, Some((10, 11)))]).captured, None);
        assert_eq!(rank(&[ingested(500), place(1, Some((10, 11)))]).captured, Some(0), "it was there before that");
    }

    #[test]
    fn versions_of_one_page_do_not_contend() {
        let on_page = |article, published| Occurrence { page: Some("u".to_owned()), ..place(article, published) };
        let (early, late) = (on_page(0, Some((10, 11))), on_page(1, Some((10, 11))));
        let ranking = rank(&[late.clone(), early.clone()]);
        assert_eq!(
            (ranking.order, ranking.published),
            (Order::Determined, Some(1)),
            "the one captured first speaks for it"
        );
        let other = place(2, Some((10, 11)));
        assert_eq!(rank(&[late, early, other]).contenders.len(), 3);
    }

    #[test]
    fn furniture_is_dated_by_capture_and_never_published() {
        let ranking = rank(&[furniture(5), place(1, Some((10, 20)))]);
        assert_eq!((ranking.published, ranking.captured, ranking.list), (Some(1), Some(0), vec![0, 1]));
        assert!(ranking.undated.is_empty());
        let only = rank(&[furniture(5)]);
        assert_eq!((only.published, only.order, only.captured), (None, Order::Undetermined, Some(0)));
        assert!(only.contenders.is_empty());
    }

    #[test]
    fn what_says_something_else_is_listed_and_never_first() {
        let other = Occurrence { differs: true, ..place(0, Some((1, 2))) };
        let ranking = rank(&[other.clone(), place(1, Some((10, 20)))]);
        assert_eq!((ranking.published, ranking.list), (Some(1), vec![0, 1]));
        assert_eq!(verdict(&[other]), Verdict::FoundAltered);
    }

    #[test]
    fn an_open_end_closes_at_the_capture() {
        let open = Occurrence { published: Some(at(Some(10), None)), ..place(0, None) };
        let ranking = rank(&[open, place(1, Some((5_000, 5_001)))]);
        assert_eq!(ranking.published, Some(0));
    }

    #[test]
    fn the_verdict_is_that_of_the_best_place_in_an_article() {
        let kind = |kind| Occurrence { kind, ..place(0, None) };
        use MatchKind::{Exact, Respelled, Reworded};
        assert_eq!(verdict(&[]), Verdict::Absent);
        assert_eq!(verdict(&[furniture(1)]), Verdict::FurnitureOnly);
        assert_eq!(verdict(&[furniture(1), kind(Reworded)]), Verdict::FoundAltered);
        assert_eq!(verdict(&[kind(Reworded), kind(Respelled)]), Verdict::FoundRespelled);
        assert_eq!(verdict(&[kind(Respelled), kind(Exact)]), Verdict::Found);
        let caption = Occurrence { role: Role::Caption, ..kind(Exact) };
        assert_eq!(verdict(&[caption]), Verdict::Found);
        assert!(Verdict::FoundRespelled.holds() && !Verdict::FoundAltered.holds());
    }

    fn any_place() -> impl Strategy<Value = Occurrence> {
        let time = || (prop::option::of(-50i64..50), prop::option::of(-50i64..50));
        let role = prop::sample::select(Role::ALL.to_vec());
        (0u8..6, prop::option::of(time()), time(), role, any::<bool>(), 0u64..9).prop_map(
            |(article, published, captured, role, differs, logged)| Occurrence {
                article: (role != Role::Furniture).then(|| ArticleId::of(&[article])),
                page: None,
                outlet: None,
                role,
                differs,
                published: published.map(|(from, to)| at(from, to)),
                captured: at(captured.0, captured.1),
                logged,
                ..place(article, None)
            },
        )
    }

    proptest! {
        #[test]
        fn nothing_known_precedes_the_first(places in prop::collection::vec(any_place(), 0..12)) {
            let ranking = rank(&places);
            prop_assert_eq!(ranking.list.len(), places.len());
            prop_assert_eq!(ranking.published.is_some(), ranking.order == Order::Determined);
            if let Some(first) = ranking.published {
                prop_assert!(places[first].in_article() && places[first].dated().is_some() && !places[first].differs);
                prop_assert!(ranking.contenders.is_empty());
                let begin = places[first].bounds().from;
                for place in places.iter().filter(|place| place.in_article() && !place.differs) {
                    prop_assert!(place.bounds().to > begin);
                    let known_and_other = place.dated().is_some() && place.article != places[first].article;
                    prop_assert!(!known_and_other || place.bounds().from >= places.iter().filter(|p| p.in_article() && !p.differs).map(|p| p.bounds().to).min().unwrap());
                }
            } else {
                let candidates = places.iter().any(|place| place.in_article() && !place.differs);
                prop_assert_eq!(candidates, !ranking.contenders.is_empty());
            }
        }

        #[test]
        fn the_order_given_never_matters(places in prop::collection::vec(any_place(), 0..8), turn in 0usize..8) {
            let mut turned = places.clone();
            turned.rotate_left(turn.min(places.len()));
            let pick = |list: &[Occurrence], ranking: &Ranking| -> Vec<Occurrence> {
                ranking.list.iter().map(|&index| list[index].clone()).collect()
            };
            let (one, other) = (rank(&places), rank(&turned));
            prop_assert_eq!(one.order, other.order);
            let key = |place: &Occurrence| (place.bounds().to, place.bounds().from, place.logged, place.article);
            let keys = |list: Vec<Occurrence>| -> Vec<_> {
                list.iter().filter(|place| place.in_article()).map(key).collect()
            };
            prop_assert_eq!(keys(pick(&places, &one)), keys(pick(&turned, &other)));
        }
    }
}
