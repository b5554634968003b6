//! Unit tests of the scheduler: refusals, order, gates, reserve, ends, times, broken contracts. The device is a function
//! that answers every sampling row with one token; legality of plans and whole lives are tested in `tests/`.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::constraint::{TokenConstraint, TokenMask};
use crate::gate::{SeqView, Verdict};
use crate::plan::{RowFault, Sampled, StepOutput, StepPlan};
use crate::request::{Limits, Request};

type Events = UnboundedReceiver<OutputEvent>;

fn scheduler(block_size: u32, num_blocks: u32, slots: u32, budget: u32, gates: Vec<Box<dyn Gate>>) -> Scheduler {
    let limits = SchedLimits {
        max_batch_tokens: budget,
        max_mixed_tokens: budget,
        max_slots: slots,
        max_len: 100,
        vocab_size: 50,
        max_draft_tokens: 0,
    };
    Scheduler::new(&limits, &KvConfig { num_blocks, block_size, prefix_cache: true, hash_seed: 0 }, gates)
}

fn arrival(id: u64, prompt: &[u32], max_new_tokens: u32) -> (Arrival, Events) {
    let request = Request {
        id: RequestId(id),
        prompt: Arc::from(prompt),
        sampling: Arc::default(),
        limits: Limits { max_new_tokens, stop_tokens: Arc::from([7]) },
        lora: None,
        priority: 0,
        cache_salt: None,
        prediction: None,
        constraint: None,
    };
    let (events, receiver) = unbounded_channel();
    (Arrival { request, events, submitted: Instant::now(), permit: None, joined: false }, receiver)
}

fn add(scheduler: &mut Scheduler, id: u64, prompt: &[u32], max_new_tokens: u32) -> Events {
    let (arrival, events) = arrival(id, prompt, max_new_tokens);
    scheduler.add(arrival);
    events
}

fn answer(plan: &StepPlan, token: Result<u32, RowFault>) -> StepOutput {
    let rows = plan.rows.iter().filter(|row| row.sample);
    let sampled =
        rows.map(|row| Sampled { request: row.request, epoch: row.epoch, token: token.clone(), logprobs: None });
    StepOutput { plan: plan.id, sampled: sampled.collect(), scored: vec![], device_time: Duration::ZERO }
}

/// One strict step in which everybody samples `token`.
fn turn(scheduler: &mut Scheduler, token: u32) -> StepPlan {
    let plan = scheduler.step(Instant::now()).unwrap();
    scheduler.apply(answer(&plan, Ok(token)), Instant::now()).unwrap();
    scheduler.check();
    plan
}

fn requests(plan: &StepPlan) -> Vec<u64> {
    plan.rows.iter().map(|row| row.request.0).collect()
}

fn last(events: &mut Events) -> OutputEvent {
    std::iter::from_fn(|| events.try_recv().ok()).last().unwrap()
}

#[test]
fn refuses_what_could_never_run_or_would_hurt_others() {
    let mut scheduler = scheduler(4, 5, 2, 8, vec![]);
    for (prompt, why) in [(vec![], "empty"), (vec![1; 20], "at most 19"), (vec![1, 50], "token 50")] {
        match last(&mut add(&mut scheduler, 1, &prompt, 1)) {
            OutputEvent::Failed(EngineError::Step(message)) => assert!(message.contains(why), "{message}"),
            other => panic!("{other:?}"),
        }
    }
    let _first = add(&mut scheduler, 2, &[1], 1);
    assert!(matches!(last(&mut add(&mut scheduler, 2, &[1], 1)), OutputEvent::Failed(_)), "the id is in use");
    assert_eq!((scheduler.stats().failed, scheduler.stats().waiting), (4, 1));
}

