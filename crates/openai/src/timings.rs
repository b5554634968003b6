//! `timings` in the shape of llama.cpp: where the time of a request went. Milliseconds; of several choices, the sums.

use serde::{Deserialize, Serialize};

/// What was computed, and how fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Tokens of the prompt that were taken from the prefix cache.
    pub cache_n: u64,
    /// Tokens of the prompt that were computed.
    pub prompt_n: u64,
    /// From the first step to the first token of the answer; what a request waited before is not in it.
    pub prompt_ms: f64,
    /// Null if nothing was computed.
    pub prompt_per_token_ms: Option<f64>,
    /// Null if it took no time.
    pub prompt_per_second: Option<f64>,
    /// Tokens of the answer, a final stop token included.
    pub predicted_n: u64,
    /// From the first token of the answer to the last.
    pub predicted_ms: f64,
    /// Null if there is no token.
    pub predicted_per_token_ms: Option<f64>,
    /// Null if it took no time, as an answer of one token does.
    pub predicted_per_second: Option<f64>,
}

impl Timings {
    /// From the numbers of tokens (cached, computed, sampled) and the milliseconds of the latter two.
    #[must_use]
    pub fn new(cache_n: u64, (prompt_n, prompt_ms): (u64, f64), (predicted_n, predicted_ms): (u64, f64)) -> Self {
        let ratio = |a: f64, b: f64| (b > 0.0).then(|| a / b);
        Self {
            cache_n,
            prompt_n,
            prompt_ms,
            prompt_per_token_ms: ratio(prompt_ms, prompt_n as f64),
            prompt_per_second: ratio(1e3 * prompt_n as f64, prompt_ms),
            predicted_n,
            predicted_ms,
            predicted_per_token_ms: ratio(predicted_ms, predicted_n as f64),
            predicted_per_second: ratio(1e3 * predicted_n as f64, predicted_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timings;

    #[test]
    fn rates_follow_from_the_numbers_and_nothing_is_divided_by_nothing() {
        let timings = Timings::new(5, (10, 40.0), (4, 200.0));
        assert_eq!((timings.prompt_per_token_ms, timings.prompt_per_second), (Some(4.0), Some(250.0)));
        assert_eq!((timings.predicted_per_token_ms, timings.predicted_per_second), (Some(50.0), Some(20.0)));
        let one = Timings::new(0, (0, 1.0), (1, 0.0));
        assert_eq!((one.prompt_per_token_ms, one.predicted_per_second), (None, None));
        assert_eq!((one.prompt_per_second, one.predicted_per_token_ms), (Some(0.0), Some(0.0)));
    }
}
