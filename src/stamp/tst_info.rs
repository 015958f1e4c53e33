//! What an authority signs: `TSTInfo` (RFC 3161 section 2.4.2).

use chrono::NaiveDate;

use super::der::{
    BOOLEAN, Element, GENERALIZED_TIME, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, constructed, context,
};
use super::error::StampError;
use super::signature::Hash;

const WHAT: &str = "time stamp";

/// The hash that was stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// By which algorithm it was made.
    pub hash: Hash,
    /// The hash.
    pub digest: Vec<u8>,
}

/// How far the time may be off, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accuracy {
    /// Whole seconds.
    pub seconds: u32,
    /// Thousandths of a second, 0 to 999.
    pub millis: u32,
    /// Millionths of a second, 0 to 999.
    pub micros: u32,
}

impl Accuracy {
    fn micros(self) -> i128 {
        i128::from(self.seconds) * 1_000_000 + i128::from(self.millis) * 1_000 + i128::from(self.micros)
    }
}

/// What an authority signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TstInfo {
    /// The policy under which the stamp was made: an object identifier, dotted.
    pub policy: String,
    /// What was stamped.
    pub imprint: Imprint,
    /// The number of the stamp, in hexadecimal.
    pub serial: String,
    /// The time, in millionths of a second since 1970 (UTC).
    pub micros: i64,
    /// The time as it is written in the stamp (`20261123074500.25Z`).
    pub written: String,
    /// How far that may be off, when the authority says so.
    pub accuracy: Option<Accuracy>,
    /// Whether the authority's stamps order strictly by time.
    pub ordering: bool,
    /// The nonce: the content of its INTEGER.
    pub(super) nonce: Option<Vec<u8>>,
    /// The name the authority gives itself: a GeneralName.
    pub(super) authority: Option<Vec<u8>>,
}

impl TstInfo {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, StampError> {
        let info = Element::only(WHAT, bytes, SEQUENCE)?;
        let mut inside = info.inside();
        if inside.read(INTEGER)?.small()? != 1 {
            return Err(info.wrong("only version 1 is known"));
        }
        let policy = inside.read(OBJECT_IDENTIFIER)?.oid()?.to_string();
        let imprint = parse_imprint(&inside.read(SEQUENCE)?)?;
        let serial = inside.read(INTEGER)?.integer()?;
        let time = inside.read(GENERALIZED_TIME)?;
        let written = std::str::from_utf8(time.content).unwrap_or_default();
        let micros = parse_time(written).ok_or_else(|| time.wrong("this is no time as RFC 3161 writes it"))?;
        let accuracy = inside.optional(SEQUENCE)?.map(|accuracy| parse_accuracy(&accuracy)).transpose()?;
        let ordering = match inside.optional(BOOLEAN)? {
            None => false,
            Some(flag) if flag.content == [0xff] => true,
            Some(flag) => return Err(flag.wrong("this is no TRUE, and FALSE is never written here")),
        };
        let nonce = inside.optional(INTEGER)?.map(|nonce| nonce.integer().map(<[u8]>::to_vec)).transpose()?;
        let authority = match inside.optional(constructed(0))? {
            None => None,
            Some(name) => {
                let mut name = name.inside();
                let general = name.any()?.whole.to_vec();
                name.end()?;
                Some(general)
            }
        };
        if let Some(extensions) = inside.optional(constructed(1))? {
            refuse_critical(&extensions)?;
        }
        inside.end()?;
        let serial = serial.iter().map(|byte| format!("{byte:02x}")).collect();
        let written = written.to_owned();
        Ok(Self { policy, imprint, serial, micros, written, accuracy, ordering, nonce, authority })
    }

    /// The time in whole seconds since 1970 (UTC), rounded down.
    pub fn seconds(&self) -> i64 {
        self.micros.div_euclid(1_000_000)
    }

