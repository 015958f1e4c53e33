//! The Solar Hijri calendar of Iran.

use chrono::{Days, NaiveDate};

/// Converts a Solar Hijri date, for the years 1200 to 1500.
///
/// The 33-year cycle (leap years 1, 5, 9, 13, 17, 22, 26, 30) agrees with the astronomical calendar in these years; day
/// one of 1395 was 20 March 2016.
pub(super) fn to_gregorian(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1200..=1500).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > month_length(year, month) {
        return None;
    }
    let anchor = NaiveDate::from_ymd_opt(2016, 3, 20)?;
    let mut days: i64 = i64::from(day) - 1;
    days += (1..month).map(|month| i64::from(month_length(year, month))).sum::<i64>();
    let length = |year: i32| 365 + i64::from(is_leap(year));
    if year >= 1395 {
        days += (1395..year).map(length).sum::<i64>();
    } else {
        days -= (year..1395).map(length).sum::<i64>();
    }
    if days >= 0 {
        anchor.checked_add_days(Days::new(days.unsigned_abs()))
    } else {
        anchor.checked_sub_days(Days::new(days.unsigned_abs()))
    }
}

fn is_leap(year: i32) -> bool {
    matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

fn month_length(year: i32, month: u32) -> u32 {
    match month {
        1..=6 => 31,
        7..=11 => 30,
        _ if is_leap(year) => 30,
        _ => 29,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_convert() {
        for (solar, gregorian) in [
            ((1357, 11, 22), "1979-02-11"),
            ((1395, 1, 1), "2016-03-20"),
            ((1397, 1, 11), "2018-03-31"),
            ((1399, 12, 30), "2021-03-20"),
            ((1401, 6, 25), "2022-09-16"),
        ] {
            assert_eq!(to_gregorian(solar.0, solar.1, solar.2).unwrap().to_string(), gregorian);
        }
        assert_eq!(to_gregorian(1400, 12, 30), None, "1400 was no leap year");
    }
}
