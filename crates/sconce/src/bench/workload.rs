//! What is asked of a server: how many requests, how long, when. Everything follows from the seed, so that two servers
//! (or two runs) get the same work. Pure. Next: `prompts.rs`.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// A length in tokens: fixed (`128`) or uniform (`64:256`, both ends included).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Lengths {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

impl Lengths {
    pub(crate) const fn fixed(len: u32) -> Self {
        Self { min: len, max: len }
    }

    fn draw(self, rng: &mut ChaCha8Rng) -> u32 {
        rng.random_range(self.min..=self.max)
    }
}

impl FromStr for Lengths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| part.trim().parse::<u32>().map_err(|_| format!("'{part}' is not a number of tokens"));
        let (min, max) = match text.split_once(':') {
            Some((min, max)) => (number(min)?, number(max)?),
            None => (number(text)?, number(text)?),
        };
        if min == 0 || min > max {
            return Err(format!("'{text}' must be N or MIN:MAX with 1 <= MIN <= MAX"));
        }
        Ok(Self { min, max })
    }
}

/// How requests arrive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Arrival {
    /// So many at a time; the next starts when one ends.
    Concurrency(usize),
    /// Requests per second with exponential gaps, however many are running.
    Poisson(f64),
}

/// A named workload of docs/performance.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Preset {
    /// One at a time: 3 requests, 128 in, 128 out
    W1,
    /// 8 at a time: 32 requests, 256 in, 64 out
    W2,
    /// Long prompts, 4 at a time: 16 requests, 1024 in, 16 out
    W3,
    /// Shared prefix, 8 at a time: 32 requests, 512 shared and 64 own in, 32 out
    W4,
    /// 32 at a time: 64 requests, 64 in, 64 out
    W5,
    /// A long context, one at a time: 2 requests, 4096 in, 64 out
    W6,
    /// Long contexts, 4 at a time: 8 requests, 4096 in, 64 out
    #[value(name = "w6x4")]
    W6x4,
}

/// Workloads that are run one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// w1 to w6x4
    Cpu,
}

impl Suite {
    pub(crate) fn presets(self) -> &'static [Preset] {
        match self {
            Self::Cpu => Preset::value_variants(),
        }
    }
}

/// Everything that decides what is sent and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Workload {
    pub(crate) requests: usize,
    pub(crate) arrival: Arrival,
    /// Tokens of a prompt that are its own.
    pub(crate) input: Lengths,
    pub(crate) output: Lengths,
    /// Share of the requests that begin with the common prefix.
    pub(crate) shared_prefix: f64,
    /// Tokens of the common prefix, before the prompt's own tokens.
    pub(crate) prefix_len: u32,
    /// Requests before the measurement.
    pub(crate) warmup: usize,
    pub(crate) seed: u64,
}

impl Preset {
    pub(crate) fn workload(self) -> Workload {
        let (concurrency, requests, prefix_len, input, output) = match self {
            Self::W1 => (1, 3, 0, 128, 128),
            Self::W2 => (8, 32, 0, 256, 64),
            Self::W3 => (4, 16, 0, 1024, 16),
            Self::W4 => (8, 32, 512, 64, 32),
            Self::W5 => (32, 64, 0, 64, 64),
            Self::W6 => (1, 2, 0, 4096, 64),
            Self::W6x4 => (4, 8, 0, 4096, 64),
        };
        Workload {
            requests,
            arrival: Arrival::Concurrency(concurrency),
            input: Lengths::fixed(input),
            output: Lengths::fixed(output),
            shared_prefix: if prefix_len > 0 { 1.0 } else { 0.0 },
            prefix_len,
            warmup: 1,
            seed: 0,
        }
    }
}

/// One request before its prompt is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Seed of the prompt's own tokens; different for every request of a run.
    pub(crate) seed: u64,
    pub(crate) prefix_len: u32,
    pub(crate) input_len: u32,
    pub(crate) output_len: u32,
    /// When it is sent, from the start of the run; zero when arrival is by concurrency.
    pub(crate) at: Duration,
}

impl Workload {
    /// The measured requests, in order of arrival.
    pub(crate) fn jobs(&self) -> Vec<Job> {
        self.draw(self.requests, 1)
    }

    /// The requests before them: the same kind, other prompts.
    pub(crate) fn warmup_jobs(&self) -> Vec<Job> {
        let mut jobs = self.draw(self.warmup, 2);
        for job in &mut jobs {
            job.at = Duration::ZERO;
        }
        jobs
    }

    fn draw(&self, count: usize, stream: u64) -> Vec<Job> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(stream);
        let mut at = Duration::ZERO;
        (0..count)
            .map(|_| {
                if let Arrival::Poisson(rate) = self.arrival {
                    // Inverse of the exponential distribution; 1 - u is in (0, 1].
                    at += Duration::from_secs_f64(-(1.0 - rng.random::<f64>()).ln() / rate);
                }
                let shares = rng.random::<f64>() < self.shared_prefix;
                Job {
                    seed: rng.random(),
                    prefix_len: if shares { self.prefix_len } else { 0 },
                    input_len: self.input.draw(&mut rng),
                    output_len: self.output.draw(&mut rng),
                    at,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn lengths_are_fixed_or_a_range() {
        assert_eq!("128".parse(), Ok(Lengths::fixed(128)));
        assert_eq!("64:256".parse(), Ok(Lengths { min: 64, max: 256 }));
        for wrong in ["", "0", "9:8", "a:b", "1:2:3", "-4"] {
            assert!(wrong.parse::<Lengths>().is_err(), "{wrong} must be refused");
        }
    }

    #[test]
    fn jobs_follow_from_the_seed() {
        let workload = Workload { input: Lengths { min: 5, max: 9 }, ..Preset::W2.workload() };
        assert_eq!(workload.jobs(), workload.jobs());
        assert_ne!(workload.jobs(), Workload { seed: 1, ..workload.clone() }.jobs());
        assert!(workload.jobs().iter().all(|job| (5..=9).contains(&job.input_len) && job.output_len == 64));
        let mut lens: Vec<u32> = workload.jobs().iter().map(|job| job.input_len).collect();
        lens.sort_unstable();
        lens.dedup();
        assert_eq!(lens, [5, 6, 7, 8, 9], "32 draws of 5 values show each of them");
        let measured: Vec<u64> = workload.jobs().iter().map(|job| job.seed).collect();
        assert!(workload.warmup_jobs().iter().all(|job| !measured.contains(&job.seed)), "warm-up prompts are others");
    }

    #[test]
    fn poisson_gaps_have_the_asked_mean_and_spread() {
        let workload = Workload { requests: 20_000, arrival: Arrival::Poisson(50.0), seed: 7, ..Preset::W1.workload() };
        let jobs = workload.jobs();
        let gaps: Vec<f64> = jobs.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean - 0.02).abs() < 0.0006, "mean gap {mean}");
        assert!((variance.sqrt() - 0.02).abs() < 0.001, "an exponential's deviation is its mean: {}", variance.sqrt());
    }

    #[test]
    fn the_shared_fraction_is_kept() {
        let workload = Workload { requests: 4000, shared_prefix: 0.25, prefix_len: 16, ..Preset::W1.workload() };
        let shared = workload.jobs().iter().filter(|job| job.prefix_len == 16).count();
        assert!((850..1150).contains(&shared), "{shared} of 4000");
        assert!(Preset::W4.workload().jobs().iter().all(|job| job.prefix_len == 512 && job.input_len == 64));
    }
}
