//! What an audit says beyond where the words stand: copies, dependence, translations, drift, formulas, later edits.

use serde_json::{Value, json};

use crate::common::{Run, Scratch, text};

/// An archive with these documents, one JSON object each.
pub(crate) fn archive(documents: &[Value]) -> Scratch {
    let scratch = Scratch::with_archive();
    let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
    let path = scratch.write("story.jsonl", lines);
    scratch.run(["ingest", path.to_str().unwrap()]).is(0);
    scratch
}

pub(crate) fn document(url: &str, published: &str, text: &str) -> Value {
    let outlet = url.split('/').nth(2).unwrap();
    json!({"url": url, "outlet": outlet, "published": published, "text": text})
}

pub(crate) fn occurrences(answer: &Value) -> &Vec<Value> {
    answer["occurrences"].as_array().unwrap()
}

pub(crate) fn at<'a>(answer: &'a Value, outlet: &str) -> &'a Value {
    occurrences(answer).iter().find(|place| place["outlet"] == outlet).unwrap_or_else(|| panic!("{outlet}: {answer}"))
}

fn id(answer: &Value, outlet: &str) -> String {
    text(at(answer, outlet), "article").to_owned()
}

const SAID: &str = "سنفتح الجسر الشرقي أمام الشاحنات قبل نهاية الصيف مهما بلغت كلفة الترميم على البلدية";

/// A report of the bridge in so many sentences that copies of it can be told from other reports.
fn report(lead: &str) -> String {
    format!(
        "{lead}\nوقال رئيس البلدية نادر الحلاق للصحفيين: «{SAID}».\nوعرض المهندسون على الحاضرين رسوم الدعامات الجديدة التي وصلت من المصنع الأسبوع الماضي، وشرحوا طريقة رفعها بالرافعات العائمة.\nوستعمل فرق الغطس ليلا كي لا تتعطل حركة قوارب الصيد، ثم تفحص لجنة مستقلة متانة الأساسات قبل الافتتاح.\n"
    )
}

fn other_report(lead: &str, tail: &str) -> String {
    format!("{lead}\nوأعلن رئيس البلدية نادر الحلاق: «{SAID}».\n{tail}\n")
}

