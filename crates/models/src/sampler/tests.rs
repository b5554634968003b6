//! The sampler against transformers' processors, against the distribution it claims, and against its neighbours.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use sconce_engine::SamplingParams;
use sconce_kernels::TokenDraw;
use serde_json::Value;

use super::*;

fn draw(position: u32) -> Draw<'static> {
    Draw { position, num_generated: 0, mask: None, end_as: None }
}

fn token(logits: &[f32], params: SamplingParams, draw: Draw<'_>) -> Result<u32, String> {
    let slot = SlotSampling::new(Arc::new(params), &[], &[]);
    Sampler::default().sample(logits, &slot, draw).map(|(token, _)| token).map_err(|fault| fault.0)
}

fn greedy() -> SamplingParams {
    SamplingParams { temperature: 0.0, ..Default::default() }
}

fn numbers<T: std::str::FromStr>(value: &Value) -> Vec<T>
where
    T::Err: std::fmt::Debug,
{
    value.as_array().unwrap().iter().map(|number| number.to_string().parse().unwrap()).collect()
}

fn golden_slot(case: &Value) -> (SlotSampling, u32) {
    let number = |name: &str| case[name].as_f64().unwrap() as f32;
    let suppressed: Vec<u32> = numbers(&case["suppressed"]);
    let output: Vec<u32> = numbers(&case["output"]);
    let bias = case["logit_bias"].as_array().unwrap().iter();
    let params = SamplingParams {
        temperature: number("temperature"),
        top_k: number("top_k") as u32,
        top_p: number("top_p"),
        min_p: number("min_p"),
        presence_penalty: number("presence_penalty"),
        frequency_penalty: number("frequency_penalty"),
        repetition_penalty: number("repetition_penalty"),
        logit_bias: bias.map(|pair| (pair[0].as_u64().unwrap() as u32, pair[1].as_f64().unwrap() as f32)).collect(),
        min_tokens: output.len() as u32 + 1,
        suppressed_until_min: suppressed.into(),
        ..Default::default()
    };
    (SlotSampling::new(Arc::new(params), &numbers::<u32>(&case["prompt"]), &output), output.len() as u32)
}

#[test]
fn distributions_equal_those_of_transformers() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/sampler_golden.json")).unwrap();
    assert_eq!(cases.len(), 60);
    for (index, case) in cases.iter().enumerate() {
        let (slot, num_generated) = golden_slot(case);
        let mut scores: Vec<f32> = numbers(&case["logits"]);
        slot.adjustment(&Draw { num_generated, ..draw(0) }).iter().for_each(|adjust| adjust.apply(&mut scores));
        let best = scores[argmax(&scores).unwrap() as usize];
        let (mut candidates, mut spare) = (Vec::new(), Vec::new());
        keep_likely(&scores, best, slot.params(), &mut candidates, &mut spare);
        let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
        let mut found = vec![0.0; scores.len()];
        for candidate in &candidates {
            found[candidate.token as usize] = candidate.weight / total;
        }
        for (token, (found, wanted)) in found.iter().zip(numbers::<f64>(&case["probabilities"])).enumerate() {
            assert!((found - wanted).abs() < 2e-6, "case {index}, token {token}: {found} instead of {wanted}");
        }
    }
}

/// Chi-square of `draws` samples over seeds against the exact distribution.
fn chi_square(logits: &[f32], params: &SamplingParams, probabilities: &[f64], draws: u64) -> f64 {
    let mut counts = vec![0.0; logits.len()];
    let mut sampler = Sampler::default();
    for seed in 0..draws {
        let slot = SlotSampling::new(Arc::new(SamplingParams { seed, ..params.clone() }), &[], &[]);
        counts[sampler.sample(logits, &slot, draw(3)).unwrap().0 as usize] += 1.0;
    }
    let mut chi2 = 0.0;
    for (count, probability) in counts.iter().zip(probabilities) {
        let expected = probability * draws as f64;
        if expected == 0.0 {
            assert_eq!(*count, 0.0, "a token outside the filter was drawn");
        } else {
            chi2 += (count - expected) * (count - expected) / expected;
        }
    }
    chi2
}

