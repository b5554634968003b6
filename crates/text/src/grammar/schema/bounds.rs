//! Bounds that llguidance 1.9 gets wrong. A range that excludes a whole number and ends before the next one (`0 < x <= 0.5`) lets
//! that number through: such a bound becomes one that includes its end, a millionth of the range further in. And it makes no
//! range of numbers beyond 64-bit integers, with which schemas made of types bound their floats: there a range ends earlier.

use serde_json::{Map, Value, json};

/// Part of a range that is given up.
const STEP: f64 = 1e-6;

/// Ranges end here, where they would end further out.
const FURTHEST: f64 = 9e18;

/// Above it not every integer is an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Draws a bound in where llguidance cannot see it: beyond 64-bit integers, between two `f64`, or excluded where `x - 1.0` is `x`. What
/// is left out of a range is never said, so the range holds.
pub(super) fn drawn_in(key: &str, value: &Value) -> Option<Value> {
    let (upper, excluded) = match key {
        "minimum" => (false, false),
        "exclusiveMinimum" => (false, true),
        "maximum" => (true, false),
        "exclusiveMaximum" => (true, true),
        _ => return None,
    };
    let given = value.as_f64()?;
    let exact = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from));
    let inward = |bound: f64| if upper { bound.next_down() } else { bound.next_up() };
    let mut bound = if upper { given.min(FURTHEST) } else { given.max(-FURTHEST) };
    let rounded_out = exact.is_some_and(|exact| if upper { bound as i128 > exact } else { (bound as i128) < exact });
    if rounded_out || (excluded && bound.abs() > EXACT) {
        bound = inward(bound);
    }
    let same = bound == given && exact.is_none_or(|exact| bound as i128 == exact);
    (!same && bound.abs() <= FURTHEST).then(|| json!(bound as i64))
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
