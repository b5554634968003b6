//! What comes behind the logits, on the device: changed rows, draws, log-probabilities, and one read of all results.

use candle_core::{DType, Device, Result, Tensor, bail};

use super::address::{input, output};
use super::backend::{Cuda, at};
use super::executor::Arg;
use super::on_device::upload;
use crate::{Adjust, Drawn, DrawnLogprobs, NoToken, TokenDraw};

/// Threads of a block of each of these kernels.
const THREADS: usize = 512;
/// What `scores.cuh` writes where there is no token.
const BROKEN: u32 = u32::MAX;
const NONE_ALLOWED: u32 = u32::MAX - 1;
/// No token, for `adjust.cu`.
const NO_TOKEN: u32 = u32::MAX;

/// Draws a token of each row of `[rows, vocab]` logits.
pub(super) fn sample(cuda: &Cuda, logits: &Tensor, draws: &[TokenDraw]) -> Result<Vec<Drawn>> {
    let (rows, vocab) = logits.dims2()?;
    if rows != draws.len() || rows == 0 || vocab == 0 {
        bail!("sample: {} draws from logits {:?}", draws.len(), logits.shape());
    }
    check(draws, vocab)?;
    let tail = Tail { cuda, logits: cuda.own(logits)?, vocab };
    let wishes = Wishes::new(draws);
    // Tokens, then what is told of them.
    let results = cuda.empty_of(&[rows + wishes.len], DType::U32)?;
    let tokens = output(&results)?;
    tail.draw_plain(tokens, draws)?;
    tail.draw_changed(tokens, draws)?;
    tail.tell(at(tokens, rows * size_of::<u32>()), tokens, &wishes)?;
    let results = results.to_device(&Device::Cpu)?;
    cuda.executor().synchronize()?;
    let results = results.to_vec1::<u32>()?;
    let (tokens, told) = results.split_at(rows);
    Ok(tokens
        .iter()
        .zip(draws)
        .zip(&wishes.places)
        .map(|((&token, draw), &place)| drawn(token, draw, &told[place..]))
        .collect())
}

/// What the kernels take for granted.
fn check(draws: &[TokenDraw], vocab: usize) -> Result<()> {
    for draw in draws {
        if let Some(token) =
            draw.adjust.as_ref().and_then(Adjust::greatest_token).filter(|&token| token as usize >= vocab)
        {
            bail!("sample: token {token} is outside the vocabulary of {vocab}");
        }
        if draw.logprobs.is_some_and(|top| top > TokenDraw::MOST_LOGPROBS) {
            bail!("sample: more than {} log-probabilities", TokenDraw::MOST_LOGPROBS);
        }
    }
    Ok(())
}

/// Of one row; `told` begins where it was told of the token.
fn drawn(token: u32, draw: &TokenDraw, told: &[u32]) -> Drawn {
    let token = match token {
        BROKEN => Err(NoToken::NotFinite),
        NONE_ALLOWED => Err(NoToken::NoneAllowed),
        token => Ok(token),
    };
    let logprobs = draw.logprobs.filter(|_| token.is_ok()).map(|top| DrawnLogprobs {
        chosen: f32::from_bits(told[0]),
        rank: told[1],
        top: told[2..2 + 2 * top as usize]
            .as_chunks()
            .0
            .iter()
            .map(|&[token, bits]| (token, f32::from_bits(bits)))
            .collect(),
    });
    Drawn { token, logprobs }
}

/// One call's logits.
struct Tail<'a> {
    cuda: &'a Cuda,
    logits: Tensor,
    vocab: usize,
}