#[test]
fn draws_follow_the_distribution() {
    let probabilities = [0.4, 0.05, 0.2, 0.1, 0.25];
    let logits = probabilities.map(|p: f64| p.ln() as f32 + 3.0);
    let base = SamplingParams::default();
    // Degrees of freedom 4, 2 and 1; 99.9 % lie below these bounds.
    assert!(chi_square(&logits, &base, &probabilities, 40_000) < 18.5);
    let top3 = [0.4 / 0.85, 0.0, 0.2 / 0.85, 0.0, 0.25 / 0.85];
    assert!(chi_square(&logits, &SamplingParams { top_k: 3, ..base.clone() }, &top3, 40_000) < 13.9);
    assert!(chi_square(&logits, &SamplingParams { top_p: 0.84, ..base.clone() }, &top3, 40_000) < 13.9);
    let top2 = [0.4 / 0.65, 0.0, 0.0, 0.0, 0.25 / 0.65];
    assert!(chi_square(&logits, &SamplingParams { min_p: 0.6, ..base.clone() }, &top2, 40_000) < 10.9);
    let hot = probabilities.map(f64::sqrt);
    let total: f64 = hot.iter().sum();
    let hot = hot.map(|p| p / total);
    assert!(chi_square(&logits, &SamplingParams { temperature: 2.0, ..base }, &hot, 40_000) < 18.5);
}

#[test]
fn draws_are_independent_along_a_sequence() {
    let logits = [0.0; 8];
    let params = SamplingParams { seed: 11, ..Default::default() };
    let mut pairs = [0u32; 64];
    let tokens: Vec<u32> = (0..32_001).map(|p| token(&logits, params.clone(), draw(p)).unwrap()).collect();
    for pair in tokens.windows(2) {
        pairs[(pair[0] * 8 + pair[1]) as usize] += 1;
    }
    let chi2: f64 = pairs.iter().map(|&count| (f64::from(count) - 500.0).powi(2) / 500.0).sum();
    assert!(chi2 < 103.0, "chi-square {chi2}");
}

#[test]
fn greedy_takes_the_lowest_id_of_a_tie() {
    let mut logits = vec![-1.0; 100];
    for tied in [37, 38, 90, 99] {
        logits[tied] = 2.5;
    }
    assert_eq!(token(&logits, greedy(), draw(0)), Ok(37));
    let biased = SamplingParams { logit_bias: vec![(90, 0.5)], ..greedy() };
    assert_eq!(token(&logits, biased, draw(0)), Ok(90));
}

#[test]
fn a_bad_logit_fails_the_row() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -f32::NAN] {
        for place in [0, 20, 49] {
            let mut logits = vec![0.5; 50];
            logits[place] = bad;
            for params in [greedy(), SamplingParams::default()] {
                assert!(token(&logits, params, draw(0)).unwrap_err().contains("not a finite number"));
            }
        }
    }
    assert!(token(&[], greedy(), draw(0)).is_err());
    let outside = SamplingParams { logit_bias: vec![(50, 1.0)], ..greedy() };
    assert!(token(&[0.0; 50], outside, draw(0)).unwrap_err().contains("token 50"));
}

#[test]
fn masks_and_minimum_length_forbid_tokens() {
    let logits: Vec<f32> = (0..70).map(|i| i as f32).collect();
    // The mask is too short for tokens 64..: they are forbidden.
    let mask: TokenMask = Arc::from([0x11u32, 0x8000_0000]);
    assert_eq!(token(&logits, greedy(), Draw { mask: Some(&mask), ..draw(0) }), Ok(63));
    let nothing: TokenMask = Arc::from([0u32; 3]);
    let fault = token(&logits, greedy(), Draw { mask: Some(&nothing), ..draw(0) });
    assert_eq!(fault, Err("no token may be sampled".to_owned()));
    let params = SamplingParams { min_tokens: 2, suppressed_until_min: Arc::from([69, 68]), ..greedy() };
    assert_eq!(token(&logits, params.clone(), Draw { num_generated: 1, ..draw(0) }), Ok(67));
    assert_eq!(token(&logits, params.clone(), Draw { num_generated: 2, ..draw(0) }), Ok(69));
    // A mask of nothing but suppressed tokens wins over the minimum; one that leaves another token does not.
    let stops: TokenMask = Arc::from([0, 0, 0x30u32]);
    assert_eq!(token(&logits, params.clone(), Draw { mask: Some(&stops), ..draw(0) }), Ok(69));
    let one_more: TokenMask = Arc::from([1u32, 0, 0x30]);
    assert_eq!(token(&logits, params, Draw { mask: Some(&one_more), ..draw(0) }), Ok(0));
    // What a request allows narrows the mask.
    let params = SamplingParams { allowed_tokens: Some(Arc::from([3, 4, 40])), ..greedy() };
    assert_eq!(token(&logits, params.clone(), draw(0)), Ok(40));
    assert_eq!(token(&logits, params, Draw { mask: Some(&mask), ..draw(0) }), Ok(4));
}

