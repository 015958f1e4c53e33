//! The verbs of saying of an Arabic block, and whose they are.

use super::arabic::{Cue, Walk};
use super::body::points_back;
use super::cast::Gender;
use super::lexicon::Does;
use super::noun::{OPENERS, is_hard_end};
use super::outlet::medium;
use super::phrase::{Subject, listed_subject, subject};
use super::tokens::Kind;
use super::told::push_via;

impl Walk<'_, '_> {
    /// Whether a word that may be a verb of saying is one here.
    pub(super) fn is_said(&self, at: usize) -> bool {
        let does = self.tokens.all[at].does;
        let next = self.tokens.fold_at(at + 1);
        if self.tokens.fold_at(at).ends_with("كتب")
            && matches!(next, "علي" | "عليه" | "عليها" | "عليهم" | "فيه" | "فيها")
        {
            return false;
        }
        if self.tokens.fold_at(at).ends_with("رد") && matches!(next, "فعل" | "الفعل") {
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
                    | "علي"
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
        // `عن ساكن لم تذكر اسمه قوله`: what somebody did not say is nobody's speech.
        if self.cue.is_some()
            && at > self.sentence
            && matches!(self.tokens.fold_at(at - 1), "لم" | "ولم" | "لن" | "ولن" | "لا" | "ولا")
        {
            return false;
        }
        if self.cue.is_some() && self.is_clause_of_noun(at) && !self.announces(at + 1) {
            return false;
        }
        if self.cue.as_ref().is_some_and(|cue| cue.who.is_some()) && self.is_inside_clause(at) {
            return false;
        }
        if self.is_relative(at) && self.cue.is_some() {
            if does.any(Does::SUFFIXED) {
                return self.names_its_object(at);
            }
            // `التي كشفت عنها الحكومة "…"`: tells which, unless it says how the words went.
            let about = matches!(next, "عنه" | "عنها" | "عنهم" | "اليه" | "اليها");
            return (at + 1..at + 8)
                .take_while(|&index| {
                    !matches!(
                        self.tokens.all.get(index).map(|t| t.kind),
                        None | Some(Kind::End | Kind::Punct('،' | ',' | '.'))
                    )
                })
                .any(|index| {
                    self.tokens.all[index].does.any(Does::THAT)
                        || self.tokens.all[index].kind == Kind::Punct(':')
                        || !about && index <= at + 5 && matches!(self.tokens.all[index].kind, Kind::Quote(_))
                });
        }
        true
    }

    /// Whether a verb with an object pronoun follows a noun: `أسعار اعتبرها`, `إلا أن الوزير أجابه`.
    pub(super) fn is_clause_of_noun(&self, at: usize) -> bool {
        at > self.sentence && self.tokens.all[at].does.any(Does::SUFFIXED) && {
            let before = self.tokens.all[at - 1];
            before.kind == Kind::Word && !before.does.any(Does::STOP.or(Does::RELATIVE).or(Does::ACCORDING))
        }
    }

    /// Whether the words of somebody else follow a verb whose object is the antecedent: `التي وصفها الوزير، فلان، بأنها`;
    /// `المعلومات التي أعلنتها الحكومة` only tells which.
    pub(super) fn names_its_object(&self, at: usize) -> bool {
        (at + 1..at + 14).take_while(|&index| self.tokens.all.get(index).is_some_and(|token| !token.ends)).any(
            |index| {
                let token = self.tokens.all[index];
                let marked = matches!(token.kind, Kind::Quote(_)) || token.inside.is_some();
                marked && (index == at + 1 || matches!(self.tokens.fold_at(index - 1), "ب"))
                    || token.kind == Kind::Punct(':')
                    || token.does.any(Does::THAT) && self.tokens.fold_at(index).starts_with("با")
            },
        )
    }

    /// Whether the verb at `at` stands directly after a relative pronoun.
    pub(super) fn is_relative(&self, at: usize) -> bool {
        at > self.sentence && self.tokens.all[at - 1].does.any(Does::RELATIVE)
    }

    /// Whether what stands at `at` opens words: a mark, a colon, أن, بالقول.
    pub(super) fn announces(&self, at: usize) -> bool {
        let token = self.tokens.all[at];
        matches!(token.kind, Kind::Quote(_) | Kind::Punct(':')) || token.does.any(Does::THAT.or(Does::SAYING_NOUN))
    }

    /// Whether a word of worship follows the verb at `at`: `قال تعالى`, `قال صلى الله عليه وسلم`. Who is meant is none of
    /// those who speak in the article.
    fn is_scripture(&self, at: usize) -> bool {
        match self.tokens.fold_at(at + 1) {
            "تعالي" | "سبحانه" | "عز" | "جل" | "صلي" | "الله" => true,
            "عليه" => matches!(self.tokens.fold_at(at + 2), "السلام" | "الصلاة" | "افضل"),
            _ => false,
        }
    }

    /// Whether a verb of saying stands right after what was read as the subject of one: `أكد بخاري دان مالام` is a longer
    /// name than we know.
    fn goes_on_after(&self, end: usize) -> bool {
        let token = self.tokens.all[end];
        let finite = token.kind == Kind::Word && token.does.any(Does::SAID) && !token.does.any(OPENERS);
        finite
            && token.inside.is_none()
            && !self.tokens.fold_at(end).starts_with(['و', 'ف', 'ي', 'ت'])
            && !token.does.any(Does::PLURAL)
    }

    /// Whether a verb after a plain noun, in a sentence where somebody speaks already, tells of an act and not of words:
    /// `وأشار إلى أن البلد استبعد نفسه`.
    pub(super) fn is_inside_clause(&self, at: usize) -> bool {
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
    pub(super) fn verb(&mut self, at: usize) -> usize {
        let does = self.tokens.all[at].does;
        let gender = Gender::of(does);
        let mut via = Vec::new();
        if self.is_scripture(at) {
            self.cue = Some(Cue { who: None, via, end: at + 1 });
            return at + 1;
        }
        let at_subject = self.skip_adverbs(at + 1, &mut via);
        let (after, end) = match does.any(Does::OBJECT) {
            true => listed_subject(self.tokens, self.cast, at_subject),
            false => subject(self.tokens, self.cast, at_subject, None),
        };
        let who = match after {
            Subject::Found(_) if self.goes_on_after(end) => None,
            Subject::Found(figure) if !self.object_after_subject(at, does) && !self.disagrees(at_subject, gender) => {
                self.cast.agree(figure, gender);
                Some(figure)
            }
            Subject::Unknown
                if does.any(Does::OBJECT)
                    && self.is_unlisted_with_article(at_subject)
                    && !self.sentence_has_subject(at) =>
            {
                None
            }
            Subject::Unknown if self.tokens.all[at_subject].does.any(Does::ROLE.or(Does::BODY).or(Does::MEDIUM)) => {
                None
            }
            // `رفضت روسيا`: countries are feminine; after a verb of that form one may be the subject.
            Subject::Unknown
                if self.tokens.all[at_subject].does.any(Does::PLACE)
                    && (gender == Some(Gender::Feminine) || !does.any(Does::OBJECT)) =>
            {
                None
            }
            // `واعتبرها سياسيون`: the verb has its object.
            Subject::Unknown
                if does.any(Does::SUFFIXED)
                    && (self.tokens.fold_at(at_subject).ends_with("ون")
                        || self.is_unlisted_with_article(at_subject)) =>
            {
                None
            }
            // `قال عنه الخطيب`: what follows the pronoun is the subject, told or not.
            Subject::Unknown if at_subject > at + 1 && self.is_unlisted_with_article(at_subject) => None,
            Subject::Unknown if !does.any(Does::OBJECT) || self.tokens.all[at_subject].does.any(Does::ROLE) => {
                self.before_verb(at)
            }
            _ => self.before_verb(at).or_else(|| {
                // `يذكر أن جاره قال عنه`: who stands before the verb is its subject, told or not.
                let joined = self.tokens.fold_at(at).starts_with(['و', 'ف']);
                if !joined && self.has_own_subject(at) || self.is_of_antecedent(at) {
                    None
                } else {
                    self.pronoun(at, gender)
                }
            }),
        };
        let who = who.filter(|figure| matches!(after, Subject::Found(_)) || self.cast.agrees(*figure, gender));
        let brings = (at + 1..at + 6)
            .take_while(|&index| {
                index < self.tokens.all.len() && !matches!(self.tokens.all[index].kind, Kind::Punct('،' | ','))
            })
            .any(|index| self.announces(index));
        // `أن المفاوضين قالوا: "…"`: a plural is of people, who have words of their own.
        let people = brings && does.any(Does::PLURAL);
        // `قال فلان، كما ورد في فقرات نشرت، إن`: a verb of another form belongs to the noun before it.
        let aside = !matches!(after, Subject::Found(_)) && who.is_none() && !people && at > self.sentence && {
            let before = self.tokens.all[at - 1];
            before.kind == Kind::Word
                && !before.does.any(Does::STOP.or(Does::TIME).or(Does::THAT).or(Does::SAID))
                && !self.tokens.fold_at(at).starts_with(['و', 'ف'])
        };
        if aside && self.cue.as_ref().and_then(|cue| cue.who).is_some_and(|figure| !self.cast.agrees(figure, gender)) {
            return at + 1;
        }
        // `إلا أن الأغنية تعتبر الأنجح`: a clause of its own that brings no words.
        if who.is_none() && !brings && self.cue.is_some() && does.any(Does::OBJECT) && self.has_own_subject(at) {
            return at + 1;
        }
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
    pub(super) fn disagrees(&self, at: usize, gender: Option<Gender>) -> bool {
        let body = self.tokens.all[at].does.any(Does::BODY.or(Does::MEDIUM)) && self.tokens.fold_at(at).ends_with('ة');
        // `انتقدت مسؤولة رفيعة، الخميس، نائب الرئيس`: past an aside a man after a feminine verb is its object.
        let role = self.tokens.all[at].does.any(Does::ROLE) && !self.tokens.fold_at(at).ends_with(['ة', 'ر']);
        let past = at >= 1 && matches!(self.tokens.all[at - 1].kind, Kind::Punct('،' | ','));
        gender == Some(Gender::Masculine) && body || gender == Some(Gender::Feminine) && role && past
    }

    /// Whether a word of no list has the article: after a verb that takes an object, either subject or object.
    pub(super) fn is_unlisted_with_article(&self, at: usize) -> bool {
        self.tokens.all[at].does == Does::default() && self.tokens.fold_at(at).starts_with("ال")
    }

    /// `X رفض Y`: with a subject before such a verb, what follows is its object.
    pub(super) fn object_after_subject(&self, at: usize, does: Does) -> bool {
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

    pub(super) fn sentence_has_subject(&self, at: usize) -> bool {
        let heads = Does::ROLE.or(Does::BODY).or(Does::GIVEN);
        let byline = |index: usize| matches!(self.tokens.all[index].kind, Kind::Punct(':' | '-' | '–' | '—' | ')'));
        !(self.sentence..at).any(byline)
            && (self.sentence..at).take(2).any(|index| self.tokens.all[index].does.any(heads))
    }

    /// A participle keeps the speaker of its sentence: `مؤكدا "…"`.
    pub(super) fn participle(&mut self, at: usize) -> usize {
        if let Some(cue) = &mut self.cue {
            cue.end = at + 1;
            cue.who = cue.who.filter(|figure| !self.cast.is_outlet(*figure));
        } else {
            let gender = Gender::of(self.tokens.all[at].does);
            // A participle that begins its sentence goes on with the one before: `قال X "…". مؤكدا "…"`.
            let who = match at == self.sentence && self.cast.spoke_here() {
                true => self.cast.anaphora(gender),
                false => self.sentence_subject(at).filter(|figure| self.cast.agrees(*figure, gender)),
            };
            self.cue = Some(Cue { who, via: Vec::new(), end: at + 1 });
        }
        self.tail(at + 1);
        at + 1
    }

    /// `نقلت X عن Y قوله`: X carries, Y speaks.
    pub(super) fn carried(&mut self, at: usize) -> usize {
        let mut via = Vec::new();
        let mut who = None;
        let mut index = at + 1;
        if let Some((name, next)) = medium(self.tokens, index).or_else(|| self.quoted(index)) {
            push_via(&mut via, name);
            self.note_names(index, next);
            index = next;
        }
        let carrier = index > at + 1;
        // `نسب بيان صدر عن الوزارة إلى فلان قوله`: this verb has another preposition.
        let ascribed = self.tokens.fold_at(at).trim_start_matches('و').starts_with("نسب");
        let limit = index + 16;
        while index < limit && !is_hard_end(self.tokens, index) {
            let word = self.tokens.fold_at(index);
            if matches!(word, "عنه" | "عنها" | "عنهم") && !ascribed {
                let gender = match word {
                    "عنه" => Gender::Masculine,
                    "عنها" => Gender::Feminine,
                    _ => Gender::Plural,
                };
                let who = self.cast.anaphora(Some(gender)).filter(|figure| !self.cast.is_outlet(*figure));
                self.cue = Some(Cue { who, via, end: index + 1 });
                return index + 1;
            }
            let speaker = if ascribed { word == "الي" } else { matches!(word, "عن" | "لسان") };
            if speaker {
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
        // `نقلت الوكالة بيان الجيش`: an outlet that carries does not speak.
        if carrier {
            self.cue = Some(Cue { who: None, via, end: at + 1 });
        }
        at + 1
    }

    /// `وفق X`: at the head of a sentence X speaks; after a quotation X speaks or carries it.
    pub(super) fn according(&mut self, at: usize) -> usize {
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
        if matches!(self.tokens.fold_at(index), "عن" | "عنه" | "عنها" | "عنهم") {
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
        let back = self.tokens.all[index].does.any(Does::MEDIUM) && points_back(self.tokens, index + 1, index + 2);
        if back {
            return index + 2;
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
                if verb {
                    self.tail(end);
                }
            }
        }
        end.max(at + 1)
    }

    /// `فلان: "…"` at the head of a sentence, as headlines print it.
    pub(super) fn name_before_colon(&mut self, at: usize) {
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
}
