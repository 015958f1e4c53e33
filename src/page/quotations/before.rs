//! Speakers that do not follow their verb: named before it, or carried by it.

use super::arabic::Walk;
use super::cast::{Figure, Gender};
use super::lexicon::Does;
use super::phrase::{Subject, listed_subject};
use super::tokens::Kind;

impl Walk<'_, '_> {
    /// The speaker of a verb that carries its subject.
    pub(super) fn pronoun(&self, at: usize, gender: Option<Gender>) -> Option<Figure> {
        if let Some(cue) = &self.cue {
            let joined = self.tokens.fold_at(at).starts_with(['و', 'ف']);
            let same = |figure: &Figure| {
                joined && !self.cast.is_outlet(*figure) || !joined && self.newcomer(cue.end, at, *figure).is_none()
            };
            return cue.who.filter(same).filter(|figure| self.cast.agrees(*figure, gender));
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
    pub(super) fn newcomer(&self, from: usize, to: usize, figure: Figure) -> Option<usize> {
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
    pub(super) fn before_verb(&mut self, at: usize) -> Option<Figure> {
        if at == self.sentence || self.cue.is_some() && self.tokens.fold_at(at).starts_with('و') {
            return None;
        }
        // `لكنه قال`, `مما قاله إنه أعلن`: the particle holds the subject, which is a pronoun.
        if self.cue.is_some() && is_particle_with_pronoun(self.tokens.fold_at(at - 1)) {
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
    pub(super) fn sentence_subject(&mut self, at: usize) -> Option<Figure> {
        self.subject_within(self.sentence, at)
    }

    /// The first phrase of `from..to` that is no complement of a preposition and names somebody.
    pub(super) fn subject_within(&mut self, from: usize, to: usize) -> Option<Figure> {
        let heads = Does::ROLE.or(Does::BODY).or(Does::GIVEN).or(Does::MEDIUM).or(Does::OUTLET);
        let mut governed_to = from;
        for index in from..to.min(from + 8) {
            let token = self.tokens.all[index];
            if index < governed_to {
                continue;
            }
            let preposition = index > from && {
                let before = self.tokens.all[index - 1];
                before.does.any(Does::STOP) && !is_auxiliary(self.tokens.fold_at(index - 1))
            };
            if preposition && token.kind == Kind::Word && token.does.any(Does::ROLE.or(Does::GIVEN)) {
                // The whole phrase is the complement: `مع الزميل فلان حيث قالت` names nobody who spoke.
                governed_to = listed_subject(self.tokens, self.cast, index).1;
            }
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
}

/// Whether a word is a particle with a pronoun that is the subject of the verb after it.
fn is_particle_with_pronoun(word: &str) -> bool {
    let word = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    matches!(word, "لكنه" | "لكنها" | "لكنهم" | "انه" | "انها" | "انهم" | "بانه" | "بانها" | "لانه" | "لانها")
}

pub(super) fn is_auxiliary(word: &str) -> bool {
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
