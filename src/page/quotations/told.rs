//! What stands between a verb of saying and its subject or the words: times, asides, the outlet that was told.

use super::arabic::{Cue, Walk};
use super::lexicon::Does;
use super::noun::is_hard_end;
use super::outlet::medium;
use super::tokens::Kind;

impl Walk<'_, '_> {
    /// Passes over what stands between a verb and its subject: times, pronouns, the outlet that was told.
    pub(super) fn skip_adverbs(&mut self, from: usize, via: &mut Vec<String>) -> usize {
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
                    || matches!(word, "له" | "لها" | "لهم" | "لنا" | "ايضا" | "كذلك" | "به" | "قد")
                    || matches!(word, "معاليه" | "معاليها" | "سموه" | "سموها" | "فضيلته" | "سعادته" | "سيادته"));
            // `أكد فيه السفير`, `قال عنه الخطيب`: a pronoun between the verb and its subject.
            let light = light
                || at == from
                    && !self.tokens.all[from - 1].does.any(Does::OBJECT)
                    && matches!(
                        word,
                        "فيه"
                            | "فيها"
                            | "عنه"
                            | "عنها"
                            | "عنهم"
                            | "عليه"
                            | "عليها"
                            | "بها"
                            | "خلاله"
                            | "خلالها"
                    )
                    && self.tokens.all[at + 1].kind == Kind::Word
                    && !self.tokens.all[at + 1]
                        .does
                        .any(Does::THAT.or(Does::STOP).or(Does::SAYING_NOUN).or(Does::ACCORDING));
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
    pub(super) fn told(&self, at: usize) -> Option<(String, usize)> {
        let word = self.tokens.fold_at(at);
        let token = self.tokens.all[at];
        let to = word.starts_with('ل') && token.kind == Kind::Word && token.inside.is_none();
        if to { medium(self.tokens, at) } else { None }
    }

    /// `قال، في تصريح لـ"الوطن"، المتحدث…`: a prepositional aside after which a name or a role stands. Returns where.
    pub(super) fn aside(&mut self, at: usize) -> Option<usize> {
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
    pub(super) fn tail(&mut self, from: usize) {
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

    pub(super) fn quoted(&self, at: usize) -> Option<(String, usize)> {
        let pair = self.tokens.all.get(at)?.inside?;
        let end = (at..self.tokens.all.len()).find(|&index| self.tokens.all[index].inside != Some(pair))?;
        Some((self.tokens.printed(at, end), end))
    }

    pub(super) fn carry_earlier(&mut self, name: String) {
        if let Some(found) = self.found[self.before..].last_mut() {
            push_via(&mut found.via, name);
            found.governed = true;
        } else if let Some(cue) = &mut self.cue {
            push_via(&mut cue.via, name);
        } else {
            self.cue = Some(Cue { who: None, via: vec![name], end: self.sentence });
        }
    }
}

pub(super) fn push_via(via: &mut Vec<String>, name: String) {
    let name = name.trim_start_matches('ـ').to_owned();
    let generic = matches!(name.as_str(), "" | "الصحفيين" | "الصحافيين" | "الصحافة");
    if !generic && via.len() < 8 && !via.contains(&name) {
        via.push(name);
    }
}
