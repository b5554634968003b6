//! When a request that found the queue full may be tried again: the value of `Retry-After`. An estimate from what the
//! engine did so far; it is never less than a second nor more than a minute.

use sconce_engine::{EncoderStats, EngineStats};

/// Seconds: the tokens ahead of a new request over the measured throughput. Ahead are the prompts that wait, the answers
/// to them, and half of the answers that run, each as long as answers were on average.
pub(crate) fn after(stats: &EngineStats) -> u64 {
    let done = (stats.prompt_tokens + stats.generation_tokens) as f64;
    if done == 0.0 {
        return 1;
    }
    let rate = done / stats.busy_time.as_secs_f64().max(1e-3);
    let running = stats.running as f64;
    // To the engine an answer that a stop string ended is an aborted one.
    let answered = (stats.finished_stop + stats.finished_length + stats.aborted) as f64;
    // What runs has made some tokens, too: at the start there is nothing else to go by.
    let mean = stats.generation_tokens as f64 / (answered + running).max(1.0);
    let ahead = stats.waiting_tokens as f64 + (stats.waiting as f64 + running / 2.0) * mean;
    (ahead / rate).ceil().clamp(1.0, 60.0) as u64
}

/// The same for an encoder, which answers nothing that would have to be awaited, too.
pub(crate) fn after_encoder(stats: &EncoderStats) -> u64 {
    if stats.tokens == 0 {
        return 1;
    }
    let rate = stats.tokens as f64 / stats.busy_time.as_secs_f64().max(1e-3);
    (stats.waiting_tokens as f64 / rate).ceil().clamp(1.0, 60.0) as u64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn prompts_and_answers_count() {
        let stats = EngineStats {
            running: 4,
            waiting: 10,
            waiting_tokens: 1000,
            prompt_tokens: 4000,
            generation_tokens: 6000,
            finished_stop: 10,
            finished_length: 26,
            aborted: 20,
            busy_time: Duration::from_secs(50),
            ..EngineStats::default()
        };
        // 200 tokens a second; answers of 100: 1000 + 10 * 100 + 2 * 100 are ahead.
        assert_eq!(after(&stats), 11);
        assert_eq!(after(&EngineStats { waiting_tokens: 0, ..stats.clone() }), 6);
        assert_eq!(after(&EngineStats { waiting: 0, waiting_tokens: 0, ..stats.clone() }), 1);
        assert_eq!(after(&EngineStats { waiting: 1000, ..stats }), 60);
        assert_eq!(after(&EngineStats::default()), 1, "nothing is known yet");
    }

    #[test]
    fn waiting_tokens_of_an_encoder_count() {
        let stats = EncoderStats {
            waiting_tokens: 500,
            tokens: 1000,
            busy_time: Duration::from_secs(10),
            ..EncoderStats::default()
        };
        assert_eq!(after_encoder(&stats), 5);
        assert_eq!(after_encoder(&EncoderStats::default()), 1, "nothing is known yet");
    }
}