#[test]
fn a_lone_sequence_ends_by_length_where_the_pool_ends() {
    let mut scheduler = scheduler(4, 2, 1, 8, vec![]);
    let mut events = add(&mut scheduler, 1, &[1; 6], 90);
    turn(&mut scheduler, 3);
    turn(&mut scheduler, 3);
    match last(&mut events) {
        OutputEvent::Finished { reason, usage, .. } => {
            assert_eq!((reason, usage.completion_tokens), (FinishReason::Length, 2), "8 tokens in all");
        }
        other => panic!("{other:?}"),
    }
    assert!(scheduler.is_idle());
    assert_eq!(scheduler.stats().finished_length, 1);
}

#[test]
fn a_stop_token_wins_over_length() {
    let mut scheduler = scheduler(4, 8, 2, 8, vec![]);
    let mut events = add(&mut scheduler, 1, &[1], 1);
    turn(&mut scheduler, 7);
    assert!(matches!(last(&mut events), OutputEvent::Finished { reason: FinishReason::Stop(7), .. }));
}

#[test]
fn priority_then_arrival() {
    let mut scheduler = scheduler(4, 20, 8, 32, vec![]);
    let mut receivers = Vec::new();
    for (id, priority) in [(1, 0), (2, 5), (3, -5), (4, 0), (5, -5)] {
        let (mut arrival, events) = arrival(id, &[1, 2], 9);
        arrival.request.priority = priority;
        scheduler.add(arrival);
        receivers.push(events);
    }
    assert_eq!(requests(&turn(&mut scheduler, 1)), [3, 5, 1, 4, 2]);
}

#[test]
fn admission_keeps_a_block_free_for_each_running_sequence_and_nobody_overtakes() {
    let mut scheduler = scheduler(4, 5, 4, 32, vec![]);
    let a = add(&mut scheduler, 1, &[1, 2, 3], 20);
    let _b = add(&mut scheduler, 2, &[4, 5, 6], 20);
    let _c = add(&mut scheduler, 3, &[8; 9], 2);
    let _d = add(&mut scheduler, 4, &[9], 2);
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1, 2], "3 blocks are free, 3 + 2 are asked for");
    drop(a);
    assert_eq!(requests(&turn(&mut scheduler, 1)), [2, 3], "1 hung up: 4 are free, 3 + 1 are asked for");
    assert_eq!(scheduler.stats().aborted, 1);
    scheduler.abort(RequestId(2));
    assert_eq!(requests(&turn(&mut scheduler, 1)), [3, 4]);
}

#[derive(Debug)]
struct Script {
    name: char,
    /// Verdicts for requests 1, 2, ...
    verdicts: Vec<Verdict>,
    log: Arc<Mutex<String>>,
}

impl Gate for Script {
    fn begin_step(&mut self, running: &mut dyn Iterator<Item = SeqView<'_>>) {
        *self.log.lock().unwrap() += &format!("{}:{} ", self.name, running.count());
    }

    fn admit(&mut self, seq: &SeqView<'_>) -> Verdict {
        *self.log.lock().unwrap() += &format!("{}{} ", self.name, seq.id.0);
        self.verdicts[seq.id.0 as usize - 1]
    }
}

#[test]
fn gates_are_asked_in_order_until_one_objects() {
    use Verdict::{Admit, Skip, StopAdmitting};
    let log = Arc::new(Mutex::new(String::new()));
    let gate = |name, verdicts| Box::new(Script { name, verdicts, log: Arc::clone(&log) }) as Box<dyn Gate>;
    let gates = vec![
        gate('a', vec![Admit, Skip, Admit, Admit, Admit]),
        gate('b', vec![Admit, Admit, Admit, StopAdmitting, Admit]),
    ];
    let mut scheduler = scheduler(4, 20, 8, 32, gates);
    let _receivers: Vec<_> = (1..6).map(|id| add(&mut scheduler, id, &[1], 9)).collect();
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1, 3]);
    assert_eq!(*log.lock().unwrap(), "a:0 b:0 a1 b1 a2 a3 b3 a4 b4 ");
    log.lock().unwrap().clear();
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1, 3]);
    assert_eq!(*log.lock().unwrap(), "a:2 b:2 a2 a4 b4 ");
}

