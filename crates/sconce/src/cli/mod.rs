//! The command line: what can be typed, and nothing else. Next: `serve.rs` (flags of the server), `../main.rs`.

mod serve;

#[cfg(test)]
mod tests;

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::bench::BenchArgs;
use crate::doctor::DoctorArgs;
use crate::health::HealthArgs;
pub(crate) use serve::ServeArgs;

const AFTER_HELP: &str = "\
Examples:
  sconce                                     serve the built-in demo model on port 8000
  sconce serve --model ./Qwen3-0.6B          serve a Hugging Face folder
  sconce serve --model Qwen/Qwen3-0.6B       download it first (cached)
  sconce bench --url http://127.0.0.1:8000   measure a server

`sconce` alone is `sconce serve`; `sconce serve --help` lists its flags.";

/// A server for language models that speaks the OpenAI HTTP API
#[derive(Parser, Debug)]
#[command(name = "sconce", version, about, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
#[command(max_term_width = 110, subcommand_help_heading = "Commands")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Flags of `serve`, for a bare `sconce`.
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Serve a model over HTTP
    Serve(Box<ServeArgs>),
    /// Measure a server: throughput, time to first token, latencies
    Bench(Box<BenchArgs>),
    /// Ask a running server whether it is ready (exit code 0) or not (1)
    Health(HealthArgs),
    /// Say what this build and machine can serve on, and why not on more
    Doctor(DoctorArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// Flags of `sconce completions`.
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

impl CompletionsArgs {
    /// Writes the script to stdout.
    pub(crate) fn run(&self) {
        clap_complete::generate(self.shell, &mut Cli::command(), "sconce", &mut std::io::stdout());
    }
}
