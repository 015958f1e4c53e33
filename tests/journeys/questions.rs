//! Questions as people ask them: in many scripts, with other clitics and numbers, made of marks, of syntax, far too long.

use serde_json::{Value, json};

use crate::common::{Scratch, text};

/// An archive with one article that holds these paragraphs.
fn holding(paragraphs: &[&str]) -> Scratch {
    let scratch = Scratch::with_archive();
    let article =
        json!({"title": "A page of sentences", "text": paragraphs.join("\n"), "url": "https://paper.example/1"});
    scratch.write("one.jsonl", format!("{article}\n"));
    scratch.run(["ingest", "one.jsonl"]).is(0);
    scratch
}

/// The answers to these questions, one a line, each of which is an answer or an error and never a crash.
#[track_caller]
fn ask(scratch: &Scratch, questions: &[&str]) -> Vec<Value> {
    let run = scratch.json_stdin(["audit", "-"], &(questions.join("\n") + "\n"));
    assert!(matches!(run.status, Some(0..=2)), "{:?}: {}", run.status, run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run.lines()
}

/// (as it stands, as somebody else writes it, one word of it)
const SCRIPTS: [(&str, &str, &str); 11] = [
    ("وصلت القافلةُ إلى المدينة مساءَ ١٤ آذار", "وصلت القافله الي المدينة مســاء 14 اذار", "القافلة"),
    (
        "Die Straße zum Hafen wurde für Fußgänger gesperrt",
        "DIE STRASSE ZUM HAFEN WURDE FUR FUSSGANGER GESPERRT",
        "Hafen",
    ),
    ("Ёлку на площади зажгли в пятницу вечером", "елку на площади зажгли в Пятницу вечером", "площади"),
    ("Ο Σίσυφος ανέβασε πάλι την πέτρα στον λόφο", "Ο ΣΙΣΥΦΟΣ ΑΝΕΒΑΣΕ ΠΑΛΙ ΤΗΝ ΠΕΤΡΑ ΣΤΟΝ ΛΟΦΟ", "πέτρα"),
    ("הַמּוֹרָה כָּתְבָה מִכְתָּב אָרֹךְ לַיְלָדִים בַּבֹּקֶר", "המורה כתבה מכתב ארך לילדים בבקר", "מכתב"),
    ("کتاب‌های تازه در کتابخانهٔ شهر گذاشته شد", "كتابهاي تازه در كتابخانه شهر گذاشته شد", "کتابخانه"),
    ("یہ خبر آج صبح شہر کے بازار میں پھیل گئی", "يه خبر اج صبح شهر كي بازار ميں پهيل گيي", "بازار"),
    ("在２０１８年春天，图书馆重新开放", "在2018年春天，图书馆重新开放", "图书馆"),
    ("図書館は２０１８年の春に再び開いた", "図書館は2018年の春に再び開いた", "図書館"),
    ("시립 도서관이 ２０１８년 봄에 다시 문을 열었다", "시립 도서관이 2018년 봄에 다시 문을 열었다", "도서관이"),
    ("หอสมุดเมืองเปิดใหม่ในปี ๒๕๖๑ แล้ว", "หอสมุดเมืองเปิดใหม่ในปี 2561 แล้ว", "หอสมุด"),
];

#[test]
fn every_script_is_found_verbatim_respelled_and_by_a_word() {
    let paragraphs: Vec<&str> = SCRIPTS.iter().map(|(as_it_stands, ..)| *as_it_stands).collect();
    let scratch = holding(&paragraphs);
    for (as_it_stands, respelled, word) in SCRIPTS {
        let answers = ask(&scratch, &[as_it_stands, respelled]);
        assert_eq!(answers[0]["verdict"], "found", "{as_it_stands}");
        assert_eq!(answers[0]["occurrences"][0]["text"], as_it_stands);
        assert_eq!(answers[1]["verdict"], "found-respelled", "{respelled}: {}", answers[1]);
        assert_eq!(answers[1]["occurrences"][0]["text"], as_it_stands);
        let found = scratch.json(["search", word]).is(0);
        assert!(text(&found.lines()[0], "snippet").contains(as_it_stands), "{word}");
    }
}

#[test]
fn options_may_follow_the_words_of_a_search() {
    let scratch = holding(&["غادرت 25 حافلة ريف دمشق صباح أمس"]);
    for (more, total) in [(["--limit", "1"], 1), (["--outlet", "paper.example"], 1), (["--outlet", "other.example"], 0)]
    {
        let found = scratch.json(["search", "دمشق", "حافلة"].iter().chain(&more)).lines();
        assert_eq!(found.last().unwrap()["summary"]["total"], total, "{more:?}");
    }
    scratch.run(["search", "دمشق", "--nothing"]).is(2);
    scratch.run(["search", "--", "--nothing"]).is(1);
}

#[test]
fn clitics_split_and_numbers_spelled_are_the_same_statement() {
    let scratch = holding(&["وصلت 25 حافلة بدمشق مساء أمس قرب مقر وكالة الأنباء المحلية في الساحة"]);
    let answers = ask(
        &scratch,
        &[
            "وصلت 25 حافلة بـ دمشق مساء أمس قرب مقر وكالة الأنباء المحلية في الساحة",
            "وصلت خمس وعشرون حافلة بدمشق مساء أمس قرب مقر وكالة الأنباء المحلية في الساحة",
            "وصلت 25 حافلة بدمشق مساء أمس قرب مقروكالة الأنباء المحلية في الساحة",
            "وصلت 52 حافلة بدمشق مساء أمس قرب مقر وكالة الأنباء المحلية في الساحة",
        ],
    );
    for (answer, changed) in answers.iter().zip([false, false, false, true]) {
        let place = &answer["occurrences"][0];
        assert_eq!((&answer["verdict"], &place["match"]), (&json!("found-altered"), &json!("reworded")), "{answer}");
        assert_eq!(place["notes"].to_string().contains("number changed"), changed, "{}", place["notes"]);
    }
}

#[test]
fn a_statement_over_several_blocks_is_found_verbatim_and_reworded() {
    let lines = [
        "The harbour master said on Tuesday that the",
        "ferry to the northern islands would sail again",
        "once the storm over the eastern channel had",
        "passed and the damaged pier was repaired.",
    ];
    let scratch = holding(&lines);
    let whole = lines.join(" ");
    let reworded = whole.replace("harbour master", "port warden").replace("damaged pier", "old pier");
    let answers = ask(&scratch, &[&whole, &reworded, "damaged pier was repaired"]);
    assert_eq!(answers[0]["verdict"], "found");
    assert_eq!(answers[1]["verdict"], "found-altered", "{}", answers[1]);
    let place = &answers[1]["occurrences"][0];
    assert!(place["score"].as_f64().unwrap() > 0.8, "the statement, and not a line of it: {place}");
    assert_eq!(answers[1]["occurrences"].as_array().unwrap().len(), 1);
    assert_eq!(answers[2]["verdict"], "found");
}

#[test]
fn words_around_an_ellipsis_are_found() {
    let scratch =
        holding(&["أعلنت البلدية أمس أن ترميم الجسر الحجري القديم سيبدأ مطلع الشهر المقبل بعد تأخر دام عامين"]);
    let answers = ask(&scratch, &["أعلنت البلدية أمس … تأخر دام عامين", "أعلنت البلدية أمس [...] تأخر دام عامين"]);
    for answer in answers {
        assert_eq!(answer["verdict"], "found-altered", "{answer}");
        assert_eq!(answer["occurrences"][0]["match"], "reworded");
    }
}

#[test]
fn syntax_is_words_and_marks_are_none() {
    let scratch = holding(&["He wrote NEAR( the gate) AND \"never\" - * on the wall, column:value, and left"]);
    let questions = [
        "NEAR( the gate) AND \"never\" - * on the wall, column:value",
        "NEAR(",
        "OR",
        "column:value",
        "-left",
        "left*",
    ];
    let verdicts: Vec<Value> = ask(&scratch, &questions).iter().map(|answer| answer["verdict"].clone()).collect();
    assert_eq!(verdicts, ["found", "found", "absent", "found", "found", "found"]);
    for nothing in ["\"", "*", "-", "(", "«…»", "ًٌ", "ـ", "“”", "\u{202e}", "\u{0}"] {
        let run = scratch.json_stdin(["audit", "-"], &format!("{nothing}\n"));
        assert!(matches!(run.status, Some(1 | 2)), "{nothing:?}: {:?}", run.status);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert!(run.lines().iter().all(|line| line.get("verdict").is_none()), "{nothing:?}: {}", run.text());
    }
    for nothing in ["", " ", "…", "\u{202e}\u{202c}"] {
        scratch.run(["audit", nothing]).is(2).says(&["quotation"]);
    }
}

#[test]
fn what_is_invisible_changes_no_match() {
    let scratch = holding(&["وصلت القافلة إلى المدينة مساء الثلاثاء"]);
    let answers = ask(
        &scratch,
        &[
            "\u{202e}وصلت القافلة\u{202c} إلى المدينة",
            "وصلت \u{0}القافلة إلى المدينة",
            "«وصلت القافلة إلى",
            "\u{2067}وصلت القافلة إلى",
            "„وصلت القافلة “إلى",
            "وصلت القافلة\u{301} إلى",
            "و",
            "x",
            "من في",
            "the of",
            "إلى",
        ],
    );
    let verdicts: Vec<&str> = answers.iter().map(|answer| text(answer, "verdict")).collect();
    let found = ["found"; 4];
    let rest = ["found-respelled", "found-respelled", "absent", "absent", "absent", "absent", "found"];
    assert_eq!(verdicts, [&found[..], &rest].concat(), "{:?}", answers[4]);
    assert!(answers[0]["notes"].to_string().contains("invisible direction marks"), "{}", answers[0]["notes"]);
}

#[test]
fn bytes_that_are_no_text_are_an_error_line_and_the_rest_goes_on() {
    let scratch = holding(&["The ferry sails again on Tuesday"]);
    let mut command = scratch.command();
    command.args(["--json", "audit", "-"]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let sent = b"The ferry sails again\nthe \xff\xfe ferry\nferry sails\n";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), sent).unwrap();
    let run = crate::common::Run::of(child.wait_with_output().unwrap());
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let lines = run.lines();
    assert_eq!((lines.len(), &lines[0]["verdict"], &lines[2]["verdict"]), (3, &"found".into(), &"found".into()));
    assert!(matches!(run.status, Some(1 | 2)), "{:?} {}", run.status, lines[1]);
}

#[test]
fn a_text_of_100_kb_is_audited_in_windows_and_what_was_cut_is_said() {
    let said = "the harbour master told the council that the old ferry would sail again after the long winter storm";
    let scratch = holding(&[said, "Nothing else is written here."]);
    let filler = |words: usize| (0..words).map(|at| format!("w{at}x")).collect::<Vec<_>>().join(" ");
    let long = format!("{} {said} {}", filler(1_500), filler(1_500));
    let answer = &ask(&scratch, &[&long])[0];
    assert_eq!(answer["verdict"], "found-altered", "{}", answer["notes"]);
    assert_eq!(answer["occurrences"][0]["text"], said);
    let huge = format!("{said} {}", filler(21_000));
    assert!(huge.len() > 100_000);
    let answer = &ask(&scratch, &[&huge])[0];
    let notes = answer["notes"].to_string();
    assert!(notes.contains("the first 20000 were looked for") && notes.contains("256 passages"), "{notes}");
    assert_eq!(answer["occurrences"][0]["text"], said);
}
