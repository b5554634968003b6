//! All choices of one request, polled together: `n` choices of each prompt. Events come as they happen, each with the
//! choice's index; one failing choice fails the request. Usage counts each prompt once and every sampled token.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sconce_engine::Timing;
use sconce_openai::{CompletionTokensDetails, PromptTokensDetails, Timings, Usage};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::choices::{Choice, ChoiceEvent, Gain};
use crate::error::ApiError;
use crate::request_info::RequestInfo;

/// A running request.
#[derive(Debug)]
pub(crate) struct Generation {
    choices: Vec<Choice>,
    /// Choices of each prompt; the first one's cached tokens are the prompt's.
    n: usize,
    prompt_tokens: u64,
    /// Where polling starts, so that no choice is always last.
    next: usize,
    failed: bool,
    info: Arc<RequestInfo>,
    /// The server is going down and waits no longer.
    end: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Generation {
    pub(crate) fn new(
        choices: Vec<Choice>,
        n: usize,
        prompt_tokens: u64,
        info: Arc<RequestInfo>,
        end: &CancellationToken,
    ) -> Self {
        let end = Box::pin(end.clone().cancelled_owned());
        Self { choices, n: n.max(1), prompt_tokens, next: 0, failed: false, info, end }
    }

    /// How many choices there are, over all prompts.
    pub(crate) fn len(&self) -> usize {
        self.choices.len()
    }

    /// The next event of any choice; `None` when all have finished.
    pub(crate) async fn next(&mut self) -> Option<Result<(u32, ChoiceEvent), ApiError>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(u32, ChoiceEvent), ApiError>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        let len = self.choices.len();
        let mut ended = 0;
        for turn in 0..len {
            let index = (self.next + turn) % len;
            match self.choices[index].poll_next(cx) {
                Poll::Pending => {}
                Poll::Ready(None) => ended += 1,
                Poll::Ready(Some(result)) => {
                    self.next = (index + 1) % len;
                    self.failed = result.is_err();
                    if self.failed {
                        self.fail();
                    }
                    if let Ok(ChoiceEvent::Delta(Gain { prompt: Some(scores), .. })) = &result
                        && index.is_multiple_of(self.n)
                    {
                        self.choices[index + 1..index + self.n].iter_mut().for_each(|choice| choice.share(scores));
                    }
                    return Poll::Ready(Some(result.map(|event| (index as u32, event))));
                }
            }
        }
        if ended == len {
            return Poll::Ready(None);
        }
        ready!(self.end.as_mut().poll(cx));
        self.failed = true;
        self.fail();
        Poll::Ready(Some(Err(ApiError::draining())))
    }

    /// The request has failed, and with it every choice that still runs: nobody went away.
    pub(crate) fn fail(&mut self) {
        self.choices.iter_mut().for_each(Choice::fail);
    }

    /// Of each prompt, the indices of the `keep` choices whose tokens are the most likely on average, best first; all of
    /// them in order if that is how many there are.
    pub(crate) fn best(&self, keep: usize) -> Vec<usize> {
        let prompts = (0..self.choices.len()).step_by(self.n);
        let of_prompt = |first: usize| {
            let mut indices: Vec<usize> = (first..first + self.n).collect();
            if keep < self.n {
                let mean = |index: &usize| self.choices[*index].mean_logprob();
                indices.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
                indices.truncate(keep);
            }
            indices
        };
        prompts.flat_map(of_prompt).collect()
    }

    /// Where the time went so far, summed over the choices.
    pub(crate) fn timings(&self) -> Timings {
        let sum = |of: fn(&Timing) -> Duration| {
            1e3 * self.choices.iter().map(|choice| of(&choice.timing()).as_secs_f64()).sum::<f64>()
        };
        let cached: u64 = self.choices.iter().map(Choice::cached_tokens).sum();
        let computed = (self.prompt_tokens * self.n as u64).saturating_sub(cached);
        let predicted = self.choices.iter().map(Choice::completion_tokens).sum();
        Timings::new(cached, (computed, sum(|timing| timing.prefill)), (predicted, sum(|timing| timing.decode)))
    }

    /// Token counts so far.
    pub(crate) fn usage(&self) -> Usage {
        let completion_tokens = self.choices.iter().map(Choice::completion_tokens).sum();
        let reasoning_tokens = self.choices.iter().map(Choice::reasoning_tokens).sum();
        let cached_tokens = self.choices.iter().step_by(self.n).map(Choice::cached_tokens).sum();
        Usage {
            prompt_tokens: self.prompt_tokens,
            completion_tokens,
            total_tokens: self.prompt_tokens + completion_tokens,
            prompt_tokens_details: PromptTokensDetails { cached_tokens, ..PromptTokensDetails::default() },
            completion_tokens_details: CompletionTokensDetails {
                reasoning_tokens,
                audio_tokens: 0,
                accepted_prediction_tokens: self.choices.iter().map(|choice| choice.predicted().0).sum(),
                rejected_prediction_tokens: self.choices.iter().map(|choice| choice.predicted().1).sum(),
            },
        }
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        let usage = self.usage();
        self.info.set_tokens(usage.prompt_tokens, usage.completion_tokens);
    }
}
