//! The values of `format`: which are enforced, and by whose rules.
//!
//! Most are llguidance's own. Its dates know no leap years and its times have second 60 everywhere, which validators refuse;
//! those are written out here as patterns (RFC 3339, 5.6; with the capital letters that every reader takes). Its addresses and
//! durations have no end, and small models find none: here they are as long as real ones, and an address has a domain with a
//! dot, which validators want.
//! Read next: `mod.rs`.

use serde_json::Value;

use super::Path;
use crate::grammar::GrammarError;

/// Formats that are enforced.
const ENFORCED: [&str; 10] =
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"];

/// Formats that name a representation and restrict no text: OpenAPI's, and those that generators add to such types.
const DESCRIPTIVE: [&str; 9] = ["int32", "int64", "float", "double", "decimal", "byte", "binary", "password", "path"];

macro_rules! date {
    () => {
        concat!(
            "([0-9]{4}-(((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))|((0[469]|11)-(0[1-9]|[12][0-9]|30))",
            "|(02-(0[1-9]|1[0-9]|2[0-8])))",
            // The last of February in leap years.
            "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
        )
    };
}

macro_rules! time {
    () => {
        "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    };
}

/// An address of RFC 5321 as people have them.
const EMAIL: &str = concat!(
    "^[a-zA-Z0-9!#$%&'*+\\-/=?\\^_`{|}~]{1,32}(\\.[a-zA-Z0-9!#$%&'*+\\-/=?\\^_`{|}~]{1,15}){0,2}",
    "@([a-zA-Z0-9]([a-zA-Z0-9-]{0,29}[a-zA-Z0-9])?\\.){1,3}([a-zA-Z]{2,18}|xn--[a-zA-Z0-9-]{1,20})$"
);

/// A duration of RFC 3339, appendix A.
const DURATION: &str = concat!(
    "^P(([0-9]{1,4}Y([0-9]{1,2}M([0-9]{1,2}D)?)?|[0-9]{1,4}M([0-9]{1,2}D)?|[0-9]{1,5}D)",
    "(T([0-9]{1,4}H([0-9]{1,2}M([0-9]{1,2}S)?)?|[0-9]{1,5}M([0-9]{1,2}S)?|[0-9]{1,6}S))?",
    "|T([0-9]{1,4}H([0-9]{1,2}M([0-9]{1,2}S)?)?|[0-9]{1,5}M([0-9]{1,2}S)?|[0-9]{1,6}S)|[0-9]{1,4}W)$"
);

/// Is this a format that nobody here knows? Beside a pattern, which says what it means, that does no harm.
pub(super) fn is_unknown(format: &Value) -> bool {
    format.as_str().is_some_and(|name| !ENFORCED.contains(&name))
}

/// The format for llguidance; `None` where it restricts nothing.
pub(super) fn enforced(value: &Value, path: &Path) -> Result<Option<Value>, GrammarError> {
    let name = value.as_str().ok_or_else(|| path.invalid("`format` must be a string"))?;
    if ENFORCED.contains(&name) {
        Ok(Some(value.clone()))
    } else if DESCRIPTIVE.contains(&name) {
        Ok(None)
    } else {
        Err(path.invalid(&format!("the value {name:?} of the keyword `format` is not supported")))
    }
}

/// Does this format restrict no text?
pub(super) fn is_descriptive(format: &Value) -> bool {
    format.as_str().is_some_and(|name| DESCRIPTIVE.contains(&name))
}

/// The pattern that stands for a format.
pub(super) fn exact(format: &Value) -> Option<&'static str> {
    match format.as_str()? {
        "date" => Some(concat!("^", date!(), "$")),
        "time" => Some(concat!("^", time!(), "$")),
        "date-time" => Some(concat!("^", date!(), "T", time!(), "$")),
        "email" => Some(EMAIL),
        "duration" => Some(DURATION),
        _ => None,
    }
}
