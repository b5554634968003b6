//! Plans of named scenarios, as text. A change here is a change of what the device is told: look at it, then accept it.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fmt::Write;

use common::{Alternate, Driver, End, request, spec};
use insta::assert_snapshot;
use sconce_engine::*;
use sconce_testkit::fake_runner::FakeOptions;

/// Blocks of 4 tokens.
fn driver(num_blocks: u32, max_slots: u32, budget: u32, depth: usize) -> Driver {
    let spec = spec(4, num_blocks, max_slots, budget);
    Driver::new(FakeOptions { spec, ..FakeOptions::default() }, true, depth, Vec::new())
}

/// One line per plan and per row: request.epoch, slot, positions, guesses, new blocks, `*` if it samples.
fn show(plans: &[StepPlan]) -> String {
    let mut text = String::new();
    for plan in plans {
        let ids = |slots: Vec<SlotId>| slots.iter().map(|slot| format!(" s{}", slot.0)).collect::<String>();
        write!(text, "plan {}", plan.id).unwrap();
        if !plan.released.is_empty() {
            write!(text, "  released{}", ids(plan.released.clone())).unwrap();
        }
        for admission in &plan.admitted {
            let generated = admission.tokens.len() - admission.prompt_len as usize;
            write!(text, "  admitted s{} ({}+{generated})", admission.slot.0, admission.prompt_len).unwrap();
        }
        text.push('\n');
        for row in &plan.rows {
            let blocks: Vec<u32> = row.new_blocks.iter().map(|block| block.0).collect();
            let blocks = if blocks.is_empty() { String::new() } else { format!(" {blocks:?}") };
            let guesses = if row.drafts.is_empty() { String::new() } else { format!(" +{:?}", row.drafts) };
            let (end, sample) = (row.start + row.len, if row.sample { " *" } else { "" });
            let (request, epoch, slot, start) = (row.request.0, row.epoch, row.slot.0, row.start);
            writeln!(text, "  r{request}.{epoch} s{slot} {start}..{end}{guesses}{blocks}{sample}").unwrap();
        }
    }
    text
}

fn prompt(len: u32) -> std::ops::Range<u32> {
    10..10 + len
}

#[test]
fn a_long_prompt_is_chunked_beside_decoding() {
    let mut driver = driver(16, 4, 8, 1);
    driver.add(request([1, 2], 4));
    driver.turn();
    driver.add(request(prompt(17), 2));
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (2+0)
      r1.0 s0 0..2 [0] *
    plan 2  admitted s1 (17+0)
      r1.0 s0 2..3 *
      r2.0 s1 0..7 [1, 2, 3, 4, 5]
    plan 3
      r1.0 s0 3..4 *
      r2.0 s1 7..14
    plan 4
      r1.0 s0 4..5 [6] *
      r2.0 s1 14..17 *
    plan 5  released s0
      r2.0 s1 17..18 *
    ");
}

#[test]
fn the_last_admitted_is_preempted_and_recomputed_with_its_tokens() {
    let mut driver = driver(4, 4, 32, 1);
    driver.add(request(prompt(4), 7));
    driver.turn();
    let second = driver.add(request([1, 2, 3], 6));
    driver.finish();
    let usage = Usage { prompt_tokens: 3, completion_tokens: 6, ..Usage::default() };
    assert_eq!(driver.seen(second).end, Some(End::Finished(FinishReason::Length, usage, 1)), "one preemption");
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (4+0)
      r1.0 s0 0..4 [0] *
    plan 2  admitted s1 (3+0)
      r1.0 s0 4..5 [1] *
      r2.0 s1 0..3 [2] *
    plan 3
      r1.0 s0 5..6 *
      r2.0 s1 3..4 *
    plan 4
      r1.0 s0 6..7 *
      r2.0 s1 4..5 [3] *
    plan 5
      r1.0 s0 7..8 *
      r2.0 s1 5..6 *
    plan 6  released s1
      r1.0 s0 8..9 [3] *
    plan 7
      r1.0 s0 9..10 *
    plan 8  released s0  admitted s0 (3+4)
      r2.1 s0 4..7 [2, 3] *
    plan 9
      r2.1 s0 7..8 *
    ");
}

#[test]
fn a_second_request_takes_the_prefix_from_the_cache() {
    let mut driver = driver(16, 4, 32, 1);
    driver.add(request(prompt(10), 1));
    driver.turn();
    driver.add(request(prompt(12), 1));
    driver.turn();
    driver.add(request(prompt(12), 1));
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (10+0)
      r1.0 s0 0..10 [0, 1, 2] *
    plan 2  released s0  admitted s0 (12+0)
      r2.0 s0 8..12 [0, 1, 2] *
    plan 3  released s0  admitted s0 (12+0)
      r3.0 s0 8..12 [0, 1, 3] *
    ");
}

#[test]
fn four_choices_share_the_prompt_within_one_step() {
    let mut driver = driver(16, 4, 32, 1);
    (0..4).for_each(|_| {
        driver.add(request(prompt(9), 2));
    });
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (9+0)  admitted s1 (9+0)  admitted s2 (9+0)  admitted s3 (9+0)
      r1.0 s0 0..9 [0, 1, 2] *
      r2.0 s1 8..9 [0, 1, 3] *
      r3.0 s2 8..9 [0, 1, 4] *
      r4.0 s3 8..9 [0, 1, 5] *
    plan 2
      r1.0 s0 9..10 *
      r2.0 s1 9..10 *
      r3.0 s2 9..10 *
      r4.0 s3 9..10 *
    ");
}

