//! Who said what in an Arabic block: one walk over its words, with the verb of saying that governs each quotation.

use super::cast::{Cast, Figure, Last};
use super::lexicon::Does;
use super::phrase::{Subject, listed_subject};
use super::tokens::{Kind, Tokens};
use super::{Found, Repeats};

/// A verb of saying and what hangs on it.
#[derive(Debug, Clone)]
pub(super) struct Cue {
    pub(super) who: Option<Figure>,
    pub(super) via: Vec<String>,
    /// The token after the verb and its subject.
    pub(super) end: usize,
}

pub(super) struct Walk<'a, 't> {
    pub(super) tokens: &'a Tokens<'t>,
    pub(super) cast: &'a mut Cast,
    pub(super) repeats: &'a Repeats,
    pub(super) cue: Option<Cue>,
    /// Where the sentence began.
    pub(super) sentence: usize,
    /// How many of `found` stood before the sentence.
    pub(super) before: usize,
    /// Pairs that name an outlet or a speaker.
    pub(super) names: Vec<usize>,
    pub(super) found: Vec<Found>,
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
    pub(super) fn step(&mut self, at: usize) -> usize {
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

    pub(super) fn word(&mut self, at: usize) -> usize {
        let token = self.tokens.all[at];
        if let Some(pair) = token.inside.map(|pair| pair as usize) {
            let first = at == 0 || self.tokens.all[at - 1].inside != token.inside;
            if first {
                self.judge_short(at, pair);
            }
            return at + 1;
        }
        // `ذكرت الوكالة أن الوزير أصدر قرارا جاء فيه`: the words of a paper are not those of the outlet that tells of it.
        let told =
            self.cue.is_some() && matches!(self.tokens.fold_at(at).trim_start_matches('و'), "جاء" | "جاءت" | "ورد");
        if told
            && matches!(self.tokens.fold_at(at + 1), "فيه" | "فيها" | "في")
            && let Some(cue) = &mut self.cue
        {
            cue.who = cue.who.filter(|figure| !self.cast.is_outlet(*figure));
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
        // `التي وصفها الوزير بأنها`: after a relative pronoun it is a verb, and its subject may follow.
        if token.does.any(Does::SAYING_NOUN) && self.is_relative(at) && self.names_its_object(at) {
            let (found, end) = listed_subject(self.tokens, self.cast, at + 1);
            let who = if let Subject::Found(figure) = found { Some(figure) } else { None };
            if found != Subject::Absent {
                self.cue = Some(Cue { who, via: Vec::new(), end });
                return end.max(at + 1);
            }
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

    pub(super) fn note_names(&mut self, from: usize, to: usize) {
        let inside = (from..to.min(self.tokens.all.len())).filter_map(|index| self.tokens.all[index].inside);
        self.names.extend(inside.map(|pair| pair as usize));
    }

    /// Gives the quotations of this sentence that have no speaker to `who`.
    pub(super) fn claim_earlier(&mut self, at: usize, who: Option<Figure>) {
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

    pub(super) fn confirm_earlier(&mut self, at: usize) {
        let who = self.cue.as_ref().and_then(|cue| cue.who);
        self.claim_earlier(at, who);
    }

    pub(super) fn end_sentence(&mut self, next: usize) {
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
    pub(super) fn remember(&mut self, cue: Cue) {
        self.cast.last = cue.who.map(|figure| Last { figure, block: self.cast.block });
    }
}
