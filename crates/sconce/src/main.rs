//! The binary: reads the command line, runs one subcommand, turns its result into an exit code (0 done, 1 failed, 2 wrong
//! usage). Everything that can be said about an error is one line on stderr. Next: `cli/`, `serve/`, `bench/`.

mod bench;
mod cli;
mod doctor;
mod health;
mod hub;
mod serve;
mod settings;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use cli::{Cli, Command};

/// Why a subcommand did not do what it was asked to.
#[derive(Debug)]
enum Failure {
    /// What was asked for makes no sense.
    Usage(anyhow::Error),
    /// It made sense and went wrong.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = Cli::parse();
    // Shells allow 1,024 open files unless told otherwise, fewer than there may be connections; what is allowed at most is
    // the operator's affair.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(run(cli, started));
    // A failed start may leave a thread that is still loading; nobody waits for it.
    runtime.shutdown_background();
    let (error, code) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(error)) => (error, 2),
        Err(Failure::Failed(error)) => (error, 1),
    };
    eprintln!("error: {error:#}");
    ExitCode::from(code)
}

async fn run(cli: Cli, started: Instant) -> Result<(), Failure> {
    match cli.command {
        None => serve::run(&cli.serve, started).await,
        Some(Command::Serve(args)) => serve::run(&args, started).await,
        Some(Command::Bench(args)) => Ok(bench::run(&args).await?),
        Some(Command::Health(args)) => Ok(args.run().await?),
        Some(Command::Doctor(args)) => Ok(args.run()?),
        Some(Command::Completions(args)) => {
            args.run();
            Ok(())
        }
    }
}
