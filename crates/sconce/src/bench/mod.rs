//! `sconce bench`: a load generator against any OpenAI-compatible server. One task a request; nothing here imports the
//! server, so that a peer is measured exactly as sconce is.
//!
//! Reading order: `workload`, `prompts`, `client` (with `sse`), `load`, `stats`, `report`.

mod client;
mod load;
mod prompts;
mod report;
mod sse;
mod stats;
mod suite;
pub(crate) mod target;
mod workload;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use load::{Manner, progress_bar};
use prompts::{Endpoint, Maker};
use report::Ratios;
use stats::Summary;
use target::Target;
use workload::{Arrival, Lengths, Preset, Suite, Workload};

/// Fields of a request's body.
type Fields = serde_json::Map<String, serde_json::Value>;

/// Flags of `sconce bench`.
#[derive(Args, Clone, Debug)]
pub(crate) struct BenchArgs {
    /// Base URL of the server, with or without /v1
    #[arg(long, default_value = "http://127.0.0.1:8000", help_heading = "Server")]
    url: String,
    /// Model name; the first that the server lists when left out
    #[arg(long, help_heading = "Server")]
    model: Option<String>,
    /// API key
    #[arg(long, env = "SCONCE_API_KEY", hide_env_values = true, help_heading = "Server")]
    api_key: Option<String>,
    /// A second server: both run in turns (A B, B A, ...), and the ratios A / B are printed pair by pair
    #[arg(long, value_name = "URL", help_heading = "Server")]
    compare: Option<String>,
    /// Model name at the second server
    #[arg(long, value_name = "NAME", requires = "compare", help_heading = "Server")]
    compare_model: Option<String>,
    /// Pairs of runs of a comparison
    #[arg(long, default_value_t = 3, requires = "compare", help_heading = "Server")]
    pairs: usize,

    /// A named workload; other flags change it
    #[arg(long, value_enum, ignore_case = true, help_heading = "Workload")]
    workload: Option<Preset>,
    /// Several named workloads, one after the other, and a table of all of them
    #[arg(long, value_enum, ignore_case = true, conflicts_with = "workload", help_heading = "Workload")]
    suite: Option<Suite>,
    /// Requests at a time
    #[arg(long, short = 'c', value_name = "N", conflicts_with = "rate", help_heading = "Workload")]
    concurrency: Option<usize>,
    /// Requests per second instead, arriving at random (Poisson), however many are running
    #[arg(long, value_name = "PER_SECOND", help_heading = "Workload")]
    rate: Option<f64>,
    /// Measured requests
    #[arg(long, short = 'n', value_name = "N", help_heading = "Workload")]
    requests: Option<usize>,
    /// Prompt tokens: N, or MIN:MAX (uniform)
    #[arg(long, value_name = "N|MIN:MAX", help_heading = "Workload")]
    input_len: Option<Lengths>,
    /// Answer tokens (max_tokens): N, or MIN:MAX (uniform)
    #[arg(long, value_name = "N|MIN:MAX", help_heading = "Workload")]
    output_len: Option<Lengths>,
    /// Share of the requests, 0 to 1, whose prompt begins with a common prefix
    #[arg(long, value_name = "FRACTION", help_heading = "Workload")]
    shared_prefix: Option<f64>,
    /// Tokens of the common prefix, before the prompt's own tokens
    #[arg(long, value_name = "N", help_heading = "Workload")]
    prefix_len: Option<u32>,
    /// Requests before the measurement, as many at a time as are measured
    #[arg(long, value_name = "N", help_heading = "Workload")]
    warmup: Option<usize>,
    /// Decides prompts, lengths and times of arrival; a new one for every run when left out, so that no run finds its
    /// prompts in a prefix cache
    #[arg(long, help_heading = "Workload")]
    seed: Option<u64>,

