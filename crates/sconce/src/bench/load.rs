//! Runs a workload against one server: prompts first, then a warm-up, then the measured requests by concurrency or at
//! their times of arrival. Next: `stats.rs`.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::StreamExt;
use futures::stream::{self, FuturesUnordered};
use indicatif::{ProgressBar, ProgressStyle};

use super::client::{Call, call};
use super::prompts::{BodyOptions, Endpoint, Maker, Prompt, body};
use super::stats::{Sample, Summary};
use super::target::Target;
use super::workload::{Arrival, Job, Workload};

/// How requests are sent, beside the workload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) endpoint: Endpoint,
    pub(crate) stream: bool,
    pub(crate) ignore_eos: bool,
}

/// One measured run.
pub(crate) async fn run(
    target: &Target,
    maker: &Maker,
    workload: &Workload,
    manner: Manner,
    bar: &ProgressBar,
) -> Result<Summary> {
    let warmup = calls(target, maker, workload, manner, &workload.warmup_jobs()).await?;
    let jobs = workload.jobs();
    let measured = calls(target, maker, workload, manner, &jobs).await?;
    bar.set_message("warming up");
    warm_up(target, &warmup, workload.arrival).await;
    bar.set_length(measured.len() as u64);
    bar.set_position(0);
    let mut watch = Watch { bar: bar.clone(), started: Instant::now(), tokens: 0, failed: 0 };
    let outcomes = match workload.arrival {
        Arrival::Concurrency(num) => by_concurrency(target, &measured, num, &mut watch).await,
        Arrival::Poisson(_) => by_arrival(target, &measured, &jobs, &mut watch).await,
    };
    Ok(Summary::of(&outcomes, watch.started.elapsed()))
}

/// As many at a time as are measured, so that a server has met such steps; whatever becomes of them.
async fn warm_up(target: &Target, calls: &[Call], arrival: Arrival) {
    let num = if let Arrival::Concurrency(num) = arrival { num } else { 1 };
    let mut running = stream::iter(calls).map(|one| call(target, one)).buffer_unordered(num.max(1));
    while running.next().await.is_some() {}
}

/// A bar for `run`; hidden when nobody watches.
pub(crate) fn progress_bar(name: &str) -> ProgressBar {
    let template = "{prefix} {bar:30} {pos}/{len} {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(name.to_owned())
}

async fn calls(target: &Target, maker: &Maker, workload: &Workload, manner: Manner, jobs: &[Job]) -> Result<Vec<Call>> {
    let mut calls = Vec::with_capacity(jobs.len());
    for job in jobs {
        let prompt = maker.make(target, workload.seed, job).await?;
        let options = BodyOptions { max_tokens: job.output_len, ignore_eos: manner.ignore_eos, stream: manner.stream };
        let prompt_tokens = if let Prompt::Ids(ids) = &prompt { ids.len() as u64 } else { 0 };
        calls.push(Call {
            path: manner.endpoint.path(),
            body: body(target, manner.endpoint, &prompt, &options),
            prompt_tokens,
        });
    }
    Ok(calls)
}

async fn by_concurrency(target: &Target, calls: &[Call], num: usize, watch: &mut Watch) -> Vec<Result<Sample, String>> {
    let mut running = stream::iter(calls).map(|one| call(target, one)).buffer_unordered(num.max(1));
    let mut outcomes = Vec::with_capacity(calls.len());
    while let Some(outcome) = running.next().await {
        watch.see(&outcome);
        outcomes.push(outcome);
    }
    outcomes
}

async fn by_arrival(target: &Target, calls: &[Call], jobs: &[Job], watch: &mut Watch) -> Vec<Result<Sample, String>> {
    let started = tokio::time::Instant::now();
    let mut running: FuturesUnordered<_> = calls
        .iter()
        .zip(jobs)
        .map(|(one, job)| async move {
            tokio::time::sleep_until(started + job.at).await;
            call(target, one).await
        })
        .collect();
    let mut outcomes = Vec::with_capacity(calls.len());
    while let Some(outcome) = running.next().await {
        watch.see(&outcome);
        outcomes.push(outcome);
    }
    outcomes
}

/// Keeps the progress bar honest.
struct Watch {
    bar: ProgressBar,
    started: Instant,
    tokens: u64,
    failed: u64,
}

impl Watch {
    fn see(&mut self, outcome: &Result<Sample, String>) {
        match outcome {
            Ok(sample) => self.tokens += sample.output_tokens,
            Err(_) => self.failed += 1,
        }
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        self.bar.set_message(format!("{:.1} tok/s{failed}", self.tokens as f64 / seconds));
        self.bar.inc(1);
    }
}
