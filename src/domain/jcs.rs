//! Canonical JSON: the subset of RFC 8785 that records use.
//!
//! UTF-8, no spaces, object keys sorted, integers only. Keys are ASCII, so sorting bytes equals sorting UTF-16 units.

use serde_json::Value;

/// A value that the subset cannot state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} has no canonical form: records hold integers only")]
pub struct NotCanonical(pub String);

/// Serialises `value` to its one canonical form.
pub fn to_canonical_json(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(1024);
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => Err(NotCanonical(number.to_string())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.extend_from_slice(value.to_string().as_bytes());
            Ok(())
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
            Ok(())
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
            out.push(b'{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(Value::String(key.clone()).to_string().as_bytes());
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_spaces_left_out() {
        let value: Value =
            serde_json::from_str(r#"{"b": [1, true, null], "a": {"z": "\u0001\n/é", "y": -2}}"#).unwrap();
        let text = String::from_utf8(to_canonical_json(&value).unwrap()).unwrap();
        assert_eq!(text, "{\"a\":{\"y\":-2,\"z\":\"\\u0001\\n/é\"},\"b\":[1,true,null]}");
    }

    #[test]
    fn fractions_are_refused() {
        assert!(to_canonical_json(&serde_json::json!({"a": 1.5})).is_err());
    }
}