#[test]
fn a_closed_gate_is_no_end() {
    let gate = Script { name: 'a', verdicts: vec![Verdict::Skip], log: Arc::default() };
    let mut scheduler = scheduler(4, 20, 8, 32, vec![Box::new(gate)]);
    let _events = add(&mut scheduler, 1, &[1], 1);
    assert_eq!(scheduler.step(Instant::now()), None);
    assert!(!scheduler.is_idle());
}

/// Adds requests with prompts of 4 tokens as one submission.
fn add_together(scheduler: &mut Scheduler, ids: std::ops::Range<u64>) -> Vec<Events> {
    let first = ids.start;
    let add = |id| {
        let (arrival, events) = arrival(id, &[(id % 40) as u32; 4], 1);
        scheduler.add(Arrival { joined: id > first, ..arrival });
        events
    };
    ids.map(add).collect()
}

#[test]
fn what_is_submitted_together_lets_others_between() {
    let mut scheduler = scheduler(4, 40, 8, 4, vec![]);
    let _first = add_together(&mut scheduler, 1..5);
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1]);
    let _second = add_together(&mut scheduler, 5..7);
    let _alone = add(&mut scheduler, 7, &[7; 4], 1);
    let order: Vec<u64> = (0..6).flat_map(|_| requests(&turn(&mut scheduler, 1))).collect();
    assert_eq!(order, [2, 5, 3, 6, 7, 4]);
}

#[test]
fn nobody_waits_forever_while_others_arrive() {
    let mut scheduler = scheduler(4, 400, 8, 4, vec![]);
    let _together = add_together(&mut scheduler, 1..6);
    let (mut alone, mut order) = (Vec::new(), Vec::new());
    for id in 100..112 {
        alone.push(add(&mut scheduler, id, &[id as u32 % 40; 4], 1));
        order.extend(requests(&turn(&mut scheduler, 1)));
    }
    let place = |id: u64| order.iter().position(|&other| other == id).unwrap();
    assert_eq!(place(1), 0);
    assert!(place(5) < 10, "behind as many tokens of others as of its own: {order:?}");
    assert!(order.iter().filter(|id| **id >= 100).is_sorted(), "{order:?}");
}

#[test]
fn choices_of_a_prompt_count_it_once_where_it_is_cached() {
    for (prefix_cache, order) in [(true, [1, 2, 9, 3, 4, 10]), (false, [1, 2, 9, 3, 10, 4])] {
        let mut scheduler = scheduler(4, 40, 8, 4, vec![]);
        scheduler.kv = KvManager::new(&KvConfig { num_blocks: 40, block_size: 4, prefix_cache, hash_seed: 0 });
        let (first, _events) = arrival(1, &[5; 4], 1);
        let prompt = Arc::clone(&first.request.prompt);
        scheduler.add(first);
        let mut events = Vec::new();
        for id in 2..5 {
            let (mut arrival, receiver) = arrival(id, &[], 1);
            arrival.request.prompt = Arc::clone(&prompt);
            scheduler.add(Arrival { joined: true, ..arrival });
            events.push(receiver);
        }
        // Turns 0, 4, 5, 6 or 0, 4, 8, 12; who comes alone has 4 and 8.
        events.push(add(&mut scheduler, 9, &[1; 4], 1));
        events.push(add(&mut scheduler, 10, &[2; 4], 1));
        let queue: Vec<u64> = scheduler.waiting.values().map(|seq| seq.request.id.0).collect();
        assert_eq!(queue, order);
    }
}

#[test]
fn every_admitted_sequence_decodes_in_every_step_so_slots_never_pass_the_budget() {
    let mut scheduler = scheduler(4, 40, 8, 3, vec![]);
    let _receivers: Vec<_> = (1..9).map(|id| add(&mut scheduler, id, &[1], 9)).collect();
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1, 2, 3]);
    assert_eq!(requests(&turn(&mut scheduler, 1)), [1, 2, 3]);
    assert_eq!((scheduler.stats().running, scheduler.stats().waiting), (3, 5));
}

