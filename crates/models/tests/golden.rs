//! Every family against transformers: logits and greedy tokens of tiny checkpoints. Then every way of computing the same
//! sequence (chunked, batched, cached, preempted) against the plain way, to the bit.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use rig::{Rig, Seq};
use sconce_kernels::CpuOptions;
use sconce_models::{LoadOptions, ModelSource};
use sconce_testkit::tiny::{self, Golden, TINY_MODELS};

const GREEDY: usize = 32;

/// Largest difference of a logit from transformers' f32 result; logits spread over about 10.
fn tolerance(name: &str) -> f32 {
    match name {
        // bf16 weights: activations are rounded to bf16 for the dot products, keys and values for the cache.
        "tiny-llama-bf16" => 0.15,
        // A sum in another order can move an activation to the next of its 255 steps.
        "tiny-llama-w8a8" => 0.1,
        // Activations are rounded by groups, keys and values to bf16.
        "tiny-llama-gguf" | "tiny-qwen2-gguf" => 0.4,
        _ => 1e-4,
    }
}

fn open(name: &str) -> (Rig, Golden) {
    open_with(name, CpuOptions::default())
}

fn open_with(name: &str, cpu: CpuOptions) -> (Rig, Golden) {
    let golden = Golden::read(name);
    let options = LoadOptions { cpu, ..rig::options(Some(golden.max_len.unwrap_or(128))) };
    (Rig::open(&ModelSource::at(&tiny::dir(name)).unwrap(), &options), golden)
}

fn assert_near(found: &[f32], wanted: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), wanted.len());
    let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= tolerance, "{what}: a logit is off by {worst}");
}

/// The plain way, for each prompt: the whole prompt at once, nobody else in the batch.
fn plain(rig: &mut Rig, golden: &Golden) -> Vec<Seq> {
    let prompts = golden.prompts.iter().enumerate();
    prompts
        .map(|(index, prompt)| {
            let mut seq = Seq::new(index as u64, &prompt.ids);
            rig.run(&mut seq, GREEDY, usize::MAX);
            rig.release(&mut seq);
            seq
        })
        .collect()
}

#[test]
fn logits_and_greedy_tokens_equal_those_of_transformers() {
    for (name, reference) in TINY_MODELS.iter().flat_map(|name| [(name, false), (name, true)]) {
        let (mut rig, golden) = open_with(name, CpuOptions { reference, threads: None });
        for (seq, prompt) in plain(&mut rig, &golden).iter().zip(&golden.prompts) {
            let what = format!("{name}, prompt of {}, reference {reference}", prompt.ids.len());
            assert_near(&seq.logits[0], &prompt.logits, tolerance(name), &what);
            if tolerance(name) < 1e-3 {
                assert_eq!(seq.output(), prompt.greedy, "{what}");
            }
        }
        for (position, wanted) in golden.every_position.iter().enumerate() {
            let mut seq = Seq::new(9, &golden.prompts[1].ids[..=position]);
            rig.run(&mut seq, 1, usize::MAX);
            rig.release(&mut seq);
            assert_near(&seq.logits[0], wanted, tolerance(name), &format!("{name}, position {position}"));
        }
    }
}

#[test]
fn every_architecture_has_a_fixture() {
    for architecture in sconce_models::architectures() {
        let name = format!("tiny-{}", architecture.trim_end_matches("ForCausalLM").to_lowercase());
        assert!(TINY_MODELS.contains(&name.as_str()), "{name} is not tested");
        assert!(tiny::path(&name).join("golden.json").is_file(), "{architecture} needs tests/fixtures/{name}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open_with(name, CpuOptions { threads: Some(1), reference: false });
        let wanted: Vec<_> = plain(&mut rig, &golden).iter().map(Seq::trace).collect();
        for threads in [2, 3] {
            let (mut rig, _) = open_with(name, CpuOptions { threads: Some(threads), reference: false });
            let found: Vec<_> = plain(&mut rig, &golden).iter().map(Seq::trace).collect();
            assert_eq!(found, wanted, "{name}, {threads} threads");
        }
    }
}

#[test]
fn chunked_equals_whole() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        let plain = plain(&mut rig, &golden);
        for chunk in [1, 3, 7] {
            for wanted in &plain {
                let mut seq = Seq::new(1, &wanted.tokens[..wanted.prompt_len]);
                rig.run(&mut seq, GREEDY, chunk);
                assert_eq!(seq.trace(), wanted.trace(), "{name}, chunks of {chunk}");
                rig.preempt(&mut seq);
            }
        }
    }
}

