//! Speakers that do not follow their verb: named before it, or carried by it.

use super::arabic::Walk;
use super::cast::{Figure, Gender};
use super::lexicon::{Does, lexicon};
use super::phrase::{Subject, listed_subject};
use super::tokens::Kind;

/// How many words a clause may hold between أن and its verb to be short.
const OWN_CLAUSE: usize = 8;

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
        // `العقوبات التي قال إنها`: in another form the verb is not the antecedent's.
        if self.is_of_antecedent(at) {
            return self.antecedent(at);
        }
        let within = self.subject_within(start, at);
        // `قال فلان إن جاره قال`: the inner clause has a subject of its own, told or not.
        if within.is_some() || start == self.sentence || self.has_own_subject(at) {
            return within;
        }
        self.sentence_subject(at)
    }

    /// Whether the verb at `at` stands in a short clause after أن that has a subject of its own: `إن جاره قال`. A particle,
    /// a mark or another verb between them begins something else.
    pub(super) fn has_own_subject(&self, at: usize) -> bool {
        let near = at.saturating_sub(OWN_CLAUSE).max(self.sentence);
        let Some(open) = (near..at).rev().find(|&index| self.tokens.all[index].does.any(Does::THAT)) else {
            return false;
        };
        let time = open.checked_sub(1).map(|before| self.tokens.fold_at(before).trim_start_matches(['و', 'ف']));
        if matches!(time, Some("بعد" | "قبل" | "دون" | "بدون")) {
            return false;
        }
        let mut noun = false;
        for index in open + 1..at {
            let token = self.tokens.all[index];
            let other = Does::SAID.or(Does::SAYING).or(Does::RELATIVE).or(Does::CARRIED);
            let word = self.tokens.fold(token);
            if token.kind != Kind::Word || token.does.any(other) || parts_clauses(word) {
                return false;
            }
            noun |= !token.does.any(Does::STOP.or(Does::TIME));
        }
        noun
    }

    /// Whether the verb at `at` stands after a relative pronoun of its form, so that its subject is the antecedent.
    pub(super) fn is_of_antecedent(&self, at: usize) -> bool {
        let does = self.tokens.all[at].does;
        self.is_relative(at)
            && !does.any(Does::SUFFIXED)
            && match self.tokens.fold_at(at - 1).trim_start_matches('و') {
                "الذي" => does.any(Does::MASCULINE),
                "التي" => does.any(Does::FEMININE),
                "الذين" => does.any(Does::PLURAL),
                _ => false,
            }
    }

    /// Who a relative clause is about, whose verb stands at `at`: `رسالة الوزير التي قال فيها`. The words right before the
    /// pronoun must be of whom we take it to be.
    fn antecedent(&mut self, at: usize) -> Option<Figure> {
        let before = (self.sentence..at - 1).rev().find(|&index| self.tokens.all[index].kind == Kind::Word)?;
        // `وصل حداد الذي قال`: a surname right before it. A feminine pronoun may be of somebody's wife or letter.
        let unlisted = self.tokens.all[before].does == Does::default();
        if unlisted && self.tokens.fold_at(at - 1) == "الذي" {
            let named = self.cast.by_short_name(self.tokens.fold_at(before));
            if named.is_some() {
                return named;
            }
        }
        let figure = self.cue.as_ref().and_then(|cue| cue.who).or_else(|| self.sentence_subject(at))?;
        self.cast.is_of(figure, self.tokens.fold_at(before)).then_some(figure)
    }

    /// The subject of the sentence up to `at`.
    pub(super) fn sentence_subject(&mut self, at: usize) -> Option<Figure> {
        self.subject_within(self.sentence, at)
    }

    /// The first phrase of `from..to` that is no complement of a preposition and names somebody.
    pub(super) fn subject_within(&mut self, from: usize, to: usize) -> Option<Figure> {
        // `ولما سألت فلانا قال`, `نقلت الوكالة عن`: whoever stands there is not who speaks afterwards.
        let begins = self.tokens.fold_at(from).trim_start_matches(['و', 'ف']);
        if matches!(begins, "لما" | "عندما" | "حين" | "حينما" | "بعدما" | "حيثما")
            || self.tokens.all[from].does.any(Does::CARRIED)
        {
            return None;
        }
        let heads = Does::ROLE.or(Does::BODY).or(Does::GIVEN).or(Does::MEDIUM).or(Does::OUTLET);
        let mut governed_to = from;
        for index in from..to.min(from + 8) {
            let token = self.tokens.all[index];
            if index < governed_to {
                continue;
            }
            let preposition = index > from && {
                let before = self.tokens.all[index - 1];
                // `وصل لموقع كذا`: whom it reached.
                let to = self.tokens.fold_at(index - 1).strip_prefix('ل').unwrap_or_default();
                before.does.any(Does::STOP) && !is_auxiliary(self.tokens.fold_at(index - 1))
                    || lexicon().exactly(to).any(Does::MEDIUM)
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

/// Whether a word begins a clause of its own, whose subject is not the one before.
fn parts_clauses(word: &str) -> bool {
    let bare = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    is_particle_with_pronoun(word)
        || matches!(bare, "لكن" | "حيث" | "عندما" | "حين" | "حينما" | "بعدما" | "مما" | "هو" | "هي" | "هم" | "كما")
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
