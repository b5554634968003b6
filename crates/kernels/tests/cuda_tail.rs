//! What comes behind the logits on the CUDA backend: changes, draws and log-probabilities against their definitions, on the emulated
//! GPU or a real one.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;
use sconce_kernels::cuda::Half;
use sconce_kernels::{Adjust, Drawn, DrawnLogprobs, NoToken, Penalties, SampleRow, TokenDraw};
use support::Random;
use support::gpu::{cuda, dtype, half};

/// Ids that a row keeps with their weights, and the total of the weights: the definition, by sorting.
fn kept(logits: &[f32], row: &SampleRow) -> (Vec<(usize, f64)>, f64) {
    let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weight = |score: f32| (f64::from(score - best) / f64::from(row.temperature)).exp();
    let mut all: Vec<(usize, f32)> = logits.iter().copied().enumerate().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    if row.top_k > 0 && (row.top_k as usize) < all.len() {
        let last = all[row.top_k as usize - 1].1;
        all.retain(|token| token.1 >= last);
    }
    all.retain(|token| token.1 > f32::NEG_INFINITY && weight(token.1) >= f64::from(row.min_p));
    let total: f64 = all.iter().map(|token| weight(token.1)).sum();
    let mut reached = 0.0;
    let len = all.iter().position(|token| {
        reached += weight(token.1);
        reached >= f64::from(row.top_p) * total
    });
    all.truncate(len.map_or(all.len(), |len| len + 1));
    all.sort_by_key(|token| token.0);
    let kept: Vec<_> = all.into_iter().map(|(id, score)| (id, weight(score))).collect();
    let total = kept.iter().map(|token| token.1).sum();
    (kept, total)
}

/// Where a token's part of the cumulative distribution begins and ends; `None` for one that is out.
fn part(kept: &(Vec<(usize, f64)>, f64), token: usize) -> Option<(f64, f64)> {
    let mut reached = 0.0;
    kept.0.iter().find_map(|&(id, weight)| {
        reached += weight / kept.1;
        (id == token).then_some((reached - weight / kept.1, reached))
    })
}

/// Different tokens, in no order.
fn some_tokens(random: &mut Random, vocab: usize, most: usize) -> Vec<u32> {
    let mut tokens: Vec<u32> = (0..random.below(most.min(vocab) + 1)).map(|_| random.below(vocab) as u32).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens.reverse();
    tokens
}

/// Any change; most of them have most parts.
fn adjust(random: &mut Random, vocab: usize) -> Adjust {
    let mask = |random: &mut Random| {
        let dense = random.below(3) > 0;
        let words = vocab.div_ceil(32).saturating_sub(random.below(2));
        (0..words).map(|_| random.next() as u32 | if dense { random.next() as u32 } else { 0 }).collect()
    };
    let end = (random.below(3) == 0).then(|| (random.below(vocab) as u32, some_tokens(random, vocab, 3).into()));
    Adjust {
        bias: some_tokens(random, vocab, 40).into_iter().map(|token| (token, 4.0 * random.float())).collect(),
        end_as: end,
        mask: (random.below(2) == 0).then(|| mask(random)),
        forbidden: (0..random.below(3))
            .map(|_| some_tokens(random, vocab, 30))
            .filter(|list| !list.is_empty())
            .collect(),
        seen: some_tokens(random, vocab, 900).into_iter().map(|token| (token, random.below(4) as u32)).collect(),
        penalties: Penalties {
            repetition: 1.0 + 0.5 * random.float(),
            frequency: random.float(),
            presence: random.float(),
        },
    }
}

/// Is this token one that the definition draws: does the random number fall into the token's part of the distribution, give or
/// take the rounding of weights?
fn is_drawn(scores: &[f32], draw: &SampleRow, token: u32) -> bool {
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if draw.temperature == 0.0 {
        let first = scores.iter().position(|&score| score == best).unwrap();
        // A GPU may fuse the products of penalties.
        return token as usize == first || (best - scores[token as usize] < 1e-5 && scores[token as usize] < best);
    }
    // The borders of min-p and top-p are not where two ways of rounding meet.
    let near = |by: f32| SampleRow {
        top_p: (draw.top_p + by).clamp(1e-6, 1.0),
        min_p: (draw.min_p * (1.0 - by)).max(0.0),
        ..*draw
    };
    [0.0, 2e-6, -2e-6].iter().any(|&by| {
        let parts = part(&kept(scores, &near(by)), token as usize);
        let uniform = f64::from(draw.uniform);
        parts.is_some_and(|(from, to)| uniform >= from - 2e-6 && uniform <= to + 2e-6)
    })
}

/// The definition, by sorting.
fn logprobs(logits: &[f32], token: u32, top: u32) -> DrawnLogprobs {
    let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - best).exp()).sum();
    let of = |logit: f32| (f64::from(logit) - f64::from(best) - sum.ln()) as f32;
    let mut all: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    DrawnLogprobs {
        chosen: of(logits[token as usize]),
        rank: all.iter().position(|&(other, _)| other == token).unwrap() as u32 + 1,
        top: all.iter().take(top as usize).map(|&(token, logit)| (token, of(logit))).collect(),
    }
}

