//! Who said what in an Arabic block: one walk over its words, with the verb of saying that governs each quotation.

use super::cast::{Cast, Figure, Gender, Last};
use super::lexicon::{Does, lexicon};
use super::phrase::{Subject, is_adjective, is_hard_end, listed_subject, medium, subject};
use super::tokens::{Kind, Tokens, word_count};
use super::{Found, Repeats};

/// How many tokens after its verb a quotation may stand and be the subject's for sure.
const FAR: usize = 30;

/// A verb of saying and what hangs on it.
#[derive(Debug, Clone)]
pub(super) struct Cue {
    who: Option<Figure>,
    via: Vec<String>,
    /// The token after the verb and its subject.
    end: usize,
}

struct Walk<'a, 't> {
    tokens: &'a Tokens<'t>,
    cast: &'a mut Cast,
    repeats: &'a Repeats,
    cue: Option<Cue>,
    /// Where the sentence began.
    sentence: usize,
    /// How many of `found` stood before the sentence.
    before: usize,
    /// Pairs that name an outlet or a speaker.
    names: Vec<usize>,
    found: Vec<Found>,
}

/// Reads the quotations of one block. `opening` is a verb of saying that the block before ended with.
pub(super) fn read(
    tokens: &Tokens,
    cast: &mut Cast,
    repeats: &Repeats,
    opening: Option<Cue>,
) -> (Vec<Found>, Option<Cue>) {
    let mut walk = Walk {
        tokens,
        cast,
        repeats,
        cue: opening.map(|cue| Cue { end: 0, ..cue }),
        sentence: 0,
        before: 0,
        names: Vec::new(),
        found: Vec::new(),
    };
    let mut index = 0;
    while index + 1 < tokens.all.len() {
        index = walk.step(index);
    }
    let open = tokens.all.len().checked_sub(2).is_some_and(|last| tokens.all[last].kind == Kind::Punct(':'));
    let left = walk.cue.take().filter(|_| open);
    walk.end_sentence(tokens.all.len());
    (walk.found, left)
}

impl Walk<'_, '_> {
    fn step(&mut self, at: usize) -> usize {
        let token = self.tokens.all[at];
        let next = match token.kind {
            Kind::Quote(pair) => {
                self.judge_long(at, pair);
                at + 1
            }
            Kind::Punct(':') if self.cue.is_none() => {
                self.name_before_colon(at);
                at + 1
            }
            Kind::Punct(_) | Kind::End => at + 1,
            Kind::Word => self.word(at),
        };
        if token.ends {
            self.end_sentence(at + 1);
        }
        next
    }

    fn word(&mut self, at: usize) -> usize {
        let token = self.tokens.all[at];
        if let Some(pair) = token.inside.map(|pair| pair as usize) {
            let first = at == 0 || self.tokens.all[at - 1].inside != token.inside;
            if first {
                self.judge_short(at, pair);
            }
            return at + 1;
        }
        if token.does.any(Does::CARRIED) {
            return self.carried(at);
        }
        if token.does.any(Does::SAID) && self.is_said(at) {
            return self.verb(at);
        }
        if token.does.any(Does::SAYING) {
            return self.participle(at);
        }
        if token.does.any(Does::ACCORDING) {
            return self.according(at);
        }
        if token.does.any(Does::SAYING_NOUN) && self.cue.is_none() {
            let subject = self.sentence_subject(at);
            let alone = |figure: &Figure| self.newcomer(self.sentence, at, *figure).is_none();
            let who = subject.filter(alone).or_else(|| {
                self.cast
                    .anaphora(None)
                    .filter(|figure| at < self.sentence + 3 && self.newcomer(self.sentence, at, *figure).is_none())
            });
            self.cue = Some(Cue { who, via: Vec::new(), end: at + 1 });
        }
        if token.does.any(Does::TALK.or(Does::SAYING_NOUN)) {
            self.tail(at + 1);
        }
        at + 1
    }

