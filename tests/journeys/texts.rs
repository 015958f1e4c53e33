//! Invented news in Arabic and English, as many as wanted, the same on every run.

use std::fmt::Write;

/// A small generator of repeatable numbers (SplitMix64); tests need no better one.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const WHO: [&str; 8] = [
    "مدير الميناء",
    "رئيس البلدية",
    "المتحدث باسم الصيادين",
    "وزيرة النقل",
    "the harbour master",
    "a teacher",
    "the council",
    "قائد فرقة الإطفاء",
];
const DID: [&str; 8] = [
    "أعلن أن",
    "قال أمس إن",
    "أكد في بيان أن",
    "نفى أن",
    "said on Monday that",
    "denied that",
    "wrote that",
    "أوضح للصحفيين أن",
];
const WHAT: [&str; 8] = [
    "الجسر سيفتح",
    "السفينة غادرت",
    "المدرسة القديمة رممت",
    "الطريق أغلق",
    "the lighthouse was lit",
    "the market opened",
    "the ferry came late",
    "المكتبة استقبلت زوارها",
];
const WHEN: [&str; 8] = [
    "صباح الخميس",
    "قبل الموعد بساعة",
    "بعد سنوات من الانتظار",
    "عند المغرب",
    "before dawn",
    "for the third time",
    "in heavy rain",
    "وسط حضور كبير",
];

/// Writes `count` lines of JSON, one document each, with a sidebar line that many of them share.
pub(crate) fn jsonl(count: usize) -> String {
    let mut numbers = Numbers(17);
    let mut out = String::new();
    for index in 0..count {
        let mut text = String::new();
        for paragraph in 0..2 + numbers.below(4) {
            if paragraph > 0 {
                text.push_str("\\n");
            }
            for _ in 0..1 + numbers.below(3) {
                let (who, did) = (numbers.pick(&WHO), numbers.pick(&DID));
                let (what, when, number) = (numbers.pick(&WHAT), numbers.pick(&WHEN), numbers.below(9000));
                write!(text, "{who} {did} {what} {when} ({number}). ").unwrap();
            }
        }
        let day = 1 + numbers.below(28);
        writeln!(
            out,
            r#"{{"url":"https://paper{}.example/{index}","title":"خبر رقم {index}","published":"2018-03-{day:02}","captured_at":"2018-04-01","text":"{text}"}}"#,
            index % 7
        )
        .unwrap();
    }
    out
}
