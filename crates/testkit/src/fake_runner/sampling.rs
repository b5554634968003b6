//! How the fake runner chooses a token: from the row's own history and seed, nothing else, under the same rules as a
//! real sampler (mask, `min_tokens`, log-probabilities when asked).

use sconce_engine::{PlanRow, RowFault, Sampled, TokenLogprobs};

use super::FakeOptions;
use super::tables::{Slot, mix};

/// The row's answer; the caller appends the token to the slot.
pub(super) fn sample(slot: &Slot, row: &PlanRow, options: &FakeOptions) -> Sampled {
    let answer = |token, logprobs| Sampled { request: row.request, epoch: row.epoch, token, logprobs };
    if options.fault_seed == Some(slot.sampling.seed) {
        return answer(Err(RowFault("a fault as told".into())), None);
    }
    let position = (row.start + row.len) as usize;
    let seed = if slot.sampling.temperature > 0.0 { slot.sampling.seed } else { 0 };
    let random = mix(slot.content(position - 1), seed);
    let allowed = |token: u32| is_allowed(token, position - slot.prompt_len, slot, row);
    let Some(token) = choose(random, position - slot.prompt_len, options, &allowed) else {
        return answer(Err(RowFault("no token is allowed".into())), None);
    };
    let logprobs = slot.sampling.logprobs.map(|count| logprobs(token, random, count, options.spec.vocab_size));
    answer(Ok(token), logprobs.map(Box::new))
}

fn is_allowed(token: u32, generated: usize, slot: &Slot, row: &PlanRow) -> bool {
    let early = generated < slot.sampling.min_tokens as usize;
    if early && slot.sampling.suppressed_until_min.contains(&token) {
        return false;
    }
    let Some(mask) = &row.mask else { return true };
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
    TokenLogprobs { chosen, top: top.collect() }
}
