//! Plans that contradict the tables, and rows that fail: the step or the row is at fault, the neighbours are not.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::sync::Arc;

use rig::{NUM_BLOCKS, Rig, Seq};
use sconce_engine::{BlockId, SamplingParams, SlotId, StepPlan};
use sconce_models::{LoadOptions, ModelSource};
use sconce_testkit::tiny;

const PROMPT: [u32; 6] = [1, 2, 3, 4, 5, 6];

type Change = &'static dyn Fn(&mut StepPlan);

/// Executes `change`d plans of a fresh sequence; then the same sequence must still be computable after re-admission.
fn rejected(change: impl Fn(&mut StepPlan)) -> String {
    let mut rig = Rig::new("tiny-llama", Some(64));
    let mut neighbour = Seq::new(1, &PROMPT);
    rig.run(&mut neighbour, 3, 8);
    let mut seq = Seq::new(2, &PROMPT);
    let mut plan = rig.plan(&mut [(&mut seq, PROMPT.len())]);
    change(&mut plan);
    let error = rig.execute(&plan).unwrap_err();
    assert!(!error.fatal, "a bad plan does not break the device");
    rig.run(&mut neighbour, 8, 8);
    let mut again = Seq::new(3, &PROMPT);
    let mut other = Rig::new("tiny-llama", Some(64));
    other.run(&mut again, 8, 8);
    assert_eq!(neighbour.trace(), again.trace(), "the neighbour changed");
    error.message
}

#[test]
fn plans_that_contradict_the_tables_are_errors() {
    let cases: [(&str, Change); 11] = [
        ("slot 7, which was not admitted", &|plan| plan.rows[0].slot = SlotId(7)),
        ("slot 4000000000, which was not admitted", &|plan| plan.rows[0].slot = SlotId(4_000_000_000)),
        ("slot 99, which does not exist", &|plan| plan.admitted[0].slot = SlotId(99)),
        ("twice", &|plan| plan.rows.push(plan.rows[0].clone())),
        ("positions 0..0", &|plan| plan.rows[0].len = 0),
        ("positions 0..7 of 6 tokens", &|plan| plan.rows[0].len = 7),
        ("positions 4294967295..4294967301", &|plan| plan.rows[0].start = u32::MAX),
        ("samples at position 5, but has 6", &|plan| plan.rows[0].len = 5),
        ("0 blocks for 6 tokens", &|plan| plan.rows[0].new_blocks.clear()),
        ("1 blocks for 6 tokens", &|plan| plan.rows[0].new_blocks.truncate(1)),
        ("block 512 does not exist", &|plan| plan.rows[0].new_blocks[1] = BlockId(NUM_BLOCKS)),
    ];
    for (wanted, change) in cases {
        let found = rejected(change);
        assert!(found.contains(wanted), "{wanted}: {found}");
    }
}

#[test]
fn a_plan_beyond_the_token_budget_is_an_error() {
    let options = LoadOptions { max_batch_tokens: 5, ..rig::options(Some(64)) };
    let mut rig = Rig::open(&ModelSource::Dir(tiny::dir("tiny-llama")), &options);
    let mut seq = Seq::new(1, &PROMPT);
    let plan = rig.plan(&mut [(&mut seq, 6)]);
    assert!(rig.execute(&plan).unwrap_err().message.contains("6 tokens, at most 5"));
}

#[test]
fn a_faulty_row_fails_alone_and_stays_failed() {
    let mut rig = Rig::new("tiny-llama", Some(64));
    let outside = SamplingParams { logit_bias: vec![(1_000_000, 1.0)], ..SamplingParams::default() };
    let mut good = Seq::new(1, &PROMPT);
    let mut bad = Seq::sampled(2, &PROMPT, outside);
    let mut worse = Seq::new(3, &[1, 2, 320]);
    let plan = rig.plan(&mut [(&mut bad, 6), (&mut good, 6), (&mut worse, 3)]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    assert!(sampled[0].token.as_ref().unwrap_err().0.contains("token 1000000"));
    let token = *sampled[1].token.as_ref().unwrap();
    assert!(sampled[2].token.as_ref().unwrap_err().0.contains("token 320"));

    // With a pipeline of depth 2 the next plan was made before the fault was known.
    for (seq, token) in [(&mut good, token), (&mut bad, 0), (&mut worse, 0)] {
        seq.computed = seq.tokens.len();
        seq.tokens.push(token);
    }
    let plan = rig.plan(&mut [(&mut bad, 1), (&mut good, 1), (&mut worse, 1)]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    assert!(sampled[0].token.is_err() && sampled[1].token.is_ok() && sampled[2].token.is_err());

    // A new admission clears the fault.
    rig.preempt(&mut bad);
    bad.tokens.truncate(6);
    bad.sampling = Arc::new(SamplingParams { temperature: 0.0, ..SamplingParams::default() });
    let plan = rig.plan(&mut [(&mut bad, 6)]);
    assert_eq!(rig.execute(&plan).unwrap().sampled[0].token, Ok(token));
}

#[test]
fn rows_of_a_failed_step_fail_in_the_next_one_without_a_second_error() {
    let mut rig = Rig::new("tiny-llama", Some(64));
    let (mut first, mut second) = (Seq::new(1, &PROMPT), Seq::new(2, &PROMPT));
    let mut plan = rig.plan(&mut [(&mut first, 6)]);
    plan.rows[0].new_blocks.clear();
    rig.execute(&plan).unwrap_err();
    (first.computed, first.tokens) = (6, [&PROMPT[..], &[0]].concat());
    let plan = rig.plan(&mut [(&mut first, 1), (&mut second, 6)]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    assert!(sampled[0].token.is_err() && sampled[1].token.is_ok());
}

#[test]
fn non_finite_weights_fail_rows_not_the_process() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors"] {
        std::fs::copy(tiny::dir("tiny-llama").join(file), dir.path().join(file)).unwrap();
    }
    let file = dir.path().join("model.safetensors");
    let mut bytes = std::fs::read(&file).unwrap();
    let end = bytes.len();
    // The final norm is the last tensor of the file: a NaN there reaches every logit.
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    std::fs::write(&file, bytes).unwrap();
    let mut rig = Rig::open(&ModelSource::Dir(dir.path().to_owned()), &rig::options(Some(64)));
    let mut seq = Seq::new(1, &PROMPT);
    let plan = rig.plan(&mut [(&mut seq, 6)]);
    let sampled = rig.execute(&plan).unwrap().sampled;
    assert!(sampled[0].token.as_ref().unwrap_err().0.contains("not a finite number"));
}