    /// Route
    #[arg(long, value_enum, default_value_t = Endpoint::Completions, help_heading = "Requests")]
    endpoint: Endpoint,
    /// Ask for whole answers; there are no TTFT, ITL and TPOT then
    #[arg(long, help_heading = "Requests")]
    no_stream: bool,
    /// Send `ignore_eos`, so that every answer has its full length (named workloads always do)
    #[arg(long, help_heading = "Requests")]
    ignore_eos: bool,
    /// Fields that every request carries besides, as a JSON object; they replace those of the workload
    #[arg(long, value_name = "JSON", value_parser = object, help_heading = "Requests")]
    body: Option<Fields>,
    /// The same for the second server, instead of `--body`. With one URL on both sides this compares two ways of asking
    #[arg(long, value_name = "JSON", value_parser = object, requires = "compare", help_heading = "Requests")]
    compare_body: Option<Fields>,
    /// Seconds until a request counts as failed
    #[arg(long, value_name = "SECONDS", default_value_t = 600.0, help_heading = "Requests")]
    timeout: f64,

    /// Write workload and results as JSON to this file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    json: Option<PathBuf>,
}

/// One side of a comparison, or the only server.
struct Side {
    name: String,
    target: Target,
    maker: Maker,
}

/// What `--json` writes.
#[derive(Debug, Serialize)]
struct Record {
    version: &'static str,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    preset: Option<Preset>,
    workload: Workload,
    runs: Vec<Run>,
    /// A / B, pair by pair, of a comparison.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratios: Vec<Ratios>,
    #[serde(skip_serializing_if = "Option::is_none")]
    median_ratios: Option<Ratios>,
}

#[derive(Debug, Serialize)]
struct Run {
    url: String,
    model: String,
    prompts: &'static str,
    summary: Summary,
}

impl Run {
    fn of(side: &Side, summary: Summary) -> Self {
        Self { url: side.name.clone(), model: side.target.model.clone(), prompts: side.maker.describe(), summary }
    }
}

