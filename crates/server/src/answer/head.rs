//! What every chunk of an answer repeats.

use std::sync::Arc;

use crate::generation::Generation;
use crate::intake::{CallForms, Job, StreamUsage};
use crate::models::Model;
use crate::scores::ScoreWishes;
use sconce_openai::{Timings, Usage};

/// Id, time, model and fingerprint of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) model: Arc<Model>,
    pub(crate) usage: Option<StreamUsage>,
    /// Of each prompt, when the client asked for token ids.
    pub(crate) prompt_ids: Option<Vec<Arc<[u32]>>>,
    pub(crate) n: usize,
    /// How scores of the prompts are to be shown.
    pub(crate) scores: ScoreWishes,
    /// Log-probabilities were asked for.
    pub(crate) logprobs: bool,
    /// They name tokens by their ids.
    pub(crate) tokens_as_ids: bool,
    /// Where the time went is shown.
    pub(crate) timings: bool,
    /// There may be reasoning.
    pub(crate) reasons: bool,
    /// There is something to call.
    pub(crate) may_call: bool,
    /// How calls are shown.
    pub(crate) calls: CallForms,
}

impl Head {
    pub(crate) fn of(job: &Job) -> Self {
        Self {
            id: job.id.clone(),
            created: job.created,
            model: Arc::clone(&job.model),
            usage: job.stream,
            prompt_ids: job.prompt_ids(),
            n: job.n(),
            scores: job.scores(),
            logprobs: job.wants_logprobs(),
            tokens_as_ids: job.names_by_ids(),
            timings: job.wants_timings(),
            reasons: job.shows_reasoning(),
            may_call: job.may_call,
            calls: job.calls.clone(),
        }
    }

    /// The name the answer carries.
    pub(crate) fn model_name(&self) -> &str {
        &self.model.served.id
    }

    /// The prompt's ids of a choice, when asked for.
    pub(crate) fn prompt_ids_of(&self, index: u32) -> Option<Vec<u32>> {
        let prompts = self.prompt_ids.as_ref()?;
        prompts.get(index as usize / self.n).map(|ids| ids.to_vec())
    }

    /// The field `usage` of a chunk that is not the usage chunk: absent, null, or the usage so far.
    pub(crate) fn chunk_usage(&self, generation: &Generation) -> Option<Option<Usage>> {
        match self.usage {
            Some(StreamUsage { every: true, .. }) => Some(Some(generation.usage())),
            Some(StreamUsage { last: true, .. }) => Some(None),
            _ => None,
        }
    }

    /// The same before anything was generated, as far as this stream tells.
    pub(crate) fn first_usage(&self, generation: &Generation) -> Option<Option<Usage>> {
        self.chunk_usage(generation).map(|usage| usage.map(Usage::without_answer))
    }

    /// Where the time went, when asked for.
    pub(crate) fn timings(&self, generation: &Generation) -> Option<Timings> {
        self.timings.then(|| generation.timings())
    }

    /// The same for a chunk that ends a choice: it is the last of the stream if no other choice runs and no usage follows.
    pub(crate) fn timings_at_end(&self, running: usize, generation: &Generation) -> Option<Timings> {
        let last = running == 0 && !self.wants_usage_chunk();
        if last { self.timings(generation) } else { None }
    }

    /// Is a usage chunk wanted at the end?
    pub(crate) fn wants_usage_chunk(&self) -> bool {
        self.usage.is_some_and(|usage| usage.last)
    }
}