    /// The time as an interval of whole seconds since 1970 (UTC), half open: the accuracy stated is taken off and put on.
    ///
    /// A time without a stated accuracy is taken to be exact to the digits it is written with.
    pub fn interval(&self) -> (i64, i64) {
        const SECOND: i128 = 1_000_000;
        let time = i128::from(self.micros);
        let off = self.accuracy.map_or(0, Accuracy::micros);
        let clamp = |seconds: i128| i64::try_from(seconds).unwrap_or(i64::MAX);
        (clamp((time - off).div_euclid(SECOND)), clamp((time + off).div_euclid(SECOND) + 1))
    }
}

fn parse_imprint(element: &Element<'_>) -> Result<Imprint, StampError> {
    let mut inside = element.inside();
    let mut algorithm = inside.read(SEQUENCE)?.inside();
    let oid = algorithm.read(OBJECT_IDENTIFIER)?.oid()?;
    algorithm.optional(NULL)?;
    algorithm.end()?;
    let digest = inside.read(OCTET_STRING)?;
    inside.end()?;
    let hash = Hash::from_oid(oid).ok_or_else(|| {
        StampError::Unsupported(format!("what was stamped is a hash by {oid}, which is not known here"))
    })?;
    if digest.content.len() != hash.bytes() {
        return Err(digest.wrong(format!("a {hash} has {} bytes, not {}", hash.bytes(), digest.content.len())));
    }
    Ok(Imprint { hash, digest: digest.content.to_vec() })
}

fn parse_accuracy(element: &Element<'_>) -> Result<Accuracy, StampError> {
    let mut inside = element.inside();
    let seconds = inside.optional(INTEGER)?.map_or(Ok(0), |number| number.small())?;
    let mut thousand = |tag| -> Result<u32, StampError> {
        let Some(number) = inside.optional(tag)? else { return Ok(0) };
        number
            .small()
            .ok()
            .filter(|n| (1..1000).contains(n))
            .ok_or_else(|| number.wrong("a number from 1 to 999 belongs here"))
    };
    let (millis, micros) = (thousand(context(0))?, thousand(context(1))?);
    inside.end()?;
    Ok(Accuracy { seconds, millis, micros })
}

/// Reads `YYYYMMDDhhmmss[.f…]Z` as millionths of a second; further digits are cut off.
fn parse_time(written: &str) -> Option<i64> {
    let body = written.strip_suffix('Z')?;
    let (whole, fraction) = match body.split_once('.') {
        None => (body, ""),
        // DER: a fraction is not empty and does not end in a zero.
        Some((_, fraction)) if fraction.is_empty() || fraction.ends_with('0') || fraction.len() > 30 => return None,
        Some(parts) => parts,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)?;
    // A leap second counts as the second before it.
    let second = part(12, 14).map(|second| if second == 60 { 59 } else { second })?;
    let time = date.and_hms_opt(part(8, 10)?, part(10, 12)?, second)?;
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    time.and_utc().timestamp().checked_mul(1_000_000)?.checked_add(fraction.parse().ok()?)
}

/// An extension that must be understood is one that nobody here does.
fn refuse_critical(extensions: &Element<'_>) -> Result<(), StampError> {
    for extension in extensions.inside().all()? {
        let mut inside = extension.inside();
        let name = inside.read(OBJECT_IDENTIFIER)?.oid()?;
        if inside.optional(BOOLEAN)?.is_some_and(|critical| critical.content != [0]) {
            return Err(StampError::Unsupported(format!(
                "the stamp has the critical extension {name}, not known here"
            )));
        }
        inside.read(OCTET_STRING)?;
        inside.end()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_read_as_rfc_3161_writes_them() {
        let time = super::parse_time;
        assert_eq!(time("19700101000000Z"), Some(0));
        assert_eq!(time("20180614152344.5Z"), Some(1_528_989_824_500_000));
        assert_eq!(time("20180614152344.1234567Z"), Some(1_528_989_824_123_456));
        assert_eq!(time("20161231235960Z"), time("20161231235959Z"), "a leap second");
        for wrong in [
            "",
            "Z",
            "20180614152344",
            "20180614152344.Z",
            "20180614152344.50Z",
            "20180614152361Z",
            "20180230000000Z",
            "2018061415234Z",
            "20180614152344+0100",
            "2018061415234é Z",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