fn is_near(found: &DrawnLogprobs, wanted: &DrawnLogprobs) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
    let tops = found.top.iter().zip(&wanted.top).all(|(a, b)| a.0 == b.0 && near(a.1, b.1));
    found.rank == wanted.rank && near(found.chosen, wanted.chosen) && tops && found.top.len() == wanted.top.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_those_of_the_definition(
        seed: u64, half in half(), vocab in prop_oneof![1..80_usize, 1000..2500_usize], spread in 0.0..12.0_f32,
        temperature in prop_oneof![Just(0.0_f32), Just(1.0), 0.05..3.0_f32],
        min_p in prop_oneof![Just(0.0_f32), 0.0..0.9_f32], top_p in prop_oneof![Just(1.0_f32), 0.01..1.0_f32],
        top_k in prop_oneof![Just(0_u32), 1..100_u32], changed in 0..5_usize,
    ) {
        let Some(cuda) = cuda(half) else { return Ok(()) };
        let mut random = Random::new(seed);
        let rows = 4;
        let logits = (random.tensor(&[rows, vocab]) * f64::from(spread)).unwrap().to_dtype(dtype(half)).unwrap();
        let draws: Vec<_> = (0..rows).map(|row| TokenDraw {
            row: SampleRow { temperature, min_p, top_p, top_k, uniform: random.below(1 << 20) as f32 / (1 << 20) as f32 },
            adjust: (row < changed).then(|| adjust(&mut random, vocab)),
            logprobs: (random.below(2) == 0).then(|| random.below(21.min(vocab + 1)) as u32),
        }).collect();
        let drawn = cuda.sample(&logits, &draws).unwrap();
        let logits = logits.to_device(&Device::Cpu).unwrap().to_dtype(DType::F32).unwrap().to_vec2::<f32>().unwrap();
        for ((logits, draw), drawn) in logits.iter().zip(&draws).zip(drawn) {
            let mut scores = logits.clone();
            draw.adjust.iter().for_each(|adjust| adjust.apply(&mut scores));
            if scores.iter().all(|&score| score == f32::NEG_INFINITY) {
                prop_assert_eq!(drawn, Drawn { token: Err(NoToken::NoneAllowed), logprobs: None });
                continue;
            }
            let token = drawn.token.unwrap();
            prop_assert!(is_drawn(&scores, &draw.row, token), "{draw:?}: token {token}");
            prop_assert_eq!(drawn.logprobs.is_some(), draw.logprobs.is_some());
            if let (Some(found), Some(top)) = (drawn.logprobs, draw.logprobs) {
                let wanted = logprobs(logits, token, top);
                prop_assert!(is_near(&found, &wanted), "{found:?}, wanted {wanted:?}");
            }
        }
    }
}

#[test]
fn a_row_that_is_not_finite_is_broken_and_its_neighbour_is_not() {
    let Some(cuda) = cuda(Half::Bf16) else { return };
    // A mask that forbids the bad one hides nothing.
    let mask = Adjust { mask: Some([0b101].into()), ..Adjust::default() };
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let logits = Tensor::new(&[[0.0_f32, bad, 1.0], [0.0, 1.0, 2.0]], &Device::Cpu).unwrap();
        for (temperature, adjust) in [(0.0, None), (1.0, None), (0.0, Some(&mask)), (1.0, Some(&mask))] {
            let row = SampleRow { temperature, min_p: 0.0, top_p: 0.9, top_k: 2, uniform: 0.99 };
            let draw = TokenDraw { row, adjust: adjust.cloned(), logprobs: Some(1) };
            let [broken, whole] = cuda.sample(&logits, &[draw.clone(), draw]).unwrap().try_into().unwrap();
            assert_eq!(broken, Drawn { token: Err(NoToken::NotFinite), logprobs: None });
            assert_eq!((whole.token, whole.logprobs.unwrap().rank), (Ok(2), 1));
        }
    }
}

#[test]
fn tokens_outside_the_vocabulary_are_refused() {
    let Some(cuda) = cuda(Half::Bf16) else { return };
    let logits = Tensor::zeros((1, 3), DType::F32, &Device::Cpu).unwrap();
    let row = SampleRow { temperature: 0.0, min_p: 0.0, top_p: 1.0, top_k: 0, uniform: 0.0 };
    let adjusts = [
        Adjust { bias: vec![(3, 1.0)], ..Adjust::default() },
        Adjust { end_as: Some((0, [3].into())), ..Adjust::default() },
        Adjust { forbidden: vec![vec![1], vec![3]], ..Adjust::default() },
        Adjust { seen: vec![(3, 1)], ..Adjust::default() },
    ];
    for adjust in adjusts {
        let draw = TokenDraw { row, adjust: Some(adjust), logprobs: None };
        assert!(cuda.sample(&logits, &[draw]).unwrap_err().to_string().contains("token 3"));
    }
}