#[test]
fn a_fault_hurts_one_request_and_its_blocks_are_not_found_again() {
    let mut scheduler = scheduler(2, 20, 8, 32, vec![]);
    let mut faulty = add(&mut scheduler, 1, &[1, 2, 3], 9);
    let _other = add(&mut scheduler, 2, &[5, 6, 7], 9);
    let plan = scheduler.step(Instant::now()).unwrap();
    let mut output = answer(&plan, Ok(9));
    output.sampled[0].token = Err(RowFault("NaN".into()));
    scheduler.apply(output, Instant::now()).unwrap();
    scheduler.check();
    assert_eq!(last(&mut faulty), OutputEvent::Failed(EngineError::Step("NaN".into())));
    let _again = (add(&mut scheduler, 3, &[1, 2, 3], 9), add(&mut scheduler, 4, &[5, 6, 7], 9));
    let plan = turn(&mut scheduler, 9);
    assert_eq!(plan.rows.iter().map(|row| row.start).collect::<Vec<_>>(), [3, 0, 2]);
}

/// Allows token 1 only.
#[derive(Debug)]
struct OnlyOne;

impl TokenConstraint for OnlyOne {
    fn mask(&mut self) -> Option<TokenMask> {
        Some(Arc::from([0b10, 0]))
    }

    fn accept(&mut self, token: u32) -> bool {
        token == 1
    }
}