#[test]
fn batched_equals_alone() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        let plain = plain(&mut rig, &golden);
        // Two of each prompt; they join one by one and prefill in chunks beside rows that decode already.
        let prompts = golden.prompts.iter().chain(&golden.prompts).enumerate();
        let mut seqs: Vec<Seq> = prompts.map(|(index, prompt)| Seq::new(index as u64, &prompt.ids)).collect();
        for step in 0.. {
            let joined = seqs.iter_mut().take(step + 1).enumerate();
            let mut rows: Vec<(&mut Seq, usize)> = joined
                .filter(|(_, seq)| seq.output().len() < GREEDY)
                .map(|(index, seq)| {
                    let len = (seq.tokens.len() - seq.computed).min(2 + 5 * (index % 3));
                    (seq, len)
                })
                .collect();
            if rows.is_empty() {
                break;
            }
            if step % 2 == 1 {
                rows.reverse();
            }
            rig.step(&mut rows);
        }
        for (index, seq) in seqs.iter().enumerate() {
            assert_eq!(seq.trace(), plain[index % plain.len()].trace(), "{name}, row {index}");
        }
    }
}

#[test]
fn cached_equals_computed() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        for wanted in plain(&mut rig, &golden) {
            // After the prompt alone, and in the middle of an earlier answer.
            for extra in [0, 9] {
                let mut first = Seq::new(1, &wanted.tokens[..wanted.prompt_len + extra]);
                first.reuse(&wanted);
                let reused = first.computed;
                assert!(reused > 0 || first.tokens.len() <= rig::BLOCK_SIZE as usize);
                rig.run(&mut first, GREEDY - extra, usize::MAX);
                assert_eq!(first.output(), &wanted.output()[extra..], "{name}, {reused} tokens cached");
                assert_eq!(first.trace().1, wanted.trace().1[extra..], "{name}, {reused} tokens cached");
                rig.release(&mut first);
            }
        }
    }
}

#[test]
fn siblings_share_blocks_within_one_step() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        let wanted = plain(&mut rig, &golden).pop().unwrap();
        let prompt = &wanted.tokens[..wanted.prompt_len];
        let (mut first, mut second) = (Seq::new(1, prompt), Seq::new(2, prompt));
        // The second names blocks the first computes in the same step.
        let plan = rig.plan(&mut [(&mut first, prompt.len())]);
        first.computed = prompt.len();
        second.reuse(&first);
        let rest = prompt.len() - second.computed;
        let mut both = rig.plan(&mut [(&mut second, rest)]);
        both.admitted.extend(plan.admitted);
        both.rows.splice(0..0, plan.rows);
        let output = rig.execute(&both).unwrap();
        assert_eq!(output.sampled[0].token, output.sampled[1].token);
        assert_eq!(output.sampled[0].token, Ok(wanted.output()[0]), "{name}");
    }
}

#[test]
fn preempted_and_recomputed_equals_undisturbed() {
    for name in TINY_MODELS {
        let (mut rig, golden) = open(name);
        for wanted in plain(&mut rig, &golden) {
            let mut seq = Seq::new(1, &wanted.tokens[..wanted.prompt_len]);
            let mut neighbour = Seq::new(2, &golden.prompts[2].ids);
            for (generated, chunk) in [(5, 8), (6, 6), (20, usize::MAX)] {
                rig.run(&mut seq, generated, chunk);
                rig.preempt(&mut seq);
                // Somebody else takes over slot and blocks.
                let one_more = neighbour.output().len() + 1;
                rig.run(&mut neighbour, one_more, usize::MAX);
            }
            rig.run(&mut seq, GREEDY, 5);
            assert_eq!(seq.trace(), wanted.trace(), "{name}");
        }
    }
}