#[test]
fn an_abort_in_mid_prefill_makes_room_in_the_next_step() {
    let mut driver = driver(6, 4, 8, 1);
    let first = driver.add(request(prompt(20), 2));
    driver.add(request([1; 6], 1));
    driver.turn();
    driver.abort(first);
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (20+0)
      r1.0 s0 0..8 [0, 1, 2, 3, 4]
    plan 2  released s0  admitted s0 (6+0)
      r2.0 s0 0..6 [2, 3] *
    ");
}

/// The first ends with its first token, and is computed once more in vain.
fn stopped() -> NewRequest {
    NewRequest { limits: Limits { max_new_tokens: 9, stop_tokens: (0..100).collect() }, ..request(prompt(3), 9) }
}

#[test]
fn at_depth_two_a_plan_follows_before_the_token_is_known() {
    let mut driver = driver(16, 4, 32, 2);
    driver.add(stopped());
    driver.add(request(prompt(6), 3));
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (3+0)  admitted s1 (6+0)
      r1.0 s0 0..3 [0] *
      r2.0 s1 0..6 [1, 2] *
    plan 2
      r1.0 s0 3..4 *
      r2.0 s1 6..7 *
    plan 3  released s0
      r2.0 s1 7..8 *
    ");
}

#[test]
fn at_depth_two_a_constraint_makes_steps_strict_until_its_last_token() {
    let mut driver = driver(16, 4, 32, 2);
    driver.add(stopped());
    driver.add(request(prompt(6), 3));
    driver.add(NewRequest { constraint: Some(Box::new(Alternate::default())), ..request([1, 2], 2) });
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (3+0)  admitted s1 (6+0)  admitted s2 (2+0)
      r1.0 s0 0..3 [0] *
      r2.0 s1 0..6 [1, 2] *
      r3.0 s2 0..2 [3] *
    plan 2  released s0
      r2.0 s1 6..7 *
      r3.0 s2 2..3 *
    plan 3
      r2.0 s1 7..8 *
    ");
}

#[test]
fn a_failed_step_voids_the_plan_behind_it() {
    let spec = spec(4, 16, 4, 8);
    let options = FakeOptions { spec, fail_at: vec![1], ..FakeOptions::default() };
    let mut driver = Driver::new(options, true, 2, Vec::new());
    driver.add(request(prompt(8), 2));
    driver.add(request(prompt(9), 1));
    driver.finish();
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (8+0)
      r1.0 s0 0..8 [0, 1] *
    plan 2  admitted s1 (9+0)
      r1.0 s0 8..9 [2] *
      r2.0 s1 8..9 [0, 1, 3] *
    plan 3  released s0 s1  admitted s1 (9+0)
      r2.1 s1 0..8 [3, 2, 4]
    plan 4
      r2.1 s1 8..9 *
    ");
}

#[test]
fn guesses_are_computed_with_the_token_before_them_and_make_steps_strict_as_long_as_there_are_any() {
    let options = FakeOptions {
        spec: spec(4, 16, 4, 32),
        reply: Some([20, 21, 22, 23, 24, 25, 50, 51, 52, 53].into()),
        ..FakeOptions::default()
    };
    let mut driver = Driver::bounded(options, true, 2, Vec::new(), (8, 32));
    driver.add(request([7, 20, 21, 22, 23, 24, 25, 26, 9], 10));
    driver.finish();
    assert_eq!(driver.seen(0).tokens, [20, 21, 22, 23, 24, 25, 50, 51, 52, 53]);
    assert_snapshot!(show(&driver.plans), @r"
    plan 1  admitted s0 (9+0)
      r1.0 s0 0..9 [0, 1, 2] *
    plan 2
      r1.0 s0 9..10 *
    plan 3
      r1.0 s0 10..11 *
    plan 4
      r1.0 s0 11..12 *
    plan 5
      r1.0 s0 12..13 +[24, 25, 26, 9] [3, 4] *
    plan 6
      r1.0 s0 15..16 *
    plan 7
      r1.0 s0 16..17 *
    plan 8
      r1.0 s0 17..18 *
    ");
}

#[test]
fn guesses_take_what_prompts_and_other_rows_leave() {
    let options = FakeOptions {
        spec: spec(4, 16, 4, 8),
        reply: Some([20, 21, 22, 23, 24, 25, 26, 27, 28, 29].into()),
        ..FakeOptions::default()
    };
    let mut driver = Driver::bounded(options, true, 1, Vec::new(), (8, 32));
    driver.add(NewRequest { prediction: Some((20..30).collect()), ..request([7, 8], 10) });
    driver.turn();
    // A prompt that fills the step leaves no room for guesses until its last piece.
    driver.add(request(60..78, 1));
    driver.finish();
    assert_eq!(driver.seen(0).tokens, (20..30).collect::<Vec<_>>());
    let shapes: Vec<Vec<(u32, usize)>> =
        driver.plans.iter().map(|plan| plan.rows.iter().map(|row| (row.len, row.drafts.len())).collect()).collect();
    assert_eq!(shapes, [vec![(2, 0)], vec![(1, 0), (7, 0)], vec![(1, 0), (7, 0)], vec![(1, 3), (4, 0)], vec![(1, 2)],]);
}