#[test]
fn a_constraint_masks_waits_for_the_host_and_fails_what_breaks_it() {
    let mut scheduler = scheduler(4, 20, 8, 4, vec![]);
    let (mut arrival, mut events) = arrival(1, &[5; 6], 9);
    arrival.request.constraint = Some(Box::new(OnlyOne));
    scheduler.add(arrival);
    let plan = turn(&mut scheduler, 1);
    assert_eq!(plan.rows[0].allowed.mask, None, "a chunk that does not sample");
    let plan = scheduler.step(Instant::now()).unwrap();
    assert_eq!(plan.rows[0].allowed.mask.as_deref(), Some(&[0b10, 0][..]));
    assert_eq!(scheduler.step(Instant::now()), None, "not before the token is known");
    scheduler.apply(answer(&plan, Ok(1)), Instant::now()).unwrap();
    turn(&mut scheduler, 2);
    match last(&mut events) {
        OutputEvent::Failed(EngineError::Step(why)) => assert!(why.contains("token 2"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(scheduler.is_idle());
}

#[test]
fn stepping_is_strict_while_a_constraint_waits() {
    let mut scheduler = scheduler(4, 20, 8, 8, vec![]);
    let (mut arrival, _constrained) = arrival(1, &[5; 6], 4);
    arrival.request.constraint = Some(Box::new(OnlyOne));
    scheduler.add(arrival);
    let _other = add(&mut scheduler, 2, &[1], 9);
    for _ in 0..3 {
        let plan = scheduler.step(Instant::now()).unwrap();
        assert_eq!(requests(&plan), [1, 2], "the constrained one advances in every step");
        assert_eq!(scheduler.step(Instant::now()), None, "no plan without it");
        scheduler.apply(answer(&plan, Ok(1)), Instant::now()).unwrap();
    }
    turn(&mut scheduler, 1);
    let first = scheduler.step(Instant::now()).unwrap();
    let second = scheduler.step(Instant::now()).unwrap();
    assert_eq!((requests(&first), requests(&second)), (vec![2], vec![2]), "it is gone, and plans overlap again");
}

/// Panics when it is asked for the mask, or shown a token.
#[derive(Debug)]
struct Broken {
    in_mask: bool,
}

impl TokenConstraint for Broken {
    fn mask(&mut self) -> Option<TokenMask> {
        assert!(!self.in_mask, "broken mask");
        None
    }

    fn accept(&mut self, _token: u32) -> bool {
        panic!("broken accept")
    }
}

/// Gives up after its first token.
#[derive(Debug, Default)]
struct GivesUp(bool);

impl TokenConstraint for GivesUp {
    fn mask(&mut self) -> Option<TokenMask> {
        Some(Arc::from([if self.0 { 0 } else { 0b10 }, 0]))
    }

    fn accept(&mut self, _token: u32) -> bool {
        self.0 = true;
        true
    }

    fn failure(&self) -> Option<String> {
        self.0.then(|| "too large".to_owned())
    }
}

#[test]
fn a_constraint_that_gives_up_is_told_from_a_model_that_fails() {
    let mut scheduler = scheduler(4, 20, 8, 32, vec![]);
    let (mut arrival, mut events) = arrival(1, &[5; 6], 9);
    arrival.request.constraint = Some(Box::new(GivesUp::default()));
    scheduler.add(arrival);
    turn(&mut scheduler, 1);
    let plan = scheduler.step(Instant::now()).unwrap();
    scheduler.apply(answer(&plan, Err(RowFault("nothing to sample".into()))), Instant::now()).unwrap();
    assert_eq!(last(&mut events), OutputEvent::Failed(EngineError::Constraint("too large".into())));
}

#[test]
fn a_constraint_that_panics_hurts_its_own_request_only() {
    for (in_mask, why) in [(true, "broken mask"), (false, "broken accept")] {
        let mut scheduler = scheduler(4, 20, 8, 32, vec![]);
        let (mut arrival, mut events) = arrival(1, &[5; 6], 9);
        arrival.request.constraint = Some(Box::new(Broken { in_mask }));
        scheduler.add(arrival);
        assert!(in_mask || turn(&mut scheduler, 1).rows.len() == 1);
        let _other = add(&mut scheduler, 2, &[1], 9);
        let plan = turn(&mut scheduler, 1);
        assert_eq!((requests(&plan), plan.admitted.len()), (vec![2], 1));
        match last(&mut events) {
            OutputEvent::Failed(EngineError::Step(message)) => assert!(message.contains(why), "{message}"),
            other => panic!("{other:?}"),
        }
    }
}

/// Allows everything a few times, then panics.
#[derive(Debug)]
struct BreaksAfter(usize);

impl TokenConstraint for BreaksAfter {
    fn mask(&mut self) -> Option<TokenMask> {
        self.0 = self.0.checked_sub(1).expect("broken mask");
        None
    }

    fn accept(&mut self, _token: u32) -> bool {
        true
    }
}

#[test]
fn what_a_broken_row_had_put_back_runs_in_the_same_step() {
    let mut put_back = false;
    for masks in 1..6 {
        let mut scheduler = scheduler(4, 4, 8, 32, vec![]);
        let (mut arrival, mut events) = arrival(1, &[5; 7], 9);
        arrival.request.constraint = Some(Box::new(BreaksAfter(masks)));
        scheduler.add(arrival);
        let _other = add(&mut scheduler, 2, &[6; 4], 9);
        let (plan, preempted) = loop {
            let before = scheduler.stats().preemptions;
            let plan = turn(&mut scheduler, 1);
            if requests(&plan) == [2] {
                break (plan, scheduler.stats().preemptions > before);
            }
        };
        put_back |= preempted && !plan.admitted.is_empty();
        assert!(matches!(last(&mut events), OutputEvent::Failed(EngineError::Step(_))));
    }
    assert!(put_back, "no broken row had put the other one back");
}

#[test]
fn an_abort_frees_blocks_and_slot_at_once_in_every_state() {
    let mut scheduler = scheduler(4, 20, 3, 8, vec![]);
    let mut receivers: Vec<_> = (1..5).map(|id| add(&mut scheduler, id, &[id as u32; 12], 9)).collect();
    // 1 runs, 2 is mid-prefill, 3 and 4 wait; two plans are in flight.
    let first = scheduler.step(Instant::now()).unwrap();
    let second = scheduler.step(Instant::now()).unwrap();
    for (id, running) in [(4, 2), (2, 1), (1, 0), (3, 0)] {
        scheduler.abort(RequestId(id));
        scheduler.check();
        assert_eq!(scheduler.stats().running, running);
    }
    assert!(scheduler.is_idle());
    assert_eq!(scheduler.stats().blocks_used, 0);
    for plan in [first, second] {
        scheduler.apply(answer(&plan, Ok(1)), Instant::now()).unwrap();
    }
    for events in &mut receivers {
        assert!(matches!(last(events), OutputEvent::Finished { reason: FinishReason::Aborted, .. }));
    }
    let _next = add(&mut scheduler, 9, &[1], 1);
    let plan = turn(&mut scheduler, 1);
    assert_eq!(plan.released.len(), 2, "the runner learns of both slots with the next plan");
}

#[test]
fn times_are_those_that_were_passed_in() {
    let mut scheduler = scheduler(4, 20, 1, 4, vec![]);
    let (arrival, mut events) = arrival(1, &[1; 6], 3);
    let begin = arrival.submitted;
    let at = |ms| begin + Duration::from_millis(ms);
    scheduler.add(arrival);
    for (planned, applied, token) in [(10, 12, 1), (13, 20, 1), (21, 30, 1), (31, 45, 7)] {
        let plan = scheduler.step(at(planned)).unwrap();
        scheduler.apply(answer(&plan, Ok(token)), at(applied)).unwrap();
    }
    match last(&mut events) {
        OutputEvent::Finished { timing, .. } => {
            let ms = |time: Duration| time.as_millis();
            assert_eq!((ms(timing.queued), ms(timing.prefill), ms(timing.decode)), (10, 10, 25));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_does_not_fit_its_plan_is_an_error() {
    type Break = fn(&mut StepOutput);
    let broken: [(&str, Break); 4] = [
        ("instead of 1", |output| output.plan = 9),
        ("no token for", |output| drop(output.sampled.pop())),
        ("instead of RequestId(1)", |output| output.sampled.swap(0, 1)),
        ("unplanned", |output| output.sampled.push(output.sampled[0].clone())),
    ];
    for (why, break_it) in broken {
        let mut scheduler = scheduler(4, 20, 8, 32, vec![]);
        let _receivers = (add(&mut scheduler, 1, &[1], 9), add(&mut scheduler, 2, &[1], 9));
        let plan = scheduler.step(Instant::now()).unwrap();
        let mut output = answer(&plan, Ok(1));
        break_it(&mut output);
        let error = scheduler.apply(output, Instant::now()).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    let empty = StepOutput { plan: 1, sampled: vec![], scored: vec![], device_time: Duration::ZERO };
    assert!(scheduler(4, 20, 8, 32, vec![]).apply(empty, Instant::now()).is_err());
}

#[test]
fn the_last_token_by_length_is_not_scheduled_beyond() {
    let mut scheduler = scheduler(4, 20, 8, 32, vec![]);
    let _events = add(&mut scheduler, 1, &[1, 2], 2);
    let plans: Vec<_> = std::iter::from_fn(|| scheduler.step(Instant::now())).collect();
    assert_eq!(plans.iter().map(|plan| plan.rows[0].len).collect::<Vec<_>>(), [2, 1], "two tokens are in flight");
}

#[test]
fn fail_all_fails_everybody_and_leaves_nothing() {
    let mut scheduler = scheduler(4, 20, 1, 4, vec![]);
    let mut receivers = [add(&mut scheduler, 1, &[1; 6], 3), add(&mut scheduler, 2, &[1; 6], 3)];
    scheduler.step(Instant::now()).unwrap();
    scheduler.fail_all(&EngineError::Dead("gone".into()));
    scheduler.check();
    assert!(scheduler.is_idle());
    for events in &mut receivers {
        assert_eq!(last(events), OutputEvent::Failed(EngineError::Dead("gone".into())));
    }
}

#[test]
fn a_prediction_outside_the_vocabulary_fails_its_own_request() {
    let mut scheduler = scheduler(4, 8, 2, 8, Vec::new());
    let (mut arrival, mut events) = arrival(1, &[1, 2], 3);
    arrival.request.prediction = Some(Arc::from([49, 50]));
    scheduler.add(arrival);
    match events.try_recv() {
        Ok(OutputEvent::Failed(EngineError::Step(why))) => assert!(why.contains("prediction holds token 50"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(scheduler.is_idle());
}
