//! Which words in marks are speech, and which a name, a title or irony.

use super::Found;
use super::arabic::{Cue, Walk};
use super::lexicon::{Does, lexicon};
use super::noun::is_adjective;
use super::tokens::{Kind, word_count};

/// How many tokens after its verb a quotation may stand and be the subject's for sure.
const FAR: usize = 30;

impl Walk<'_, '_> {
    /// Whether the words before a mark call what follows a name or a title.
    pub(super) fn named_before(&self, at: usize) -> bool {
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

    pub(super) fn names_what_follows(&self, at: usize) -> bool {
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
    pub(super) fn is_direct(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| self.tokens.all[before]) else { return self.cue.is_some() };
        let Some(cue) = &self.cue else { return false };
        let verb = Does::SAID.or(Does::SAYING).or(Does::SAYING_NOUN).or(Does::THAT);
        before.kind == Kind::Punct(':') || before.does.any(verb) || cue.end == at
    }

    pub(super) fn judge_long(&mut self, at: usize, pair: usize) {
        let inner = self.tokens.inner(pair);
        let words = word_count(inner);
        // No name has so many words; `وطلب عدم نشر اسمه "…"` names nobody either.
        let hidden = at > 0 && matches!(self.tokens.fold_at(at - 1), "اسمه" | "اسمها");
        let unnamed = self.cue.is_some() && (words >= 20 || words >= 12 && hidden);
        if at > 0 && self.named_before(at) && !unnamed {
            return;
        }
        let direct = self.is_direct(at);
        let announced = at > 0 && {
            let before = self.tokens.all[at - 1];
            before.kind == Kind::Punct(':') || before.does.any(Does::THAT.or(Does::SAID).or(Does::SAYING))
        };
        // What is printed in marks again and again is a name.
        if words <= 6 && !announced && self.repeats.often(inner) && !inner.contains(['،', '.']) {
            return;
        }
        // `إن «معرض كذا» يهدف`: the sentence goes through the name of a thing.
        let through = words <= 5 && {
            let first = super::cast::folded(inner.split(' ').next().unwrap_or_default());
            let thing = lexicon().exactly(&first).any(Does::NAMING.or(Does::HEAD));
            thing && self.tokens.all[at + 1].kind == Kind::Word && !self.according_follows(at)
        };
        if through {
            return;
        }
        let direct = direct && (announced || !self.begins_like_a_name(inner, words));
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
    pub(super) fn according_follows(&self, at: usize) -> bool {
        (at + 1..at + 4).take_while(|&index| index < self.tokens.all.len()).any(|index| {
            let token = self.tokens.all[index];
            token.does.any(Does::ACCORDING) || token.does.any(Does::SAID) && !token.does.any(Does::STOP)
        })
    }

    /// Whether words in marks begin as names of bodies and places do.
    pub(super) fn begins_like_a_name(&self, inner: &str, words: usize) -> bool {
        let first = super::cast::folded(inner.split(' ').next().unwrap_or_default());
        words <= 7
            && super::lexicon::lexicon().exactly(&first).any(Does::HEAD.or(Does::GIVEN).or(Does::TITLE))
            && !inner.contains(['،', '.'])
    }

    /// Two or three words: speech only where somebody speaks and they are no name.
    pub(super) fn judge_short(&mut self, at: usize, pair: usize) {
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
        let naming = Does::HEAD
            .or(Does::GIVEN)
            .or(Does::PLACE)
            .or(Does::OUTLET)
            .or(Does::MEDIUM)
            .or(Does::BODY)
            .or(Does::PRODUCT);
        let namelike = (at..at + 3)
            .take_while(|&index| self.tokens.all[index].inside == Some(u32::try_from(pair).unwrap_or(u32::MAX)))
            .any(|index| self.tokens.all[index].does.any(naming));
        let before = at.checked_sub(1).map(|before| self.tokens.all[before]);
        // `السفينة «…»`: the thing with the article, its name in marks.
        let thing = before.is_some_and(|before| {
            let bare = super::cast::bare(self.tokens.fold(before));
            before.kind == Kind::Word && lexicon().exactly(bare).any(Does::NAMING)
        });
        let class = thing
            || before.is_some_and(|before| {
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

    pub(super) fn take(&mut self, at: usize, pair: usize, governed: bool) {
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
}
