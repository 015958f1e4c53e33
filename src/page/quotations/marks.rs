//! Pairs of quotation marks within one block.
//!
//! A mark opens or closes by its shape and by what stands beside it; straight marks have neighbours only. Pairs come
//! first and are judged later, so a mark that is missing costs its own pair and never those after it: an opener that
//! nothing closes is left behind, a closer that nothing opened is passed over.

/// How many openers may wait at once; deeper nesting than this is noise, and the oldest are given up.
const MAX_DEPTH: usize = 8;

/// Two marks that belong together, as bytes of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    /// Where the opening mark stands.
    pub(super) open: usize,
    /// The first byte after the opening mark.
    pub(super) start: usize,
    /// Where the closing mark stands.
    pub(super) end: usize,
    /// The first byte after the closing mark.
    pub(super) after: usize,
}

/// What the marks of a block amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Pairs in the order of their opening marks; a nested pair follows the one around it.
    pub(super) pairs: Vec<Pair>,
    /// The last opener that nothing closes: (where it stands, first byte after it).
    pub(super) unclosed: Option<(usize, usize)>,
    /// A closer that comes before anything was opened: (where it stands, first byte after it).
    pub(super) stray: Option<(usize, usize)>,
    /// Whether the block begins with an opening mark.
    pub(super) begins_open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Curly,
    Guillemet,
    Straight,
    Doubled,
    Corner,
    Angle,
    Single,
}

impl Family {
    fn is_single(self) -> bool {
        matches!(self, Family::Single | Family::Angle)
    }

    /// Whether writers close one with the other by mistake of the keyboard.
    fn mixes_with(self, other: Family) -> bool {
        self == other || (self.is_single() == other.is_single() && self != Family::Corner && other != Family::Corner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Opens,
    Closes,
    Either,
}

/// What the neighbours of a mark say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lean {
    Opens,
    Closes,
    /// Space on both sides.
    Spaced,
    /// Letters on both sides.
    Jammed,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    at: usize,
    after: usize,
    family: Family,
    shape: Shape,
    lean: Lean,
    /// A single mark after `s` and before a space may be a possessive.
    possessive: bool,
}

/// Whether any byte of `text` can begin a quotation mark; most blocks have none.
pub(super) fn may_hold_marks(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'"' | b'\'' | 0xc2 | 0xe2 | 0xe3))
}

/// Whether `c` is a quotation mark of any family.
pub(super) fn is_mark(c: char) -> bool {
    kind(c).is_some()
}

fn kind(c: char) -> Option<(Family, Shape)> {
    Some(match c {
        '"' | '\u{ff02}' => (Family::Straight, Shape::Either),
        '“' | '„' | '‟' => (Family::Curly, Shape::Opens),
        '”' => (Family::Curly, Shape::Closes),
        '«' => (Family::Guillemet, Shape::Opens),
        '»' => (Family::Guillemet, Shape::Closes),
        '‹' => (Family::Angle, Shape::Opens),
        '›' => (Family::Angle, Shape::Closes),
        '‘' | '‚' => (Family::Single, Shape::Opens),
        '’' => (Family::Single, Shape::Closes),
        '\'' => (Family::Single, Shape::Either),
        '「' | '『' => (Family::Corner, Shape::Opens),
        '」' | '』' => (Family::Corner, Shape::Closes),
        _ => return None,
    })
}

/// Pairs the marks of `text`, at most `limit` of them.
pub(super) fn pair(text: &str, limit: usize) -> Marks {
    if !may_hold_marks(text) {
        return Marks::default();
    }
    let marks = marks(text, limit.saturating_mul(4));
    let mut pairing = Pairing { stack: Vec::with_capacity(MAX_DEPTH), out: Marks::default() };
    for (index, mark) in marks.iter().enumerate() {
        if pairing.out.pairs.len() >= limit {
            break;
        }
        pairing.take(*mark, &marks[index + 1..]);
    }
    let mut out = pairing.out;
    out.unclosed = pairing.stack.iter().rev().find(|mark| !mark.family.is_single()).map(|mark| (mark.at, mark.after));
    out.begins_open = marks.first().is_some_and(|mark| mark.at == 0 && !mark.family.is_single());
    out.pairs.retain(|pair| !text[pair.start..pair.end].trim().is_empty());
    out.pairs.sort_unstable_by_key(|pair| pair.open);
    out
}

