//! Log-probabilities of the prompt: against transformers' logits, against the log-probabilities that sampling reports
//! at the same place, and to the bit against every other way of computing them.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use proptest::prelude::*;
use rig::{Rig, Seq};
use sconce_engine::{SamplingParams, TokenLogprobs};
use sconce_models::ModelSource;
use sconce_testkit::tiny::{self, Golden, TINY_MODELS};

const TOP: u32 = 5;

fn open(name: &str) -> (Rig, Golden) {
    let golden = Golden::read(name);
    let options = rig::options(Some(golden.max_len.unwrap_or(128)));
    (Rig::open(&ModelSource::at(&tiny::dir(name)).unwrap(), &options), golden)
}

fn params() -> SamplingParams {
    SamplingParams { temperature: 0.0, prompt_logprobs: Some(TOP), ..SamplingParams::default() }
}

/// What must be equal to the bit.
type Bits = Vec<(u32, u32, Vec<(u32, u32)>)>;

fn bits(scores: &[TokenLogprobs]) -> Bits {
    let top = |score: &TokenLogprobs| score.top.iter().map(|&(token, logprob)| (token, logprob.to_bits())).collect();
    scores.iter().map(|score| (score.chosen.to_bits(), score.rank, top(score))).collect()
}

/// The whole prompt at once, nobody else in the batch.
fn plain(rig: &mut Rig, prompt: &[u32]) -> Seq {
    let mut seq = Seq::sampled(1, prompt, params());
    rig.run(&mut seq, 1, usize::MAX);
    rig.preempt(&mut seq);
    seq
}

/// From logits, in double precision: the log-probability of `token`, and its rank.
fn truth(logits: &[f32], token: u32) -> (f64, u32) {
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
    let chosen = logits[token as usize];
    let better =
        logits.iter().enumerate().filter(|&(id, &logit)| logit > chosen || (logit == chosen && (id as u32) < token));
    (f64::from(chosen) - sum.ln(), better.count() as u32 + 1)
}

#[test]
fn scores_equal_those_of_transformers() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        // Activations are rounded, to bf16 or to 255 steps.
        let tolerance = match *name {
            "tiny-llama-bf16" => 0.2,
            "tiny-llama-w8a8" => 0.15,
            "tiny-llama-gguf" | "tiny-qwen2-gguf" => 0.4,
            _ => 2e-4,
        };
        let prompt = &golden.prompts[1].ids;
        let scores = plain(&mut rig, prompt).scores;
        assert_eq!(scores.len(), prompt.len() - 1, "{name}: one for each token but the first");
        for (position, (score, logits)) in scores.iter().zip(&golden.every_position).enumerate() {
            let (wanted, rank) = truth(logits, prompt[position + 1]);
            let off = (f64::from(score.chosen) - wanted).abs();
            assert!(off < tolerance, "{name}, position {position}: off by {off}");
            for &(token, logprob) in &score.top {
                let off = (f64::from(logprob) - truth(logits, token).0).abs();
                assert!(off < tolerance, "{name}, position {position}, token {token}: off by {off}");
            }
            if tolerance < 0.1 {
                assert_eq!(score.rank, rank, "{name}, position {position}");
                assert_eq!(truth(logits, score.top[0].0).1, 1, "{name}, position {position}");
            }
        }
    }
}

#[test]
fn scores_equal_what_sampling_reports_in_the_same_place() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        let sampling = SamplingParams { logprobs: Some(TOP), ..params() };
        let mut seq = Seq::sampled(1, &golden.prompts[2].ids, sampling);
        let mut sampled = Vec::new();
        while seq.output().len() < 12 {
            let rest = seq.tokens.len() - seq.computed;
            let plan = rig.plan(&mut [(&mut seq, rest)]);
            let answer = rig.execute(&plan).unwrap().sampled.remove(0);
            (seq.computed, seq.scores) = (seq.tokens.len(), vec![]);
            seq.tokens.push(answer.token.unwrap());
            sampled.push(*answer.logprobs.unwrap());
        }
        let (mut rig, _) = open(name);
        let scores = plain(&mut rig, &seq.tokens).scores;
        assert_eq!(bits(&scores[seq.prompt_len - 1..]), bits(&sampled), "{name}");
        assert!(sampled.iter().all(|token| token.rank == 1 && token.chosen == token.top[0].1), "{name}: greedy");
    }
}

#[test]
fn without_alternatives_only_the_tokens_themselves_are_scored() {
    let (mut rig, golden) = open("tiny-llama");
    let prompt = &golden.prompts[1].ids;
    let wanted = plain(&mut rig, prompt).scores;
    let mut seq = Seq::sampled(1, prompt, SamplingParams { prompt_logprobs: Some(0), ..params() });
    rig.run(&mut seq, 1, usize::MAX);
    assert_eq!(seq.scores.len(), wanted.len());
    for (found, wanted) in seq.scores.iter().zip(&wanted) {
        assert_eq!((found.chosen.to_bits(), found.rank), (wanted.chosen.to_bits(), wanted.rank));
        assert!(found.top.is_empty());
    }
}

#[test]
fn a_plan_that_scores_what_it_does_not_compute_is_refused() {
    let (mut rig, golden) = open("tiny-llama");
    let prompt = &golden.prompts[1].ids;
    for scored in [0..2, 1..9, prompt.len() as u32..prompt.len() as u32 + 1] {
        let mut seq = Seq::sampled(1, prompt, params());
        let mut plan = rig.plan(&mut [(&mut seq, 4)]);
        plan.rows[0].scored = scored;
        assert!(rig.execute(&plan).unwrap_err().message.contains("scores"));
        rig.preempt(&mut seq);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Chunks, neighbours (scored, decoding or neither), a preemption in the middle: the same bits.
    #[test]
    fn scores_depend_on_the_prompt_alone(
        model in 0..TINY_MODELS.len(),
        chunks in proptest::collection::vec(1..12_usize, 1..6),
        neighbour in (any::<bool>(), 1..6_usize),
        preempt_at in proptest::option::of(1..30_usize),
    ) {
        let name = TINY_MODELS[model];
        let (mut rig, golden) = open(name);
        let prompt = &golden.prompts[3].ids;
        let wanted = plain(&mut rig, prompt);
        let mut seq = Seq::sampled(1, prompt, params());
        let mut other = if neighbour.0 {
            Seq::sampled(2, &golden.prompts[1].ids, params())
        } else {
            Seq::new(2, &golden.prompts[1].ids)
        };
        let mut preempt_at = preempt_at;
        for chunk in chunks.iter().cycle() {
            if seq.output().len() == 1 {
                break;
            }
            if preempt_at.is_some_and(|at| at <= seq.computed) {
                preempt_at = None;
                rig.preempt(&mut seq);
            }
            let len = (seq.tokens.len() - seq.computed).min(*chunk);
            let beside = (other.tokens.len() - other.computed).min(neighbour.1);
            rig.step(&mut [(&mut other, beside), (&mut seq, len)]);
        }
        prop_assert_eq!(bits(&seq.scores), bits(&wanted.scores), "{}", name);
        prop_assert_eq!(seq.trace(), wanted.trace(), "{}", name);
    }
}