    /// Whether a word that may be a verb of saying is one here.
    fn is_said(&self, at: usize) -> bool {
        let does = self.tokens.all[at].does;
        let next = self.tokens.fold_at(at + 1);
        if self.tokens.fold_at(at).ends_with("كتب")
            && matches!(next, "علي" | "عليه" | "عليها" | "عليهم" | "فيه" | "فيها")
        {
            return false;
        }
        if does.any(Does::STOP) {
            return matches!(next, "ان" | "انه" | "انها" | "بان" | "عن") && next != self.tokens.fold_at(at);
        }
        if does.any(Does::ROLE.or(Does::GIVEN).or(Does::PAPER).or(Does::TALK)) {
            let that = self.tokens.all[at + 1].does.any(Does::THAT);
            return that || matches!(self.tokens.all[at + 1].kind, Kind::Quote(_) | Kind::Punct(':'));
        }
        let after_preposition = at > self.sentence
            && matches!(
                self.tokens.fold_at(at - 1),
                "في" | "الي"
                    | "من"
                    | "على"
                    | "عن"
                    | "مع"
                    | "بعد"
                    | "قبل"
                    | "خلال"
                    | "دون"
                    | "بدون"
                    | "عدم"
                    | "كل"
                    | "اي"
                    | "بسبب"
            );
        if after_preposition {
            return false;
        }
        let clause_of_noun = at > self.sentence && does.any(Does::SUFFIXED) && {
            let before = self.tokens.all[at - 1];
            before.kind == Kind::Word && !before.does.any(Does::STOP.or(Does::RELATIVE).or(Does::ACCORDING))
        };
        if clause_of_noun && self.cue.is_some() {
            return false;
        }
        if self.cue.as_ref().is_some_and(|cue| cue.who.is_some()) && self.is_inside_clause(at) {
            return false;
        }
        let relative = at > self.sentence && self.tokens.all[at - 1].does.any(Does::RELATIVE);
        if relative && self.cue.is_some() {
            return (at + 1..at + 8)
                .take_while(|&index| {
                    !matches!(
                        self.tokens.all.get(index).map(|t| t.kind),
                        None | Some(Kind::End | Kind::Punct('،' | ',' | '.'))
                    )
                })
                .any(|index| {
                    self.tokens.all[index].does.any(Does::THAT)
                        || matches!(self.tokens.all[index].kind, Kind::Quote(_) | Kind::Punct(':'))
                });
        }
        true
    }