/// The marks of `text` in order, each with what its neighbours say; at most `limit`.
fn marks(text: &str, limit: usize) -> Vec<Mark> {
    let mut out = Vec::new();
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        let Some((mut family, shape)) = kind(c).filter(|_| at >= skip) else { continue };
        let mut after = at + c.len_utf8();
        if family == Family::Single && text[after..].starts_with(c) {
            family = Family::Doubled;
            after += c.len_utf8();
        }
        skip = after;
        let lean = lean(&text[..at], &text[after..]);
        if family == Family::Single && lean == Lean::Jammed {
            continue;
        }
        let possessive =
            text[..at].ends_with(['s', 'S', 'z', 'x']) && text[after..].starts_with(' ') && family == Family::Single;
        out.push(Mark { at, after, family, shape, lean, possessive });
        if out.len() >= limit {
            break;
        }
    }
    out
}

fn lean(before: &str, after: &str) -> Lean {
    let previous = before.chars().rev().take(4).find(|&c| !is_mark(c)).unwrap_or(' ');
    let next = after.chars().take(4).find(|&c| !is_mark(c)).unwrap_or(' ');
    let opens_before = previous == ' ' || is_opening(previous) || previous == ':' || glued_particle(before);
    let closes_after = next == ' ' || is_closing(next);
    match (opens_before, closes_after) {
        (true, false) => Lean::Opens,
        (false, true) => Lean::Closes,
        (true, true) => Lean::Spaced,
        (false, false) => Lean::Jammed,
    }
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '-' | '–' | '—' | '/' | '﴿' | '=' | '|' | '•' | '*')
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        ')' | ']' | '}' | '.' | ',' | ':' | ';' | '!' | '?' | '،' | '؛' | '؟' | '…' | '-' | '–' | '—' | '/' | '|'
    )
}

/// Whether the letters before a mark are a particle that Arabic writes together with the next word: `و"…"`, `بـ"…"`.
fn glued_particle(before: &str) -> bool {
    let mut letters = before.chars().rev();
    let mut last = letters.next();
    if last == Some('ـ') {
        last = letters.next();
    }
    if !matches!(last, Some('و' | 'ف' | 'ب' | 'ل' | 'ك')) {
        return false;
    }
    match letters.next() {
        None => true,
        Some(c) if c == ' ' || is_opening(c) || is_mark(c) || is_closing(c) => true,
        Some('و' | 'ف') => letters.next().is_none_or(|c| c == ' '),
        Some(_) => false,
    }
}

struct Pairing {
    stack: Vec<Mark>,
    out: Marks,
}

impl Pairing {
    fn take(&mut self, mark: Mark, rest: &[Mark]) {
        if mark.family.is_single() {
            return self.take_single(mark, rest);
        }
        let partner = self.partner(mark);
        let opens = match (mark.shape, mark.lean, partner) {
            (Shape::Opens, Lean::Closes, Some(_)) => false,
            (Shape::Opens, Lean::Spaced, Some(at)) => self.stack[at].shape == Shape::Opens,
            (Shape::Opens, _, _) => true,
            (Shape::Closes, Lean::Opens, Some(at)) => self.stack[at].shape == Shape::Closes,
            (Shape::Closes, _, Some(_)) => false,
            (Shape::Closes, Lean::Closes, None) => false,
            (Shape::Closes, _, None) => true,
            (Shape::Either, Lean::Opens, _) => true,
            (Shape::Either, Lean::Closes, _) => false,
            (Shape::Either, _, partner) => partner.is_none(),
        };
        if opens {
            self.open(mark);
        } else {
            self.close(mark, partner);
        }
    }

    /// A single mark counts only where it can be no apostrophe: it opens before a word, and closes what is on top.
    fn take_single(&mut self, mark: Mark, rest: &[Mark]) {
        let on_top = self.stack.last().is_some_and(|top| top.family == mark.family);
        if mark.lean == Lean::Opens && !(on_top && mark.family == Family::Single) {
            return self.open(mark);
        }
        if !on_top || !matches!(mark.lean, Lean::Closes | Lean::Spaced) {
            return;
        }
        let later = rest.iter().find(|next| next.family == mark.family);
        if mark.possessive && later.is_some_and(|next| next.lean == Lean::Closes) {
            return;
        }
        self.close(mark, Some(self.stack.len() - 1));
    }

    /// The waiting opener that `mark` could close: the nearest of its family, else of a family it is mistaken for.
    fn partner(&self, mark: Mark) -> Option<usize> {
        let same = self.stack.iter().rposition(|open| open.family == mark.family);
        same.or_else(|| {
            let likely = mark.shape == Shape::Closes || mark.lean == Lean::Closes;
            self.stack.iter().rposition(|open| likely && open.family.mixes_with(mark.family))
        })
    }

