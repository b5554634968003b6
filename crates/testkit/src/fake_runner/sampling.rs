//! How the fake runner chooses a token: from the row's own history and seed, nothing else, under the same rules as a
//! real sampler (mask, `min_tokens`, log-probabilities when asked). And how it scores the tokens of a prompt.

use sconce_engine::{PlanRow, RowFault, Sampled, Scored, TokenLogprobs};

use super::FakeOptions;
use super::tables::{Slot, mix};

/// Appends the row's answers to `sampled` and their tokens to the slot: one, and one more for each guess that is right.
pub(super) fn sample_row(slot: &mut Slot, row: &PlanRow, options: &FakeOptions, sampled: &mut Vec<Sampled>) {
    let first = (row.start + row.len) as usize;
    for position in first..=first + row.drafts.len() {
        let sample = sample(slot, row, position, options);
        // A fault leaves some token, too: the next plan may go on behind it.
        let token = *sample.token.as_ref().unwrap_or(&0);
        let right = row.drafts.get(position - first) == Some(&token) && sample.token.is_ok();
        slot.push(token);
        sampled.push(sample);
        if !right {
            break;
        }
        slot.keep_draft();
    }
}

fn sample(slot: &Slot, row: &PlanRow, position: usize, options: &FakeOptions) -> Sampled {
    let answer = |token, logprobs| Sampled { request: row.request, epoch: row.epoch, token, logprobs };
    if options.fault_seed == Some(slot.sampling.seed) {
        return answer(Err(RowFault("a fault as told".into())), None);
    }
    let seed = if slot.sampling.temperature > 0.0 { slot.sampling.seed } else { 0 };
    let random = mix(slot.content(position - 1), seed);
    let early = position - slot.prompt_len < slot.sampling.min_tokens as usize;
    let choose_from = |early: bool| {
        let allowed = |token: u32| is_allowed(token, early, position, slot, row);
        choose(random, position - slot.prompt_len, options, &allowed)
    };
    // A mask that leaves stop tokens only says that the answer is complete: it wins.
    let Some(token) = choose_from(early).or_else(|| choose_from(false)) else {
        return answer(Err(RowFault("no token is allowed".into())), None);
    };
    let logprobs = slot.sampling.logprobs.map(|count| logprobs(token, random, count, options.spec.vocab_size));
    answer(Ok(token), logprobs.map(Box::new))
}

fn is_allowed(token: u32, early: bool, position: usize, slot: &Slot, row: &PlanRow) -> bool {
    if early && slot.sampling.suppressed_until_min.contains(&token) {
        return false;
    }
    if slot.sampling.allowed_tokens.as_ref().is_some_and(|allowed| !allowed.contains(&token)) {
        return false;
    }
    let behind = position - (row.start + row.len) as usize;
    let Some(mask) = &row.allowed(behind).mask else { return true };
    mask.get(token as usize / 32).is_some_and(|word| word >> (token % 32) & 1 == 1)
}

fn choose(random: u64, generated: usize, options: &FakeOptions, allowed: &dyn Fn(u32) -> bool) -> Option<u32> {
    let vocab = u64::from(options.spec.vocab_size);
    let eos = options.eos.map(|(eos, _)| eos);
    let wanted = match (&options.reply, options.eos) {
        (Some(reply), _) if generated < reply.len() => Some(reply[generated]),
        (Some(_), Some((eos, _))) => Some(eos),
        (Some(reply), None) => reply.get(generated % reply.len().max(1)).copied(),
        (None, Some((eos, probability))) => {
            let draw = (mix(random, 77) >> 11) as f64 / (1_u64 << 53) as f64;
            (draw < probability).then_some(eos)
        }
        (None, None) => None,
    };
    let ordinary = || (0..vocab).map(|step| ((random % vocab + step) % vocab) as u32);
    let first = wanted.filter(|&token| allowed(token));
    let first = first.or_else(|| ordinary().find(|&token| Some(token) != eos && allowed(token)));
    first.or_else(|| eos.filter(|&eos| allowed(eos)))
}

/// A made-up distribution: the chosen token is the most likely one, its neighbors follow.
fn logprobs(token: u32, random: u64, count: u32, vocab: u32) -> TokenLogprobs {
    let chosen = -0.01 - (random % 100) as f32 / 1000.0;
    let top = (0..count.min(vocab)).map(|rank| {
        let logprob = if rank == 0 { chosen } else { -3.0 - rank as f32 };
        ((token + rank) % vocab, logprob)
    });
    TokenLogprobs { chosen, rank: 1, top: top.collect() }
}

/// Scores of the row's part of the prompt.
pub(super) fn score(slot: &Slot, row: &PlanRow, options: &FakeOptions) -> Scored {
    let count = slot.sampling.prompt_logprobs.unwrap_or(0);
    let vocab = options.spec.vocab_size;
    let scores = row.scored.clone().map(|position| {
        let position = position as usize;
        score_of(slot.tokens[position], slot.content(position - 1), count, vocab)
    });
    let faulty = options.fault_seed == Some(slot.sampling.seed);
    let logprobs = if faulty { Err(RowFault("a fault as told".into())) } else { Ok(scores.collect()) };
    Scored { request: row.request, epoch: row.epoch, logprobs }
}