#[test]
fn copies_and_versions_of_one_article_are_one_line_of_descent() {
    let scratch = archive(&[
        document("https://nahr.example/bridge", "2024-05-01T08:00:00Z", &report("عقدت البلدية مؤتمرا عند الجسر.")),
        document(
            "https://nahr.example/local/bridge",
            "2024-05-01T08:00:00Z",
            &report("عقدت البلدية مؤتمرا عند الجسر."),
        ),
        document(
            "https://marsa.example/7",
            "2024-05-02T09:00:00Z",
            &report("نقل مراسلنا وقائع مؤتمر البلدية عند الجسر."),
        ),
        document(
            "https://sahel.example/3",
            "2024-05-03T10:00:00Z",
            &other_report(
                "انتقد التجار تأخر الأعمال.",
                "ورد أصحاب المتاجر بأن الزبائن هجروا السوق منذ عامين وأن الوعود تكررت كثيرا.",
            ),
        ),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    assert_eq!((&answer["total"], &answer["lines"]), (&4.into(), &2.into()), "{answer}");
    let marsa = at(&answer, "marsa.example");
    let near = marsa["near"].as_array().unwrap();
    assert_eq!(near.len(), 2, "{marsa}");
    assert!(near.iter().all(|near| near["kind"] == "copy" && near["first"] == "other"), "{near:?}");
    assert!(near.iter().all(|near| near["share"].as_f64().unwrap() > 0.8), "{near:?}");
    let same: Vec<&Value> = occurrences(&answer)
        .iter()
        .filter(|place| place["outlet"] == "nahr.example")
        .flat_map(|place| place["near"].as_array().unwrap())
        .filter(|near| near["kind"] == "same")
        .collect();
    assert_eq!(same.len(), 2, "each of the two URLs names the other");
    assert!(same.iter().all(|near| near["share"] == 1.0 && near["first"] == Value::Null));
    let sahel = at(&answer, "sahel.example");
    assert_eq!((&sahel["near"], &sahel["line"]), (&json!([]), &2.into()));
}

#[test]
fn a_named_source_is_a_link_with_its_words() {
    let scratch = archive(&[
        document(
            "https://www.reuters.com/bridge",
            "2024-05-01T08:00:00Z",
            &other_report("من الميناء.", "وتقول الهيئة إن العقد وقع في نيسان."),
        ),
        document(
            "https://sahel.example/3",
            "2024-05-02T10:00:00Z",
            &format!("تتواصل الأعمال عند النهر.\nونقلت رويترز عن رئيس البلدية قوله «{SAID}».\nولم تعلق الشركة.\n"),
        ),
        document(
            "https://early.example/1",
            "2024-04-20T10:00:00Z",
            &format!("خبر قديم.\nوفق وكالة سبوتنيك قال رئيس البلدية «{SAID}».\n"),
        ),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    let chain = answer["chain"].as_array().unwrap();
    assert_eq!(chain.len(), 1, "{chain:?}");
    assert_eq!(
        (&chain[0]["from"], &chain[0]["to"]),
        (&id(&answer, "reuters.com").into(), &id(&answer, "sahel.example").into())
    );
    assert_eq!(chain[0]["basis"], "named");
    let why = text(&chain[0], "why");
    assert!(why.contains("ونقلت رويترز") && why.contains("earlier") && why.contains("inferred"), "{why}");
    let early = at(&answer, "early.example")["notes"].to_string();
    assert!(early.contains("names Sputnik") && early.contains("no article of it in this archive"), "{early}");
    let words = scratch.run(["audit", SAID]).is(0).text();
    assert!(words.contains("Chain (inferred):") && words.contains("by named source"), "{words}");
}

#[test]
fn a_source_that_published_later_is_no_origin() {
    let scratch = archive(&[
        document(
            "https://www.reuters.com/x",
            "2024-05-09T08:00:00Z",
            &other_report("من الميناء.", "وانتهى الخبر هنا."),
        ),
        document(
            "https://sahel.example/3",
            "2024-05-02T10:00:00Z",
            &format!("خبر.\nونقلت رويترز عن رئيس البلدية قوله «{SAID}».\n"),
        ),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    assert_eq!(answer["chain"], json!([]));
    assert!(at(&answer, "sahel.example")["notes"].to_string().contains("are later"));
}

#[test]
fn wording_that_only_two_share_links_them() {
    let altered = SAID.replace("الشرقي", "القديم");
    let say = |lead: &str, words: &str| format!("{lead}\nوقال رئيس البلدية: «{words}».\n");
    let scratch = archive(&[
        document("https://one.example/1", "2024-05-01T08:00:00Z", &say("من الضفة الأولى جاء الخبر صباحا.", SAID)),
        document("https://two.example/1", "2024-05-02T08:00:00Z", &say("تجمع الصيادون عند المرفأ.", &altered)),
        document("https://three.example/1", "2024-05-03T08:00:00Z", &say("في جلسة المجلس الأخيرة.", SAID)),
        document("https://four.example/1", "2024-05-04T08:00:00Z", &say("بعد أسبوع من الأمطار.", &altered)),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    let chain = answer["chain"].as_array().unwrap();
    assert_eq!(chain.len(), 1, "{chain:?}");
    assert_eq!(
        (&chain[0]["from"], &chain[0]["to"]),
        (&id(&answer, "two.example").into(), &id(&answer, "four.example").into())
    );
    assert!(text(&chain[0], "why").contains("“القديم” for “الشرقي”"), "{}", chain[0]);
    let ops: Vec<&str> =
        at(&answer, "two.example")["drift"]["steps"].as_array().unwrap().iter().map(|s| text(s, "op")).collect();
    assert_eq!(ops, ["same", "replaced", "same"]);
    assert_eq!(at(&answer, "one.example")["drift"]["steps"], json!([]));
}

const MINISTRY: (&str, &str) =
    ("المرحلة الأخيرة من إجلاء الأهالي عن سواحل اليمن شارفت على الاكتمال", "إجلاء الأهالي من سواحل اليمن انتهى عمليا");

fn retold(second_day: &str, second_body: &str) -> Scratch {
    archive(&[
        document(
            "https://one.example/1",
            "2024-05-10T12:00:00Z",
            &format!(
                "مؤتمر في العاصمة.\nقالت المتحدثة باسم الخارجية الروسية ماريا سولوفا، أمس، إن «{}».\n",
                MINISTRY.0
            ),
        ),
        document(
            "https://two.example/1",
            second_day,
            &format!("تطورات الساحل.\nوأكدت وزارة {second_body} أمس أن «{}».\n", MINISTRY.1),
        ),
    ])
}

#[test]
fn a_retranslation_is_offered_from_both_sides_and_never_found() {
    let scratch = retold("2024-05-10T15:00:00Z", "الخارجية الروسية");
    for (asked, there) in [(MINISTRY.0, "two.example"), (MINISTRY.1, "one.example")] {
        let answer = scratch.json(["audit", asked]).is(0).only();
        assert_eq!(answer["total"], 1, "{answer}");
        let possibly = answer["possibly"].as_array().unwrap();
        assert_eq!(possibly.len(), 1, "{asked}: {answer}");
        assert_eq!(possibly[0]["outlet"], there);
        let notes = possibly[0]["notes"].to_string();
        assert!(
            notes.contains("another translation") && notes.contains("on the same day") && notes.contains("اليمن"),
            "{notes}"
        );
    }
}

#[test]
fn another_day_or_another_ministry_is_no_retranslation() {
    for scratch in
        [retold("2024-05-14T15:00:00Z", "الخارجية الروسية"), retold("2024-05-10T15:00:00Z", "الخارجية الصينية")]
    {
        let answer = scratch.json(["audit", MINISTRY.0]).is(0).only();
        assert!(!answer["possibly"].to_string().contains("another translation"), "{}", answer["possibly"]);
    }
}

#[test]
fn drift_names_changed_numbers_first_and_the_telling() {
    let scratch = archive(&[
        document(
            "https://one.example/1",
            "2024-05-10T12:00:00Z",
            "خبر أول.\nأعلنت قيادة الشرطة في بيان أن «عاد نحو 14 صيادا سالمين إلى مرفأ المنارة بعد ليلة كاملة في العاصفة».\n",
        ),
        document(
            "https://two.example/1",
            "2024-05-11T12:00:00Z",
            "خبر ثان.\nوذكرت قيادة الشرطة في تغريدة أن «عاد نحو 41 صيادا سالمين إلى مرفأ المنارة بعد ليلة كاملة في العاصفة».\n",
        ),
    ]);
    let asked = "عاد نحو 14 صيادا سالمين إلى مرفأ المنارة بعد ليلة كاملة في العاصفة";
    let answer = scratch.json(["audit", asked]).is(0).only();
    let two = at(&answer, "two.example");
    assert_eq!(two["drift"]["changes"], json!([{"kind": "number", "from": "14", "to": "41"}]));
    assert_eq!((&two["match"], &two["medium"]), (&"reworded".into(), &"tweet".into()));
    let differs: Vec<&str> = two["differs"].as_array().unwrap().iter().map(|d| text(d, "what")).collect();
    assert!(differs.contains(&"verb") && differs.contains(&"medium"), "{differs:?}");
    let words = scratch.run(["audit", asked]).is(0).text();
    assert!(words.contains("number changed: 14 became 41") && words.contains("[-14-] [+41+]"), "{words}");
    assert!(!words.contains('\u{1b}'), "no colour where NO_COLOR is set or nobody watches");
    let compared = scratch.json(["audit", asked, "--compare", "2,1"]).is(0).only();
    assert_eq!(compared["drift"]["changes"][0]["from"], "41");
    scratch.run(["audit", asked, "--compare", "1,9"]).is(2).says(&["there is no occurrence 9"]);
}

/// The answers, or error codes, in their order.
fn outcomes(run: &Run) -> Vec<String> {
    run.lines()
        .iter()
        .map(|line| {
            line["verdict"].as_str().or(line["error"]["code"].as_str()).unwrap_or_else(|| panic!("{line}")).to_owned()
        })
        .collect()
}

#[test]
fn many_quotations_keep_their_order_whatever_the_threads() {
    let scratch = archive(&[document("https://one.example/1", "2024-05-01", &report("خبر."))]);
    let asked: String =
        (0..300).map(|n| if n % 3 == 0 { format!("{SAID}\n") } else { format!("لا أحد قال هذا الرقم {n}\n") }).collect();
    for threads in ["1", "4"] {
        let run = scratch.json_stdin(["audit", "-", "--threads", threads], &asked).is(1);
        let expected: Vec<String> = (0..300).map(|n| if n % 3 == 0 { "found" } else { "absent" }.to_owned()).collect();
        assert_eq!(outcomes(&run), expected);
    }
    let all = scratch.json_stdin(["audit", "-"], &format!("{SAID}\n{SAID}")).is(0);
    assert_eq!(outcomes(&all), ["found", "found"]);
}

#[test]
fn a_bad_line_is_an_error_line_and_ends_nothing() {
    let scratch = archive(&[document("https://one.example/1", "2024-05-01", &report("خبر."))]);
    let run = scratch.json_stdin(["audit", "-"], &format!("{SAID}\r\n\n…«»\n{SAID}\n")).is(2);
    assert_eq!(outcomes(&run), ["found", "usage", "usage", "found"]);
    run.says(&["line 2: it is empty"]);
    scratch.json_stdin(["audit", "-"], "").is(2);
}

#[test]
fn an_article_is_audited_against_all_others_but_its_copies() {
    let scratch = archive(&[
        document("https://nahr.example/bridge", "2024-05-02T08:00:00Z", &report("عقدت البلدية مؤتمرا عند الجسر.")),
        document("https://marsa.example/7", "2024-05-01T09:00:00Z", &report("نقل مراسلنا وقائع مؤتمر البلدية.")),
        document(
            "https://old.example/1",
            "2024-04-01T09:00:00Z",
            &other_report("قبل شهر.", "وكان ذلك في افتتاح المعرض السنوي للزهور."),
        ),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    let article = id(&answer, "nahr.example");
    let rows = scratch.json(["audit", "--article", &article, "--threads", "2"]).is(0).lines();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let elsewhere = &rows[0]["elsewhere"];
    assert_eq!(
        (&elsewhere["occurrences"], &elsewhere["copies"], &elsewhere["earlier"]),
        (&1.into(), &1.into(), &true.into())
    );
    assert_eq!((&elsewhere["first"]["outlet"], &elsewhere["verdict"]), (&"old.example".into(), &"found".into()));
    assert_eq!(elsewhere["speaker"], "نادر الحلاق");
    let table = scratch.run(["audit", "--article", &article]).is(0).text();
    assert!(table.contains("نادر الحلاق | old.example") && table.contains("verbatim elsewhere, 1 copies"), "{table}");
    let alone = archive(&[document("https://nahr.example/bridge", "2024-05-02", &report("وحده."))]);
    let row = alone.json(["audit", "--article", "https://nahr.example/bridge"]).is(0).only();
    assert_eq!((&row["elsewhere"]["verdict"], &row["elsewhere"]["occurrences"]), (&"absent".into(), &0.into()));
}

#[test]
fn a_sentence_everybody_uses_is_said_to_be_common() {
    let background =
        "وتعد هيئة الموانئ في المدينة الساحلية من أقدم الهيئات العامة وقد تأسست قبل سبعين عاما وتشرف على ستة أرصفة";
    let subjects = ["القمح", "السكر", "الأخشاب", "الحديد", "القطن", "الأسماك", "الرخام", "الزيتون", "الورق", "الأسمنت"];
    let documents: Vec<Value> = subjects
        .iter()
        .enumerate()
        .map(|(n, subject)| {
            let own: String = (0..40).map(|k| format!("{subject}{k} ")).collect();
            let body = format!("{own}\nوصلت سفينة {subject} إلى الرصيف.\nوفرغ العمال حمولة {subject} في يوم {n} من الموسم وسط رياح قوية.\n{background}.\n");
            document(&format!("https://port{n}.example/{n}"), &format!("2024-0{}-0{}T08:00:00Z", 1 + n / 3, 1 + n % 9), &body)
        })
        .collect();
    let answer = archive(&documents).json(["audit", background]).is(0).only();
    assert_eq!(answer["common"]["kind"], "background", "{}", answer["common"]);
    assert_eq!((&answer["common"]["articles"], &answer["common"]["outlets"]), (&10.into(), &10.into()));
    assert!(answer["notes"].to_string().contains("no origin"), "{}", answer["notes"]);
}

#[test]
fn what_one_person_always_says_is_no_formula() {
    let uses = |speakers: [&str; 3]| -> Vec<Value> {
        let subjects = ["القمح", "السكر", "الأخشاب", "الحديد", "القطن", "الأسماك", "الرخام", "الزيتون", "الورق"];
        let documents = subjects.iter().enumerate().map(|(n, subject)| {
            let own: String = (0..40).map(|k| format!("{subject}{k} ")).collect();
            let speaker = speakers[n % 3];
            let said = "سنبقي أبواب الميناء القديم مفتوحة أمام كل صياد فقير مهما طال الشتاء";
            let body = format!("{own}\nوصلت سفينة {subject} إلى الرصيف.\nوقال {speaker}: «{said}».\n");
            document(
                &format!("https://port{n}.example/{n}"),
                &format!("2024-0{}-0{}T08:00:00Z", 1 + n / 3, 1 + n),
                &body,
            )
        });
        documents.collect()
    };
    let asked = "سنبقي أبواب الميناء القديم مفتوحة أمام كل صياد فقير مهما طال الشتاء";
    let own = archive(&uses(["نادر الحلاق"; 3])).json(["audit", asked]).is(0).only();
    assert_eq!(own["occurrences"][0]["speaker"], "نادر الحلاق", "{own}");
    assert_eq!(
        (&own["common"], &own["first"]["published"]["outlet"]),
        (&Value::Null, &"port0.example".into()),
        "{own}"
    );
    let many = archive(&uses(["نادر الحلاق", "سامي الزقزوقي", "وزير النقل"])).json(["audit", asked]).is(0).only();
    assert_eq!(many["common"]["kind"], "formula", "{}", many["common"]);
}

#[test]
fn copies_of_one_article_make_no_formula() {
    let documents: Vec<Value> = (0..10)
        .map(|n| {
            document(
                &format!("https://port{n}.example/{n}"),
                &format!("2024-0{}-0{}T08:00:00Z", 1 + n / 3, 1 + n % 9),
                &report("خبر الوكالة كما وزعته."),
            )
        })
        .collect();
    let answer = archive(&documents).json(["audit", SAID]).is(0).only();
    assert_eq!((&answer["lines"], &answer["common"]), (&1.into(), &Value::Null));
}

#[test]
fn a_redated_version_of_a_page_is_shown_as_a_version() {
    let version = |captured: &str, published: &str, tail: &str| {
        let mut version =
            document("https://nahr.example/bridge", published, &format!("{}{tail}\n", report("عقدت البلدية مؤتمرا.")));
        version["captured_at"] = captured.into();
        version
    };
    let scratch = archive(&[
        version("2024-05-01T10:00:00Z", "2024-05-01T08:00:00Z", ""),
        version("2024-05-03T10:00:00Z", "2024-05-03T08:00:00Z", "تصحيح: يبدأ العمل ليلا في حزيران."),
    ]);
    let answer = scratch.json(["audit", SAID]).is(0).only();
    assert_eq!((&answer["lines"], &answer["order"]), (&1.into(), &"determined".into()));
    let places = occurrences(&answer);
    assert_eq!(places.len(), 2);
    assert_eq!((&places[0]["near"][0]["kind"], &places[0]["near"][0]["first"]), (&"version".into(), &"this".into()));
    assert_eq!(answer["chain"][0]["basis"], "wording");
    assert!(text(&answer["chain"][0], "why").contains("versions of one page"), "{}", answer["chain"]);
}

#[test]
fn who_is_said_not_to_have_said_it_is_no_speaker() {
    let answer = archive(&[
        document("https://nahr.example/1", "2024-05-01", &format!("خبر من الميناء.\nوقال نادر الحلاق: «{SAID}».\n")),
        document("https://marsa.example/1", "2024-05-03", &format!("نفي.\nونفى نادر الحلاق أن يكون قال: «{SAID}».\n")),
    ])
    .json(["audit", SAID])
    .is(0)
    .only();
    assert_eq!(at(&answer, "nahr.example")["speaker"], "نادر الحلاق");
    let denied = at(&answer, "marsa.example");
    assert_eq!(denied["speaker"], Value::Null, "{denied}");
    assert!(denied["notes"].to_string().contains("ونفى نادر الحلاق أن يكون قال"), "{denied}");
}

#[test]
fn a_few_words_that_run_over_the_end_of_a_paragraph_are_found() {
    let body = "The council met on Monday to speak of the old lighthouse.\nFerrymen waited outside for hours, as they had in spring.\n";
    let scratch = archive(&[document("https://nahr.example/1", "2024-05-01T08:00:00Z", body)]);
    for asked in ["old lighthouse. Ferrymen", "lighthouse ferrymen waited outside", "of the old lighthouse. Ferrymen"] {
        let answer = scratch.json(["audit", asked]).is(0).only();
        assert_eq!(occurrences(&answer).len(), 1, "{asked}: {answer}");
    }
    scratch.run(["audit", "lighthouse waited outside"]).is(1);
}