/// Runs the load and prints the results.
///
/// # Errors
/// When a server cannot be reached, refuses a trial request, or no request succeeds.
pub(crate) async fn run(args: &BenchArgs) -> Result<()> {
    let presets: Vec<_> = match args.suite {
        Some(suite) => suite.presets().iter().copied().map(Some).collect(),
        None => vec![args.workload],
    };
    let mut workloads = presets.iter().map(|preset| args.workload(*preset)).collect::<Result<Vec<_>>>()?;
    // Of one seed the prompts of a workload would begin those of the next, and be in the cache already.
    for (number, workload) in (0_u64..).zip(&mut workloads) {
        workload.seed = workload.seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    }
    let a = args.side(&args.url, args.model.as_deref(), args.body.as_ref()).await?;
    let b = match &args.compare {
        None => None,
        Some(url) => {
            let fields = args.compare_body.as_ref().or(args.body.as_ref());
            Some(args.side(url, args.compare_model.as_deref(), fields).await?)
        }
    };
    let mut records = Vec::new();
    for (preset, workload) in presets.into_iter().zip(workloads) {
        let manner = Manner {
            endpoint: args.endpoint,
            stream: !args.no_stream,
            ignore_eos: args.ignore_eos || preset.is_some(),
        };
        let mut record = match &b {
            None => single(&a, workload, manner).await?,
            Some(b) => compare([&a, b], workload, manner, args.pairs).await?,
        };
        record.preset = preset;
        records.push(record);
    }
    if args.suite.is_some() {
        println!("{}", suite::table(&records));
    }
    if let Some(path) = &args.json {
        let json = match records.as_slice() {
            [record] => serde_json::to_string_pretty(record),
            all => serde_json::to_string_pretty(all),
        };
        let json = json.context("cannot write the results as JSON")?;
        std::fs::write(path, json + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    if records.iter().flat_map(|record| &record.runs).any(|run| run.summary.succeeded == 0) {
        bail!("no request succeeded");
    }
    Ok(())
}

async fn single(side: &Side, workload: Workload, manner: Manner) -> Result<Record> {
    let summary = measure(side, &workload, manner).await?;
    println!("{}", report::table(&format!("{}, seed {}", side.title(), workload.seed), &summary));
    Ok(Record {
        version: env!("CARGO_PKG_VERSION"),
        preset: None,
        workload,
        runs: vec![Run::of(side, summary)],
        ratios: Vec::new(),
        median_ratios: None,
    })
}

/// Both sides in turns: the order changes from pair to pair, so that a machine that slows down (or warms up) harms both
/// alike. The sides of a pair get the same prompts, the next pair gets others, so that no run profits from prompts that
/// a prefix cache has seen.
async fn compare(sides: [&Side; 2], workload: Workload, manner: Manner, pairs: usize) -> Result<Record> {
    let (mut runs, mut ratios) = (Vec::new(), Vec::new());
    for pair in 0..pairs.max(1) {
        let workload = Workload { seed: workload.seed.wrapping_add(pair as u64), ..workload.clone() };
        let mut summaries: [Option<Summary>; 2] = [None, None];
        for index in if pair % 2 == 0 { [0, 1] } else { [1, 0] } {
            let summary = measure(sides[index], &workload, manner).await?;
            println!(
                "{}",
                report::table(
                    &format!("pair {}: {}, seed {}", pair + 1, sides[index].title(), workload.seed),
                    &summary
                )
            );
            runs.push(Run::of(sides[index], summary.clone()));
            summaries[index] = Some(summary);
        }
        if let [Some(a), Some(b)] = &summaries {
            ratios.push(Ratios::of(a, b));
        }
    }
    println!("{}", report::comparison(&sides[0].name, &sides[1].name, &ratios));
    let median_ratios = Some(Ratios::median(&ratios));
    Ok(Record { version: env!("CARGO_PKG_VERSION"), preset: None, workload, runs, ratios, median_ratios })
}

async fn measure(side: &Side, workload: &Workload, manner: Manner) -> Result<Summary> {
    let bar = progress_bar(&side.name);
    let summary = load::run(&side.target, &side.maker, workload, manner, &bar).await;
    bar.finish_and_clear();
    summary.with_context(|| format!("the run against {} did not start", side.name))
}

impl Side {
    fn title(&self) -> String {
        format!("{} ({}, prompts: {})", self.name, self.target.model, self.maker.describe())
    }
}

impl BenchArgs {
    async fn side(&self, url: &str, model: Option<&str>, fields: Option<&Fields>) -> Result<Side> {
        if !(self.timeout.is_finite() && self.timeout > 0.0) {
            bail!("--timeout must be a positive number of seconds");
        }
        let timeout = Duration::from_secs_f64(self.timeout);
        let mut target = Target::connect(url, model, self.api_key.as_deref(), timeout).await?;
        target.fields = fields.cloned().unwrap_or_default();
        let maker = Maker::probe(&target, self.endpoint).await.with_context(|| format!("{url} cannot be measured"))?;
        Ok(Side { name: url.to_owned(), target, maker })
    }

    /// The named workload, or a small one, changed by the flags.
    fn workload(&self, preset: Option<Preset>) -> Result<Workload> {
        let mut workload = match preset {
            Some(preset) => preset.workload(),
            None => Workload { requests: 32, ..Preset::W5.workload() },
        };
        if let Some(num) = self.concurrency {
            workload.arrival = Arrival::Concurrency(num);
        }
        if let Some(rate) = self.rate {
            workload.arrival = Arrival::Poisson(rate);
        }
        workload.requests = self.requests.unwrap_or(workload.requests);
        workload.input = self.input_len.unwrap_or(workload.input);
        workload.output = self.output_len.unwrap_or(workload.output);
        workload.prefix_len = self.prefix_len.unwrap_or(workload.prefix_len);
        // A prefix without a fraction is meant for everybody.
        let implied = if self.prefix_len.is_some_and(|len| len > 0) { 1.0 } else { workload.shared_prefix };
        workload.shared_prefix = self.shared_prefix.unwrap_or(implied);
        workload.warmup = self.warmup.unwrap_or(workload.warmup);
        workload.seed = self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
        check(&workload)?;
        Ok(workload)
    }
}

fn object(text: &str) -> Result<Fields> {
    serde_json::from_str(text).context("this must be a JSON object")
}

fn check(workload: &Workload) -> Result<()> {
    match workload.arrival {
        Arrival::Concurrency(0) => bail!("--concurrency must be at least 1"),
        Arrival::Poisson(rate) if !(rate.is_finite() && rate > 0.0) => {
            bail!("--rate must be a positive number of requests per second")
        }
        _ => {}
    }
    if workload.requests == 0 {
        bail!("--requests must be at least 1");
    }
    if !(0.0..=1.0).contains(&workload.shared_prefix) {
        bail!("--shared-prefix must be between 0 and 1");
    }
    if workload.shared_prefix > 0.0 && workload.prefix_len == 0 {
        bail!("--shared-prefix needs --prefix-len");
    }
    Ok(())
}
