use chrono::NaiveDate;

use super::*;

fn day(text: &str) -> NamedDate {
    NamedDate::Day(text.parse::<NaiveDate>().unwrap())
}

fn only(text: &str) -> (NamedDate, Relation, &str) {
    let found = find(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    (found[0].date, found[0].relation, &text[found[0].span.clone()])
}

fn of_year(month: u32, day: u32, weekday: Option<u32>) -> NamedDate {
    NamedDate::DayOfYear { month, day, weekday }
}

#[test]
fn full_dates_of_every_calendar_name_are_read() {
    for (text, expected) in [
        ("وصل الوفد يوم الجمعة 9 من مارس 2018 إلى المدينة", "2018-03-09"),
        ("في 5 كانون الثاني 2017 وقع", "2017-01-05"),
        ("في 31 كانون الأول/ديسمبر 2016 وقع", "2016-12-31"),
        ("ليلة 12 جانفي 2016 بالجهة", "2016-01-12"),
        ("بتاريخ 3 أوت 2015 حدث", "2015-08-03"),
        ("يوم 14 غشت 2014 وقع", "2014-08-14"),
        ("يوم 2 دجنبر 2014 وقع", "2014-12-02"),
        ("في 19 مارس (آذار) 2011 وقع", "2011-03-19"),
        ("في ٣٠ مارس، ٢٠١٨ وقع", "2018-03-30"),
        ("كتب في أغسطس 3, 2015 عن", "2015-08-03"),
        ("في السابع والعشرين من تشرين الثاني عام 2013 وقع", "2013-11-27"),
        ("في الفاتح من نوفمبر 1954 وقع", "1954-11-01"),
        ("منذ 31/03/2018 وهو", "2018-03-31"),
        ("منذ 2018-03-31 وهو", "2018-03-31"),
        ("منذ 5-4-2018 وهو", "2018-04-05"),
        ("در ۱۲ مارس ۲۰۱۸ در تهران", "2018-03-12"),
        ("در ۱۱ فروردین ۱۳۹۷ در تهران", "2018-03-31"),
        ("It began on 12 March 2018 in the east", "2018-03-12"),
        ("It began on March 12th, 2018 in the east", "2018-03-12"),
        ("It began on the 3rd of May, 2016 in the east", "2016-05-03"),
        ("It began on Dec. 5, 2018 in the east", "2018-12-05"),
    ] {
        assert_eq!(only(text).0, day(expected), "{text}");
    }
}

#[test]
fn days_without_a_year_keep_their_weekday() {
    assert_eq!(
        only("وذكرت القناة اليوم، الاثنين 12 من آذار، أن الوفد غادر"),
        (of_year(3, 12, Some(0)), Relation::Today, "اليوم، الاثنين 12 من آذار")
    );
    assert_eq!(only("They met today, Monday 12 March, in Paris").1, Relation::Today);
    assert_eq!(only("They met on Monday, March 12 in Paris").0, of_year(3, 12, Some(0)));
    assert_eq!(
        only("نشر في السادس والعشرين من مارس (آذار) الجاري بيانا"),
        (of_year(3, 26, None), Relation::Past, "السادس والعشرين من مارس (آذار)")
    );
    assert_eq!(only("منذ الثامن عشر من فبراير/شباط الماضي").0, of_year(2, 18, None));
    assert_eq!(only("وذلك قرابة 3 آب في المدينة").0, of_year(8, 3, None));
}

#[test]
fn words_that_only_look_like_months_are_none() {
    for text in [
        "مارس اللاعب هوايته منذ العام 2013",
        "قالت تيريزا ماي إن 40 شخصا",
        "له 3 أب وأم",
        "The 12 may go, and 30 march on",
        "in March 2018 and in May",
        "خلال شهر مارس (آذار) الجاري",
        "نهاية شهر فبراير/شباط الماضي",
        "في 12 رجب 1439 هـ",
        "في 12/07/1439 هـ",
        "يوم 9 ربيع الأول 1439",
        "version 1.2.2018.4 of it",
        "من 10:30 مارس عمله",
        "بلغت 3.5 مارس",
        "35 مارس 2018",
        "30 فبراير 2018",
    ] {
        assert_eq!(find(text), vec![], "{text}");
    }
}

#[test]
fn hijri_beside_gregorian_leaves_the_gregorian() {
    assert_eq!(only("يوم 12 رجب 1439 هـ الموافق 29 مارس 2018 م صدر").0, day("2018-03-29"));
}

#[test]
fn announced_dates_are_future() {
    for text in [
        "تقام المباراة في 14 يونيو 2018 بموسكو",
        "وسيعقد المؤتمر في 3 أيار 2018 في جنيف",
        "تستمر الهدنة حتى 5 نيسان 2018",
        "في 12 أيار المقبل",
        "The vote will be held on 12 May 2018",
        "They have until 3 March 2019 to leave",
    ] {
        assert_eq!(only(text).1, Relation::Future, "{text}");
    }
}

#[test]
fn what_is_announced_is_not_past_because_the_announcing_is() {
    assert_eq!(only("أعلنت اللجنة أن الانتخابات في 12 مايو 2018").1, Relation::Named);
    assert_eq!(only("أعلنت اللجنة في بيان يوم السبت 12 مايو 2018 استقالتها").1, Relation::Past);
    assert_eq!(only("The ministry said that the vote is on 12 May 2018").1, Relation::Named);
    assert_eq!(only("The village was shelled on 12 May 2018").1, Relation::Past);
}

#[test]
fn a_weekday_that_contradicts_its_date_proves_nothing() {
    assert_eq!(only("أعلن الفصيل يوم الخميس 9 مارس 2018 خروجه").1, Relation::Named);
}

#[test]
fn this_day_in_history_is_not_today() {
    assert_ne!(only("في مثل هذا اليوم 12 آذار ولد الشاعر").1, Relation::Today);
}

#[test]
fn printed_dates_are_read_with_their_time() {
    for (text, edtf) in [
        ("نُشر: الأحد 18 شباط 2018 - 21:09", "2018-02-18T21:09:00"),
        ("Published 3 March 2018 at 14:05 GMT", "2018-03-03T14:05:00Z"),
        ("31 مارس 2018 | 10:49", "2018-03-31T10:49:00"),
        ("نشر في: 31 مارس 2018", "2018-03-31"),
        ("الأحد، ١ أبريل ٢٠١٨ ٠١:٤٩ م", "2018-04-01T13:49:00"),
        ("March 30, 2018", "2018-03-30"),
        ("10:49 AM - 30 Mar 2018", "2018-03-30T10:49:00"),
        ("30 mars 2018", "2018-03-30"),
        ("Publié le 1er avril 2018 à 08h15", "2018-04-01T08:15:00"),
        ("3. März 2018, 14:05 Uhr", "2018-03-03T14:05:00"),
        ("3 de agosto de 2015", "2015-08-03"),
        ("30 марта 2018 г.", "2018-03-30"),
        ("30 Mart 2018", "2018-03-30"),
        ("2018年3月30日", "2018-03-30"),
        ("Updated 5:30 p.m. EDT, May 3, 2016", "2016-05-03T17:30:00-04:00"),
        ("2018-03-31T10:49:00+03:00", "2018-03-31T10:49:00+03:00"),
        ("Published: 2018-03-31 10:49", "2018-03-31T10:49:00"),
        ("آخر تحديث: 31/03/2018 10:49 صباحاً بتوقيت غرينتش", "2018-03-31T10:49:00Z"),
        ("12 رجب 1439 هـ - 29 مارس 2018 م", "2018-03-29"),
        ("۱۳۹۷/۰۱/۱۱ - ۱۰:۴۹", "2018-03-31T10:49:00"),
        ("03/04/2018", "[2018-03-04,2018-04-03]"),
        ("Tuesday 03/04/2018", "2018-04-03"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"),
    ] {
        assert_eq!(parse_printed(text).map(|time| time.edtf).as_deref(), Some(edtf), "{text}");
    }
}

#[test]
fn a_zone_that_is_not_stated_widens_the_time() {
    let time = parse_printed("31 مارس 2018 | 10:49").unwrap();
    assert_eq!(time.to.unwrap() - time.from.unwrap(), 26 * 3600 + 60);
}

#[test]
fn labels_clocks_and_hijri_dates_alone_are_no_date() {
    for text in
        ["نشر في: آخر تحديث:", "10:49", "منذ العام 2013", "2013", "12 رجب 1439 هـ", "1439/07/12", "", "March 2018"]
    {
        assert_eq!(parse_printed(text), None, "{text}");
    }
}

#[test]
fn many_candidates_stay_linear() {
    let text = "مارس 12 ".repeat(20_000) + &"a".repeat(300_000) + &"3/3/".repeat(20_000);
    assert!(find(&text).len() < 40_000);
}