impl Tail<'_> {
    fn launch(&self, kernel: &str, jobs: usize, args: &[Arg]) -> Result<()> {
        self.cuda.launch(kernel, jobs, THREADS, 0, args)
    }

    fn vocab(&self) -> Arg {
        Arg::I32(self.vocab as i32)
    }

    fn upload(&self, values: Vec<u32>) -> Result<Tensor> {
        upload(values, self.cuda.executor().device())
    }

    /// Rows whose logits stay as they are.
    fn draw_plain(&self, tokens: Arg, draws: &[TokenDraw]) -> Result<()> {
        let plain: Vec<_> = draws.iter().enumerate().filter(|(_, draw)| draw.adjust.is_none()).collect();
        if plain.is_empty() {
            return Ok(());
        }
        let jobs = self.upload(plain.iter().flat_map(|&(place, draw)| fields(draw, place, place)).collect())?;
        let args = [tokens, input(&self.logits)?, input(&jobs)?, self.vocab()];
        self.launch("sample", plain.len(), &args)
    }

    /// The others: each is changed to a row of f32, of which is drawn.
    fn draw_changed(&self, tokens: Arg, draws: &[TokenDraw]) -> Result<()> {
        let (mut jobs, mut changes, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let mut count = 0;
        for (place, draw) in draws.iter().enumerate() {
            let Some(adjust) = &draw.adjust else { continue };
            jobs.extend(fields(draw, count, place));
            changes.extend(change(adjust, place, &mut words));
            count += 1;
        }
        if count == 0 {
            return Ok(());
        }
        let scores = self.cuda.empty_of(&[count, self.vocab], DType::F32)?;
        let (jobs, changes, words) = (self.upload(jobs)?, self.upload(changes)?, self.upload(words)?);
        let args = [output(&scores)?, input(&self.logits)?, input(&changes)?, input(&words)?, self.vocab()];
        self.launch("adjust", count, &args)?;
        let args = [tokens, input(&scores)?, input(&jobs)?, self.vocab()];
        self.cuda.launch_f32("sample", count, THREADS, &args)
    }

    /// Log-probabilities.
    fn tell(&self, to: Arg, tokens: Arg, wishes: &Wishes) -> Result<()> {
        if wishes.jobs.is_empty() {
            return Ok(());
        }
        let jobs = self.upload(wishes.jobs.as_flattened().to_vec())?;
        let args = [to, input(&self.logits)?, input(&jobs)?, tokens, self.vocab()];
        self.launch("logprobs", wishes.jobs.len(), &args)
    }
}

/// `Draw` of `sample.cu`.
fn fields(draw: &TokenDraw, from: usize, to: usize) -> [u32; 7] {
    let row = &draw.row;
    let [temperature, min_p, top_p, uniform] = [row.temperature, row.min_p, row.top_p, row.uniform].map(f32::to_bits);
    [temperature, min_p, top_p, uniform, row.top_k, from as u32, to as u32]
}

/// `Change` of `adjust.cu`, and its words.
fn change(adjust: &Adjust, from: usize, words: &mut Vec<u32>) -> [u32; 12] {
    let begin = words.len() as u32;
    words.extend(adjust.bias.iter().flat_map(|&(token, bias)| [token, bias.to_bits()]));
    let (end, stops) = adjust.end_as.as_ref().map_or((NO_TOKEN, &[][..]), |(end, stops)| (*end, stops));
    words.extend(stops);
    let mask = adjust.mask.as_deref().unwrap_or_default();
    words.extend(mask);
    for list in &adjust.forbidden {
        words.push(list.len() as u32);
        words.extend(list);
    }
    words.extend(adjust.seen.iter().flat_map(|&(token, generated)| [token, generated]));
    let penalties = [adjust.penalties.repetition, adjust.penalties.frequency, adjust.penalties.presence];
    let [repetition, frequency, presence] = penalties.map(f32::to_bits);
    let [biased, stops, mask_words] = [adjust.bias.len(), stops.len(), mask.len()].map(|len| len as u32);
    let [lists, seen] = [adjust.forbidden.len(), adjust.seen.len()].map(|len| len as u32);
    let masked = u32::from(adjust.mask.is_some());
    [from as u32, begin, biased, end, stops, masked, mask_words, lists, seen, repetition, frequency, presence]
}

/// What is told of tokens: `Wish` of `logprobs.cu`.
struct Wishes {
    jobs: Vec<[u32; 4]>,
    /// Where that of each row begins.
    places: Vec<usize>,
    /// Numbers of all rows.
    len: usize,
}

impl Wishes {
    fn new(draws: &[TokenDraw]) -> Self {
        let mut wishes = Self { jobs: Vec::new(), places: Vec::new(), len: 0 };
        for (row, draw) in draws.iter().enumerate() {
            wishes.places.push(wishes.len);
            if let Some(top) = draw.logprobs {
                wishes.jobs.push([row as u32, row as u32, top, wishes.len as u32]);
                wishes.len += 2 + 2 * top as usize;
            }
        }
        wishes
    }
}