    fn open(&mut self, mark: Mark) {
        if self.stack.len() == MAX_DEPTH {
            self.stack.remove(0);
        }
        self.stack.push(mark);
    }

    fn close(&mut self, mark: Mark, partner: Option<usize>) {
        let Some(at) = partner else {
            if self.out.stray.is_none() && self.out.pairs.is_empty() && !mark.family.is_single() {
                self.out.stray = Some((mark.at, mark.after));
            }
            return;
        };
        let open = self.stack[at];
        self.stack.truncate(at);
        self.out.pairs.push(Pair { open: open.at, start: open.after, end: mark.at, after: mark.after });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Vec<&str> {
        pair(text, 100).pairs.iter().map(|pair| &text[pair.start..pair.end]).collect()
    }

    #[test]
    fn every_family_pairs() {
        for (open, close) in
            [("“", "”"), ("„", "“"), ("«", "»"), ("‹", "›"), ("\"", "\""), ("‘", "’"), ("'", "'"), ("「", "」")]
        {
            assert_eq!(inner(&format!("he said {open}we go{close}, then")), ["we go"], "{open}{close}");
        }
        assert_eq!(inner("قال ''سنذهب غدا'' ثم"), ["سنذهب غدا"]);
        assert_eq!(inner("قال ” سنذهب غدا “ ثم"), [" سنذهب غدا "]);
        assert_eq!(inner("﴿قل هو﴾"), Vec::<&str>::new());
    }

    #[test]
    fn a_closing_mark_opens_after_a_glued_particle() {
        assert_eq!(inner("مؤسسات “البلدة” و”الفرقة الأولى” فيها مع “غيرها”"), ["البلدة", "الفرقة الأولى", "غيرها"]);
        assert_eq!(inner("بـ\"الخطوة\" و\"الفرقة\" ولـ\"الناس\""), ["الخطوة", "الفرقة", "الناس"]);
    }

    #[test]
    fn a_space_after_the_opening_mark_is_kept_in_the_span() {
        assert_eq!(inner("في معركة \" النصر قريب\" من"), [" النصر قريب"]);
        assert_eq!(inner("قال \" نعم \" ثم \" لا \" فقط"), [" نعم ", " لا "]);
    }

    #[test]
    fn an_unbalanced_mark_spoils_only_its_own_pair() {
        assert_eq!(inner("قال \"نعم ثم قال \"لا\" وقال \"ربما\"."), ["لا", "ربما"]);
        assert_eq!(inner("قال نعم\" ثم قال \"لا\" وقال \"ربما\"."), ["لا", "ربما"]);
        assert_eq!(inner("قال “نعم ثم “لا” و“ربما”"), ["لا", "ربما"]);
    }

    #[test]
    fn nested_pairs_follow_the_pair_around_them() {
        assert_eq!(inner("said “the ‘new’ plan” and"), ["the ‘new’ plan", "new"]);
        assert_eq!(inner("قال \"إن \"الفرقة\" عادت\" أمس"), ["إن \"الفرقة\" عادت", "الفرقة"]);
        assert_eq!(inner("«قال “نعم” فقط»"), ["قال “نعم” فقط", "نعم"]);
    }

    #[test]
    fn mixed_marks_pair() {
        assert_eq!(inner("قال “نعم\" ثم «لا” ثم"), ["نعم", "لا"]);
    }

    #[test]
    fn apostrophes_are_no_marks() {
        assert_eq!(inner("the workers' rights and Ali's don't ’tis"), Vec::<&str>::new());
        assert_eq!(inner("said ‘the workers’ rights don’t matter’ today"), ["the workers’ rights don’t matter"]);
    }

    #[test]
    fn what_runs_over_the_end_is_told() {
        let marks = pair("He said: \"we go", 9);
        assert_eq!(marks.unclosed, Some((9, 10)));
        assert_eq!(pair("and come back.\" He left.", 9).stray, Some((14, 15)));
        assert!(pair("\"and come", 9).begins_open);
    }

    #[test]
    fn a_million_marks_stay_bounded() {
        for text in ["\"".repeat(1_000_000), "“a ".repeat(300_000), "' a' \"".repeat(200_000)] {
            assert!(pair(&text, 100).pairs.len() <= 100);
        }
    }
}