    /// Whether a verb after a plain noun, in a sentence where somebody speaks already, tells of an act and not of words:
    /// `وأشار إلى أن البلد استبعد نفسه`.
    fn is_inside_clause(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| self.tokens.all[before]) else { return false };
        let does = self.tokens.all[at].does;
        let subject_follows = !does.any(Does::OBJECT) && self.tokens.all[at + 1].does.any(Does::ROLE.or(Does::GIVEN));
        let plain = before.kind == Kind::Word
            && !subject_follows
            && !before.does.any(Does::STOP.or(Does::TIME).or(Does::RELATIVE).or(Does::SAID).or(Does::ACCORDING))
            && !self.tokens.fold_at(at).starts_with('و');
        plain
            && !(at + 1..at + 4).any(|index| {
                self.tokens.all.get(index).is_some_and(|token| {
                    token.does.any(Does::THAT) || matches!(token.kind, Kind::Punct(':') | Kind::Quote(_))
                })
            })
    }

    /// A finite verb of saying: its subject after it, before it, or the last speaker.
    fn verb(&mut self, at: usize) -> usize {
        let does = self.tokens.all[at].does;
        let gender = Gender::of(does);
        let mut via = Vec::new();
        let at_subject = self.skip_adverbs(at + 1, &mut via);
        let (after, end) = match does.any(Does::OBJECT) {
            true => listed_subject(self.tokens, self.cast, at_subject),
            false => subject(self.tokens, self.cast, at_subject, None),
        };
        let who = match after {
            Subject::Found(figure) if !self.object_after_subject(at, does) && !self.disagrees(at_subject, gender) => {
                self.cast.agree(figure, gender);
                Some(figure)
            }
            Subject::Unknown if does.any(Does::OBJECT) && self.is_unlisted_with_article(at_subject) => None,
            Subject::Unknown if self.tokens.all[at_subject].does.any(Does::ROLE.or(Does::BODY).or(Does::MEDIUM)) => {
                None
            }
            Subject::Unknown if !does.any(Does::OBJECT) || self.tokens.all[at_subject].does.any(Does::ROLE) => {
                self.before_verb(at)
            }
            _ => self.before_verb(at).or_else(|| self.pronoun(at, gender)),
        };
        let assigned = matches!(after, Subject::Found(figure) if who == Some(figure));
        let end = if after == Subject::Absent { at_subject } else { end };
        self.note_names(at + 1, end);
        if assigned {
            self.claim_earlier(at, who);
        }
        self.cue = Some(Cue { who, via, end });
        self.tail(end);
        end.max(at + 1)
    }

    /// Whether a body of feminine form follows a masculine verb: it is what the verb is about.
    fn disagrees(&self, at: usize, gender: Option<Gender>) -> bool {
        let body = self.tokens.all[at].does.any(Does::BODY.or(Does::MEDIUM)) && self.tokens.fold_at(at).ends_with('ة');
        gender == Some(Gender::Masculine) && body
    }

    /// Whether a word of no list has the article: after a verb that takes an object, either subject or object.
    fn is_unlisted_with_article(&self, at: usize) -> bool {
        self.tokens.all[at].does == Does::default() && self.tokens.fold_at(at).starts_with("ال")
    }

    /// `X رفض Y`: with a subject before such a verb, what follows is its object.
    fn object_after_subject(&self, at: usize, does: Does) -> bool {
        if !does.any(Does::OBJECT) || at == self.sentence {
            return false;
        }
        let before = self.tokens.all[at - 1];
        let joined = self.tokens.fold_at(at).starts_with('و');
        before.kind == Kind::Word
            && !joined
            && !before.does.any(Does::STOP.or(Does::TIME).or(Does::RELATIVE).or(Does::THAT))
            && self.sentence_has_subject(at)
    }

    fn sentence_has_subject(&self, at: usize) -> bool {
        let heads = Does::ROLE.or(Does::BODY).or(Does::GIVEN);
        let byline = |index: usize| matches!(self.tokens.all[index].kind, Kind::Punct(':' | '-' | '–' | '—' | ')'));
        !(self.sentence..at).any(byline)
            && (self.sentence..at).take(2).any(|index| self.tokens.all[index].does.any(heads))
    }

    /// The speaker of a verb that carries its subject.
    fn pronoun(&self, at: usize, gender: Option<Gender>) -> Option<Figure> {
        if let Some(cue) = &self.cue {
            let joined = self.tokens.fold_at(at).starts_with(['و', 'ف']);
            let same = |figure: &Figure| {
                joined && !self.cast.is_outlet(*figure) || !joined && self.newcomer(cue.end, at, *figure).is_none()
            };
            return cue.who.filter(same);
        }
        let joined = at == self.sentence || self.tokens.fold_at(at).starts_with(['و', 'ف']);
        let before = at.checked_sub(1).map(|before| self.tokens.all[before]);
        let open = at <= self.sentence + 3
            && before.is_none_or(|before| {
                before.kind != Kind::Word
                    || before.does.any(Does::STOP.or(Does::TIME).or(Does::THAT).or(Does::RELATIVE))
            });
        if joined || open {
            self.cast.anaphora(gender).filter(|figure| self.newcomer(self.sentence, at, *figure).is_none())
        } else {
            None
        }
    }

    /// Where in `from..to` somebody other than `figure` stands: a verb that carries its subject may be theirs.
    fn newcomer(&self, from: usize, to: usize, figure: Figure) -> Option<usize> {
        let heads = Does::ROLE.or(Does::GIVEN).or(Does::MEDIUM);
        (from..to).find(|&index| {
            let token = self.tokens.all[index];
            let governed = index > from && self.tokens.all[index - 1].does.any(Does::STOP);
            let stands = token.kind == Kind::Word && token.inside.is_none() && token.does.any(heads);
            stands
                && !governed
                && !token.does.any(Does::STOP.or(Does::SAID))
                && !self.cast.is_of(figure, self.tokens.fold(token))
        })
    }

    /// The subject that stands before the verb at `at`: `وكان X قال`, `X أكد أن`.
    fn before_verb(&mut self, at: usize) -> Option<Figure> {
        if at == self.sentence || self.cue.is_some() && self.tokens.fold_at(at).starts_with('و') {
            return None;
        }
        if self.cue.is_some() && self.tokens.all[at - 1].kind != Kind::Word {
            return None;
        }
        let clause = (self.sentence..at).rev().find(|&index| {
            let token = self.tokens.all[index];
            matches!(token.kind, Kind::Punct(_) | Kind::Quote(_))
                || token.does.any(Does::THAT)
                || self.tokens.fold_at(index) == "حيث"
        });
        let start = clause.map_or(self.sentence, |index| index + 1);
        self.subject_within(start, at).or_else(|| if start == self.sentence { None } else { self.sentence_subject(at) })
    }

    /// The subject of the sentence up to `at`.
    fn sentence_subject(&mut self, at: usize) -> Option<Figure> {
        self.subject_within(self.sentence, at)
    }

    /// The first phrase of `from..to` that is no complement of a preposition and names somebody.
    fn subject_within(&mut self, from: usize, to: usize) -> Option<Figure> {
        let heads = Does::ROLE.or(Does::BODY).or(Does::GIVEN).or(Does::MEDIUM).or(Does::OUTLET);
        for index in from..to.min(from + 8) {
            let token = self.tokens.all[index];
            let preposition = index > from && {
                let before = self.tokens.all[index - 1];
                before.does.any(Does::STOP) && !is_auxiliary(self.tokens.fold_at(index - 1))
            };
            if token.kind != Kind::Word || preposition || token.does.any(Does::STOP) {
                continue;
            }
            let named = token.does.any(heads);
            if !named && index > from && !is_auxiliary(self.tokens.fold_at(index - 1)) {
                continue;
            }
            let apposed = index > from && token.does.any(Does::ROLE) && {
                let before = self.tokens.all[index - 1];
                before.kind == Kind::Word && before.does == Does::default()
            };
            if apposed {
                return None;
            }
            let of_talk =
                index > from && matches!(self.tokens.fold_at(index), "صحفي" | "صحافي" | "الصحفي" | "الصحافي" | "اعلامي");
            if of_talk {
                continue;
            }
            let (found, end) = listed_subject(self.tokens, self.cast, index);
            let byline = matches!(self.tokens.all[end].kind, Kind::Punct('-' | '–' | '—' | '/' | ')'));
            if let Subject::Found(figure) = found
                && !byline
            {
                self.note_names(index, end);
                return Some(figure);
            }
        }
        None
    }

    /// Passes over what stands between a verb and its subject: times, pronouns, the outlet that was told.
    fn skip_adverbs(&mut self, from: usize, via: &mut Vec<String>) -> usize {
        let mut at = from;
        let limit = from + 24;
        while at < limit && at + 1 < self.tokens.all.len() {
            let token = self.tokens.all[at];
            if let Some((name, next)) = self.told(at) {
                push_via(via, name);
                self.note_names(at, next);
                at = next;
                continue;
            }
            let word = self.tokens.fold(token);
            let light = token.kind == Kind::Word
                && (token.does.any(Does::TIME)
                    || matches!(word, "له" | "لها" | "لهم" | "لنا" | "ايضا" | "كذلك" | "به" | "قد"));
            let bracket = matches!(token.kind, Kind::Punct('(' | ')'));
            if light || bracket {
                at += 1;
                continue;
            }
            if let Some(next) = self.aside(at) {
                at = next;
                continue;
            }
            break;
        }
        at
    }

    /// An outlet that was told: `لفرانس برس`, `لـ"الوطن"`, but no subject that is an outlet itself.
    fn told(&self, at: usize) -> Option<(String, usize)> {
        let word = self.tokens.fold_at(at);
        let token = self.tokens.all[at];
        let to = word.starts_with('ل') && token.kind == Kind::Word && token.inside.is_none();
        if to { medium(self.tokens, at) } else { None }
    }

    /// `قال، في تصريح لـ"الوطن"، المتحدث…`: a prepositional aside after which a name or a role stands. Returns where.
    fn aside(&mut self, at: usize) -> Option<usize> {
        let first = self.tokens.all[at];
        let comma = matches!(first.kind, Kind::Punct('،' | ','));
        let begins = if comma { at + 1 } else { at };
        let token = self.tokens.all[begins];
        if token.kind != Kind::Word {
            return None;
        }
        let heads = Does::TITLE.or(Does::ROLE).or(Does::GIVEN);
        if comma && token.does.any(heads) {
            return Some(begins);
        }
        if !token.does.any(Does::STOP)
            || !matches!(self.tokens.fold(token), "في" | "خلال" | "عبر" | "علي" | "عقب" | "من" | "بعد" | "اثر" | "ضمن")
        {
            return None;
        }
        for index in begins + 1..begins + 16 {
            if is_hard_end(self.tokens, index) {
                return None;
            }
            let here = self.tokens.all[index];
            let before = self.tokens.all[index - 1];
            let parted =
                matches!(before.kind, Kind::Punct('،' | ',')) || before.inside.is_some() || before.does.any(Does::TIME);
            if parted && here.kind == Kind::Word && here.inside.is_none() && here.does.any(heads) {
                return Some(index);
            }
            if matches!(before.kind, Kind::Punct('،' | ',')) && comma {
                return None;
            }
        }
        None
    }

    /// Looks for outlets between the cue and what was said.
    fn tail(&mut self, from: usize) {
        let Some(mut cue) = self.cue.take() else { return };
        let mut index = from;
        let mut talk = false;
        while index < from + 30 && !is_hard_end(self.tokens, index) {
            let token = self.tokens.all[index];
            let word = self.tokens.fold(token);
            let to = word.starts_with('ل') || talk && matches!(word, "الي" | "مع" | "علي");
            let candidate = if to && token.kind == Kind::Word && token.inside.is_none() {
                medium(self.tokens, index).or_else(|| {
                    (talk && matches!(word, "مع" | "الي"))
                        .then(|| medium(self.tokens, index + 1).or_else(|| self.quoted(index + 1)))
                        .flatten()
                })
            } else {
                None
            };
            if let Some((name, next)) = candidate {
                push_via(&mut cue.via, name);
                self.note_names(index, next);
                index = next;
                continue;
            }
            let obtained = matches!(
                word,
                "حصلت"
                    | "حصل"
                    | "تلقت"
                    | "تلقي"
                    | "خص"
                    | "بثته"
                    | "نشرته"
                    | "بثتها"
                    | "نشرتها"
                    | "اوردته"
                    | "اوردتها"
            );
            if obtained && let Some((name, next)) = medium(self.tokens, index + 1).or_else(|| self.quoted(index + 1)) {
                push_via(&mut cue.via, name);
                self.note_names(index, next);
                index = next;
                continue;
            }
            talk |= token.does.any(Does::TALK);
            index += 1;
        }
        self.cue = Some(cue);
    }

    fn quoted(&self, at: usize) -> Option<(String, usize)> {
        let pair = self.tokens.all.get(at)?.inside?;
        let end = (at..self.tokens.all.len()).find(|&index| self.tokens.all[index].inside != Some(pair))?;
        Some((self.tokens.printed(at, end), end))
    }

    /// A participle keeps the speaker of its sentence: `مؤكدا "…"`.
    fn participle(&mut self, at: usize) -> usize {
        if let Some(cue) = &mut self.cue {
            cue.end = at + 1;
            cue.who = cue.who.filter(|figure| !self.cast.is_outlet(*figure));
        } else {
            let who = self.sentence_subject(at);
            self.cue = Some(Cue { who, via: Vec::new(), end: at + 1 });
        }
        self.tail(at + 1);
        at + 1
    }

    /// `نقلت X عن Y قوله`: X carries, Y speaks.
    fn carried(&mut self, at: usize) -> usize {
        let mut via = Vec::new();
        let mut who = None;
        let mut index = at + 1;
        if let Some((name, next)) = medium(self.tokens, index).or_else(|| self.quoted(index)) {
            push_via(&mut via, name);
            self.note_names(index, next);
            index = next;
        }
        let limit = index + 16;
        while index < limit && !is_hard_end(self.tokens, index) {
            if self.tokens.fold_at(index) == "عن" {
                let (found, end) = subject(self.tokens, self.cast, index + 1, None);
                if let Subject::Found(figure) = found {
                    who = Some(figure);
                }
                self.note_names(index, end);
                self.cue = Some(Cue { who, via, end });
                return end.max(index + 1);
            }
            index += 1;
        }
        at + 1
    }

    /// `وفق X`: at the head of a sentence X speaks; after a quotation X speaks or carries it.
    fn according(&mut self, at: usize) -> usize {
        let mut index = at + 1;
        let mut verb = false;
        if self.tokens.fold_at(index) == "ما" {
            index += 1;
        }
        if self.tokens.all[index].does.any(Does::SAID.or(Does::CARRIED)) && !self.tokens.all[index].does.any(Does::STOP)
        {
            index += 1;
            verb = true;
        }
        if self.tokens.fold_at(index) == "عن" {
            index += 1;
        }
        if self.tokens.all[index].does.any(Does::SAYING_NOUN) {
            self.confirm_earlier(at);
            return index + 1;
        }
        let mut via = Vec::new();
        if verb {
            index = self.skip_adverbs(index, &mut via);
        }
        if let Some((name, next)) = medium(self.tokens, index) {
            self.note_names(index, next);
            self.carry_earlier(name);
            return next.max(at + 1);
        }
        let glued = self.tokens.fold_at(index).starts_with('ل') && self.tokens.all[index].does == Does::default();
        let (found, end) = subject(self.tokens, self.cast, index, glued.then_some('ل'));
        self.note_names(index, end);
        let relays = matches!(self.tokens.fold_at(at), "نقلا" | "ناقلا" | "ناقلة");
        if relays && let Some(cue) = &mut self.cue {
            cue.who = if let Subject::Found(figure) = found { Some(figure) } else { None };
            cue.end = end;
            return end.max(at + 1);
        }
        if let Subject::Found(figure) = found {
            let quoted = self.found.len() > self.before;
            self.claim_earlier(at, Some(figure));
            if !quoted || self.cue.is_none() && end + 1 < self.tokens.all.len() {
                self.cue = Some(Cue { who: Some(figure), via, end });
            }
        }
        end.max(at + 1)
    }

    /// `فلان: "…"` at the head of a sentence, as headlines print it.
    fn name_before_colon(&mut self, at: usize) {
        let quote = self
            .tokens
            .all
            .get(at + 1)
            .is_some_and(|token| matches!(token.kind, Kind::Quote(_)) || token.inside.is_some());
        let dateline = at == self.sentence + 1 && self.tokens.all[self.sentence].does.any(Does::PLACE);
        if !quote || dateline || at == self.sentence || at - self.sentence > 8 {
            return;
        }
        let (found, end) = subject(self.tokens, self.cast, self.sentence, None);
        if let Subject::Found(figure) = found
            && end == at
        {
            self.cue = Some(Cue { who: Some(figure), via: Vec::new(), end: at });
        }
    }

    fn note_names(&mut self, from: usize, to: usize) {
        let inside = (from..to.min(self.tokens.all.len())).filter_map(|index| self.tokens.all[index].inside);
        self.names.extend(inside.map(|pair| pair as usize));
    }

    /// Gives the quotations of this sentence that have no speaker to `who`.
    fn claim_earlier(&mut self, at: usize, who: Option<Figure>) {
        let near = |found: &Found| found.token + 14 > at;
        for found in self.found[self.before..]
            .iter_mut()
            .rev()
            .take(8)
            .filter(|found| found.who.is_none() && !found.governed && near(found))
        {
            found.who = who;
            found.governed = true;
        }
    }

    fn confirm_earlier(&mut self, at: usize) {
        let who = self.cue.as_ref().and_then(|cue| cue.who);
        self.claim_earlier(at, who);
    }

    fn carry_earlier(&mut self, name: String) {
        if let Some(found) = self.found[self.before..].last_mut() {
            push_via(&mut found.via, name);
            found.governed = true;
        } else {
            self.cue = Some(Cue { who: None, via: vec![name], end: self.sentence });
        }
    }

    /// Whether the words before a mark call what follows a name or a title.
    fn named_before(&self, at: usize) -> bool {
        let mut before = at;
        while before > 0
            && (matches!(self.tokens.all[before - 1].kind, Kind::Punct(':' | '('))
                || matches!(self.tokens.fold_at(before - 1), "ب" | "ل"))
        {
            before -= 1;
        }
        if before > 1 && is_adjective(self.tokens, self.tokens.all[before - 1]) && self.names_what_follows(before - 2) {
            return true;
        }
        before > 0 && self.names_what_follows(before - 1)
    }

    fn names_what_follows(&self, at: usize) -> bool {
        let token = self.tokens.all[at];
        if token.kind != Kind::Word || token.inside.is_some() {
            return false;
        }
        let word = self.tokens.fold(token);
        let rest = word.strip_prefix(['ل', 'ب']).unwrap_or_default();
        let verb = token.does.any(Does::SAID.or(Does::SAYING)) && !token.does.any(Does::STOP);
        !verb && (token.does.any(Does::NAMING) || lexicon().exactly(rest).any(Does::NAMING))
    }

    /// Whether the mark at `at` stands directly after the words that announce speech.
    fn is_direct(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| self.tokens.all[before]) else { return self.cue.is_some() };
        let Some(cue) = &self.cue else { return false };
        let verb = Does::SAID.or(Does::SAYING).or(Does::SAYING_NOUN).or(Does::THAT);
        before.kind == Kind::Punct(':') || before.does.any(verb) || cue.end == at
    }

    fn judge_long(&mut self, at: usize, pair: usize) {
        if self.named_before(at) {
            return;
        }
        let inner = self.tokens.inner(pair);
        let direct = self.is_direct(at);
        let words = word_count(inner);
        let held = words <= 6 && at > 0 && {
            let before = self.tokens.all[at - 1];
            before.kind == Kind::Word && before.does.any(Does::ROLE) && !before.does.any(Does::SAID.or(Does::SAYING))
        };
        if held && !direct {
            return;
        }
        let governed = self.cue.is_some();
        if direct || governed && !self.begins_like_a_name(inner, words) {
            self.take(at, pair, true);
        } else if words >= 8
            || words >= 5 && inner.ends_with(['.', '!', '?', '؟'])
            || words >= 5 && self.according_follows(at)
        {
            self.take(at, pair, false);
        }
    }

    /// Whether the words after a mark say whose they are.
    fn according_follows(&self, at: usize) -> bool {
        (at + 1..at + 4).take_while(|&index| index < self.tokens.all.len()).any(|index| {
            let token = self.tokens.all[index];
            token.does.any(Does::ACCORDING) || token.does.any(Does::SAID) && !token.does.any(Does::STOP)
        })
    }

    /// Whether words in marks begin as names of bodies and places do.
    fn begins_like_a_name(&self, inner: &str, words: usize) -> bool {
        let first = super::cast::folded(inner.split(' ').next().unwrap_or_default());
        words <= 7
            && super::lexicon::lexicon().exactly(&first).any(Does::HEAD.or(Does::GIVEN).or(Does::TITLE))
            && !inner.contains(['،', '.'])
    }

    /// Two or three words: speech only where somebody speaks and they are no name.
    fn judge_short(&mut self, at: usize, pair: usize) {
        let inner = self.tokens.inner(pair);
        let words = word_count(inner);
        if words < 2
            || self.cue.is_none()
            || self.named_before(at)
            || self.names.contains(&pair)
            || self.repeats.often(inner)
        {
            return;
        }
        let naming = Does::HEAD.or(Does::GIVEN).or(Does::PLACE).or(Does::OUTLET).or(Does::MEDIUM).or(Does::BODY);
        let namelike = (at..at + 3)
            .take_while(|&index| self.tokens.all[index].inside == Some(u32::try_from(pair).unwrap_or(u32::MAX)))
            .any(|index| self.tokens.all[index].does.any(naming));
        let before = at.checked_sub(1).map(|before| self.tokens.all[before]);
        let class = before.is_some_and(|before| {
            before.kind == Kind::Word
                && before
                    .does
                    .any(Does::HEAD.or(Does::BODY).or(Does::MEDIUM).or(Does::ROLE).or(Does::GIVEN).or(Does::TITLE))
        });
        let latin = inner.is_ascii();
        let place = before.is_some_and(|before| {
            let word = self.tokens.fold(before);
            let to = lexicon().exactly(word.strip_prefix('ل').unwrap_or_default());
            let far = self.cue.as_ref().is_some_and(|cue| cue.end + FAR < at);
            far && matches!(word, "علي" | "عبر" | "في" | "من" | "الي") || to.any(Does::HEAD.or(Does::BODY))
        });
        let named = words <= 2 && before.is_some_and(|before| before.does.any(Does::SAID)) && {
            let own = u32::try_from(pair).ok();
            let after = (at..self.tokens.all.len()).find(|&index| self.tokens.all[index].inside != own);
            after.is_some_and(|after| self.tokens.all[after].kind == Kind::Word)
        };
        if namelike || class || latin || place || named {
            return;
        }
        self.take(at, pair, true);
    }

    fn take(&mut self, at: usize, pair: usize, governed: bool) {
        let cue = self.cue.as_ref().filter(|_| governed);
        let reported = |cue: &Cue| {
            let outlet = cue.who.is_some_and(|figure| self.cast.is_outlet(figure));
            outlet && !self.is_direct(at) && word_count(self.tokens.inner(pair)) <= 3
        };
        let near = cue.is_some_and(|cue| cue.end + FAR >= at && !reported(cue));
        let who = cue.and_then(|cue| cue.who).filter(|_| near);
        let via = cue.map(|cue| cue.via.clone()).unwrap_or_default();
        self.found.push(Found { pair, token: at, who, via, governed });
    }

    fn end_sentence(&mut self, next: usize) {
        if let Some(cue) = self.cue.take() {
            self.remember(cue);
        } else if let Some(found) = self.found[self.before..].last()
            && let Some(figure) = found.who
        {
            self.cast.last = Some(Last { figure, block: self.cast.block });
        } else if let Some(last) = &self.cast.last
            && self.newcomer(self.sentence, next.min(self.sentence + 6), last.figure).is_some()
        {
            self.cast.last = None;
        }
        self.sentence = next;
        self.before = self.found.len();
    }

    /// Keeps who spoke for the verbs that carry their subject; a speaker we could not tell ends the chain.
    fn remember(&mut self, cue: Cue) {
        self.cast.last = cue.who.map(|figure| Last { figure, block: self.cast.block });
    }
}

fn is_auxiliary(word: &str) -> bool {
    matches!(
        word,
        "كان"
            | "كانت"
            | "وكان"
            | "وكانت"
            | "قد"
            | "وقد"
            | "لكن"
            | "ولكن"
            | "كما"
            | "وكما"
            | "كذلك"
            | "اما"
            | "واما"
            | "كانوا"
            | "وكانوا"
            | "بل"
            | "ايضا"
    )
}

fn push_via(via: &mut Vec<String>, name: String) {
    let name = name.trim_start_matches('ـ').to_owned();
    let generic = matches!(name.as_str(), "" | "الصحفيين" | "الصحافيين" | "الصحافة");
    if !generic && via.len() < 8 && !via.contains(&name) {
        via.push(name);
    }
}
