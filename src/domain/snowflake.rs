//! The creation time that a tweet id carries.

/// Milliseconds of the Unix epoch at which snowflake ids begin (4 November 2010, 01:42:54.657 UTC).
const EPOCH_MS: u64 = 1_288_834_974_657;

/// The smallest id that was made as a snowflake; earlier ids were counted up and carry no time.
const FIRST_SNOWFLAKE: u64 = 29_700_859_247;

/// Returns the Unix time in milliseconds at which the tweet with this id was created, for ids since November 2010.
///
/// The upper 42 bits count milliseconds since 2010-11-04T01:42:54.657Z (Twitter's announcement of snowflake ids).
pub fn snowflake_ms(id: u64) -> Option<i64> {
    (id >= FIRST_SNOWFLAKE).then(|| i64::try_from((id >> 22) + EPOCH_MS).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tweet_has_its_known_time() {
        // 1889122688884453876 was posted on 11 February 2025 (UTC) by its printed date.
        assert_eq!(snowflake_ms(1_889_122_688_884_453_876).unwrap() / 86_400_000, 20_130);
    }

    #[test]
    fn ids_before_snowflake_carry_no_time() {
        assert_eq!(snowflake_ms(20), None);
    }
}
