//! Bounds that llguidance 1.9 gets wrong. A range that excludes a whole number and ends before the next one (`0 < x <= 0.5`) lets
//! that number through: such a bound becomes one that includes its end, a millionth of the range further in. And it makes no
//! range of numbers beyond 64-bit integers, with which schemas made of types bound their floats: there a range ends earlier.

use serde_json::{Map, Value, json};

/// Part of a range that is given up.
const STEP: f64 = 1e-6;

/// Ranges end here, where they would end further out.
const FURTHEST: i64 = 1_000_000_000_000_000_000;

/// Draws a bound in that is further out than llguidance surely sees. What is left out of a range is never said, so the range holds.
pub(super) fn drawn_in(key: &str, value: &Value) -> Option<Value> {
    let outward = match key {
        "minimum" | "exclusiveMinimum" => -1,
        "maximum" | "exclusiveMaximum" => 1,
        _ => return None,
    };
    let far = value.as_f64()? * f64::from(outward) > FURTHEST as f64;
    far.then(|| json!(FURTHEST * i64::from(outward)))
}

/// Moves excluded bounds of `schema` where they would not hold; of whole numbers they do.
pub(super) fn tighten(schema: &mut Map<String, Value>) {
    if schema.get("type").is_some_and(|kind| kind == "integer") {
        return;
    }
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    let (above, below) = (number("exclusiveMinimum"), number("exclusiveMaximum"));
    let least = number("minimum").into_iter().chain(above).reduce(f64::max);
    let most = number("maximum").into_iter().chain(below).reduce(f64::min);
    let (Some(least), Some(most)) = (least, most) else { return };
    let range = most - least;
    if !(0.0..1.0).contains(&range) || range == 0.0 {
        return;
    }
    for (bound, exclusive, inclusive, moved) in [
        (above, "exclusiveMinimum", "minimum", least + range * STEP),
        (below, "exclusiveMaximum", "maximum", most - range * STEP),
    ] {
        let end = if inclusive == "minimum" { least } else { most };
        if bound.is_some_and(|bound| bound == end && bound.fract() == 0.0) && moved != end {
            schema.shift_remove(exclusive);
            schema.insert(inclusive.to_owned(), json!(moved));
        }
    }
}