/// A made-up distribution after `history`: some token is the most likely one, those with the next ids follow, around.
fn score_of(token: u32, history: u64, count: u32, vocab: u32) -> TokenLogprobs {
    let likely = (history % u64::from(vocab)) as u32;
    let logprob = |rank: u32| -0.25 * rank as f32;
    let rank = (token + vocab - likely) % vocab + 1;
    let top = (1..=count.min(vocab)).map(|rank| ((likely + rank - 1) % vocab, logprob(rank)));
    TokenLogprobs { chosen: logprob(rank), rank, top: top.collect() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::needless_pass_by_value)]
mod tests {
    use std::sync::Arc;

    use sconce_engine::{
        Admission, Allowed, BlockId, ModelRunner, RequestId, SamplingParams, SlotId, StepPlan, TokenMask,
    };

    use super::*;
    use crate::fake_runner::FakeRunner;

    /// The answers to a prompt of one token, one by one.
    fn answers(options: FakeOptions, sampling: SamplingParams, mask: Option<TokenMask>, count: u32) -> Vec<Sampled> {
        let mut runner = FakeRunner::new(options);
        let admission = Admission {
            slot: SlotId(0),
            tokens: Arc::from([1]),
            prompt_len: 1,
            sampling: Arc::new(sampling),
            lora: None,
        };
        let mut admitted = vec![admission];
        let step = |start: u32| {
            let new_blocks = if start.is_multiple_of(16) { vec![BlockId(start / 16)] } else { vec![] };
            let row = PlanRow {
                request: RequestId(1),
                epoch: 0,
                slot: SlotId(0),
                start,
                len: 1,
                drafts: vec![],
                new_blocks,
                sample: true,
                scored: 0..0,
                allowed: Allowed { mask: mask.clone(), end_as: None },
                allowed_behind: vec![],
            };
            let admitted = std::mem::take(&mut admitted);
            let plan = StepPlan { id: u64::from(start) + 1, admitted, rows: vec![row], released: vec![] };
            runner.execute(&plan).unwrap().sampled.pop().unwrap()
        };
        (0..count).map(step).collect()
    }

    fn tokens(answers: &[Sampled]) -> Vec<u32> {
        answers.iter().map(|sampled| sampled.token.clone().unwrap()).collect()
    }

    #[test]
    fn a_reply_is_said_and_then_comes_the_end() {
        let options = FakeOptions { reply: Some(Arc::from([7, 8])), eos: Some((2, 0.0)), ..FakeOptions::default() };
        assert_eq!(tokens(&answers(options.clone(), SamplingParams::default(), None, 3)), [7, 8, 2]);
        let sampling = SamplingParams { min_tokens: 4, suppressed_until_min: Arc::from([2]), ..Default::default() };
        let said = tokens(&answers(options, sampling, None, 5));
        assert!(said[2] != 2 && said[3] != 2 && said[4] == 2, "{said:?}");
    }

    #[test]
    fn tokens_depend_on_seed_and_history_and_respect_the_mask() {
        let say = |seed, temperature| {
            let sampling = SamplingParams { seed, temperature, ..SamplingParams::default() };
            tokens(&answers(FakeOptions::default(), sampling, None, 20))
        };
        assert_eq!(say(1, 1.0), say(1, 1.0));
        assert_ne!(say(1, 1.0), say(2, 1.0));
        assert_eq!(say(1, 0.0), say(2, 0.0));
        let two = Some(Arc::from([0b1010]));
        let masked = tokens(&answers(FakeOptions::default(), SamplingParams::default(), two, 20));
        assert!(masked.iter().all(|token| [1, 3].contains(token)), "{masked:?}");
        let none = answers(FakeOptions::default(), SamplingParams::default(), Some(Arc::from([0])), 1);
        assert!(none[0].token.is_err());
    }

    #[test]
    fn logprobs_only_when_asked_and_best_first() {
        let ask = |logprobs| SamplingParams { logprobs, ..SamplingParams::default() };
        assert_eq!(answers(FakeOptions::default(), ask(None), None, 1)[0].logprobs, None);
        let answer = answers(FakeOptions::default(), ask(Some(3)), None, 1).pop().unwrap();
        let logprobs = answer.logprobs.unwrap();
        assert_eq!(logprobs.top[0], (answer.token.unwrap(), logprobs.chosen));
        assert!(logprobs.top.len() == 3 && logprobs.top.is_sorted_by(|a, b| a.1 > b.1));
    }

    #[test]
    fn the_end_comes_as_often_as_told() {
        let options = FakeOptions { eos: Some((2, 0.1)), ..FakeOptions::default() };
        let said = tokens(&answers(options, SamplingParams::default(), None, 1000));
        let ends = said.iter().filter(|&&token| token == 2).count();
        assert!((60..140).contains(&ends), "{ends}");
    }
}
