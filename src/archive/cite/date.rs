//! The one day that a claim names, for formats that know nothing but days.

use chrono::NaiveDate;

use crate::domain::Time;

/// The civil day that `time` names as its zone counts it; `None` where it is one of several days, a range, or no day.
pub(super) fn day(time: &Time) -> Option<NaiveDate> {
    let (date, rest) = time.edtf.split_at_checked(10)?;
    if !rest.is_empty() && !rest.starts_with('T') {
        return None;
    }
    date.parse().ok()
}

/// `March 30, 2018`, as Chicago writes days.
pub(super) fn chicago(day: NaiveDate) -> String {
    day.format("%B %-d, %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Basis;

    fn written(edtf: &str) -> Time {
        Time { edtf: edtf.to_owned(), from: None, to: None, zone: None, basis: Basis::Meta }
    }

    #[test]
    fn only_a_single_day_is_a_day() {
        let found = |edtf| day(&written(edtf)).map(|day| day.to_string());
        assert_eq!(found("2018-03-30").as_deref(), Some("2018-03-30"));
        assert_eq!(found("2018-02-18T21:09:00+03:00").as_deref(), Some("2018-02-18"));
        for unsure in ["2018", "2018-03", "[2001-03-12,2018-03-12]", "[2018-03-10..]", "2018-03-30/2018-04-02", ""] {
            assert_eq!(found(unsure), None, "{unsure}");
        }
    }

    #[test]
    fn chicago_writes_the_month_out() {
        assert_eq!(chicago("2018-03-05".parse().unwrap()), "March 5, 2018");
    }
}