#[test]
fn counts_kept_step_by_step_equal_counts_made_at_once() {
    let params = Arc::new(SamplingParams {
        presence_penalty: 0.5,
        frequency_penalty: 0.25,
        repetition_penalty: 1.5,
        ..Default::default()
    });
    let output = [3, 4, 3, 9, 3];
    let mut stepwise = SlotSampling::new(params.clone(), &[1, 3], &[]);
    output.iter().for_each(|&token| stepwise.record(token));
    let at_once = SlotSampling::new(params, &[1, 3], &output);
    let adjusted = |slot: &SlotSampling| {
        let mut scores = [1.5, 3.0, -2.0, 3.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        slot.adjustment(&draw(0)).unwrap().apply(&mut scores);
        scores
    };
    assert_eq!(adjusted(&stepwise), adjusted(&at_once));
    // Prompt only; prompt and three times output; output only and negative.
    assert_eq!(adjusted(&at_once)[..5], [1.5, 2.0, -2.0, 0.75, -2.25]);
}

#[test]
fn logprobs_are_raw_and_ordered() {
    let logits = [1.0, 3.0, 3.0, -4.0];
    let params = SamplingParams { logit_bias: vec![(3, 90.0)], logprobs: Some(20), ..greedy() };
    let slot = SlotSampling::new(Arc::new(params), &[], &[]);
    let (token, logprobs) = Sampler::default().sample(&logits, &slot, draw(0)).unwrap();
    let logprobs = logprobs.unwrap();
    assert_eq!(token, 3);
    assert_eq!(logprobs.top.iter().map(|(token, _)| *token).collect::<Vec<_>>(), [1, 2, 0, 3]);
    assert!((logprobs.top.iter().map(|(_, p)| p.exp()).sum::<f32>() - 1.0).abs() < 1e-6);
    assert_eq!(logprobs.chosen, logprobs.top[3].1);
    assert!((logprobs.chosen - (-7.0 - (2.0f32 + (-2f32).exp() + (-7f32).exp()).ln())).abs() < 1e-5);
}

#[test]
fn a_wide_vocabulary_is_filtered_like_a_sorted_one() {
    // Ties and many near-equal tokens: the border of top-p is crowded.
    let logits: Vec<f32> = (0..5000).map(|i| ((i * 7919) % 1000) as f32 * 1e-3).collect();
    for (top_p, top_k) in [(0.5, 0), (0.9, 0), (0.9, 700), (0.001, 0)] {
        let params = SamplingParams { top_p, top_k, ..Default::default() };
        let (mut candidates, mut spare) = (Vec::new(), Vec::new());
        keep_likely(&logits, 0.999, &params, &mut candidates, &mut spare);
        let mut sorted: Vec<(u32, f32)> = logits.iter().enumerate().map(|(i, &l)| (i as u32, l)).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if top_k > 0 {
            let kth = sorted[top_k as usize - 1].1;
            sorted.retain(|&(_, logit)| logit >= kth);
        }
        let total: f64 = sorted.iter().map(|&(_, logit)| f64::from(logit).exp()).sum();
        let mut below = 0.0;
        let kept = sorted.iter().take_while(|&&(_, logit)| {
            let keep = below < f64::from(top_p) * total - 1e-9;
            below += f64::from(logit).exp();
            keep
        });
        let mut wanted: Vec<u32> = kept.map(|&(token, _)| token).collect();
        wanted.sort_unstable();
        assert_eq!(candidates.iter().map(|candidate| candidate.token).collect::<Vec<_>>(), wanted, "{top_p} {top_k}");
    }
}

#[test]
fn draws_from_a_whole_vocabulary_hit_every_weight_and_nothing_else() {
    // Tokens that may not be drawn at both ends, around a border of stretches, and as a whole stretch.
    let weight =
        |i: usize| if i < 5 || (500..530).contains(&i) || (1024..1536).contains(&i) || i > 2040 { 0.0 } else { 1.0 };
    let weights: Vec<f32> = (0..2100).map(weight).collect();
    let allowed: Vec<u32> = (0..2100_u32).filter(|&i| weights[i as usize] > 0.0).collect();
    for (nth, &token) in allowed.iter().enumerate() {
        let middle = (nth as f64 + 0.5) / allowed.len() as f64;
        assert_eq!(pick_any(&weights, middle), token);
    }
    assert_eq!(pick_any(&weights, 0.0), 5);
    assert_eq!(pick_any(&weights, 1.0 - f64::EPSILON / 2.0), 2040);
    assert_eq!(pick_any(&weights, 1.0), 2040, "beyond all of it");
}

#[test]
fn top_p_of_a_peaked_vocabulary_is_that_of_all_of_it() {
    // A few likely tokens and a long tail that weighs as much as top-p leaves out, and more.
    let logits: Vec<f32> =
        (0..50_000).map(|i| if i % 9973 == 0 { 3.0 - i as f32 * 2e-5 } else { -8.0 - (i % 77) as f32 * 0.1 }).collect();
    let best = greatest(&logits);
    for top_p in [0.3, 0.8, 0.9, 0.95, 0.99] {
        let params = SamplingParams { top_p, ..Default::default() };
        let (mut candidates, mut spare) = (Vec::new(), Vec::new());
        keep_likely(&logits, best, &params, &mut candidates, &mut spare);
        let mut sorted: Vec<(u32, f64)> =
            logits.iter().enumerate().map(|(i, &l)| (i as u32, f64::from(l - best).exp())).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
        let mut below = 0.0;
        let wanted = sorted.iter().take_while(|(_, weight)| {
            let keep = below < f64::from(top_p) * total;
            below += weight;
            keep
        });
        let (wanted, found) = (wanted.count(), candidates.len());
        // Weights of the tail are rounded: where the border runs through thousands of near equals it may move by a few.
        assert!(found.abs_diff(wanted) <= wanted / 1000, "{top_p}: {found} instead of {wanted}");
    }
}

#[test]
fn the_smallest_temperatures_are_greedy() {
    let logits = [0.5, 2.0, 1.9, -3.0];
    for temperature in [1e-45, 1e-39, 1e-20, 1e-3] {
        for top_p in [1.0, 0.9] {
            let params = SamplingParams { temperature, top_p, ..Default::default() };
            let slot = SlotSampling::new(Arc::new(params), &[], &[]);
            assert_eq!(Sampler::default().sample(&logits, &slot, draw(0)).unwrap().0, 1, "{temperature}, {top_p}");
        }
    }
}

#[test]
fn an_end_that_is_not_allowed_counts_for_what_closes() {
    // Token 1 would be said, the stops 3 and 4 together outweigh it, and 2 gets their weight.
    let logits = [0.0, 2.0, -1.0, 1.5, 1.6];
    let mask: TokenMask = Arc::from([0b0_0111_u32]);
    let end = EndAs { stops: Arc::from([3, 4]), token: 2 };
    let masked = Draw { mask: Some(&mask), ..draw(0) };
    assert_eq!(token(&logits, greedy(), masked), Ok(1));
    assert_eq!(token(&logits, greedy(), Draw { end_as: Some(&end), ..masked }), Ok(2));
    let unlikely = EndAs { stops: Arc::from([0]), token: 2 };
    assert_eq!(token(&logits, greedy(), Draw { end_as: Some(&unlikely), ..masked }), Ok(1));
    let mut scores = logits;
    let slot = SlotSampling::new(Arc::new(greedy()), &[], &[]);
    slot.adjustment(&Draw { end_as: Some(&end), ..draw(0) }).unwrap().apply(&mut scores);
    let sum = (-1.0_f32).exp() + 1.5_f32.exp() + 1.6_f32.exp();
    assert!((scores[2] - sum.ln()).abs() < 1e-5);
    let outside = EndAs { stops: Arc::from([5]), token: 2 };
    assert!(token(&logits, greedy(), Draw { end_as: Some(&outside), ..masked }).is_err());
}

#[test]
fn only_allowed_tokens_and_no_bad_words_are_chosen() {
    let logits = [0.0, 5.0, 4.0, 3.0, 2.0];
    let params = SamplingParams { allowed_tokens: Some(Arc::from([0, 2, 3])), ..greedy() };
    assert_eq!(token(&logits, params.clone(), draw(0)), Ok(2));
    let params = SamplingParams { bad_words: Arc::from([vec![2], vec![0, 3]]), ..params };
    assert_eq!(token(&logits, params.clone(), draw(0)), Ok(3));
    let mut slot = SlotSampling::new(Arc::new(params), &[], &[]);
    slot.record(0);
    assert_eq!(Sampler::default().sample(&logits, &slot, draw(0)).unwrap().0, 0, "3 would complete a word");
    let many = SamplingParams { logprobs: Some(TokenDraw::MOST_LOGPROBS + 1), ..greedy() };
    assert!(SlotSampling::new(Arc::new(many), &[], &[]).on_device(&draw(0)).is_none());
}
