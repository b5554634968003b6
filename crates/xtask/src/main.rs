//! Chores of the project, in Rust so that they need nothing else: `cargo xtask test` runs every test once and closes with
//! the line `N passed, N failed, N skipped`; `cargo xtask ci` does what the continuous integration does.
//! Next: `tally.rs` (how the numbers come about).

mod cuda;
mod tally;

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use tally::Tally;

/// Chores of the project
#[derive(Parser, Debug)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand, Debug)]
enum Chore {
    /// Build and run every test of the workspace
    Test(TestArgs),
    /// Check the code behind the feature `cuda`, and compile the CUDA kernels; fetches a compiler if there is none
    Cuda,
    /// Format check, clippy and tests, as in the continuous integration
    Ci,
}

#[derive(Args, Debug, Default)]
struct TestArgs {
    /// Only this package; repeat it for several
    #[arg(long, short, value_name = "NAME")]
    package: Vec<String>,
    /// Only tests whose name contains this
    filter: Option<String>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Test(args) => test(&args),
        Chore::Cuda => cuda::check(),
        Chore::Ci => ci(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True when everything passed.
fn ci() -> Result<bool> {
    let checks: [&[&str]; 2] =
        [&["fmt", "--all", "--check"], &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]];
    for args in checks {
        println!("cargo {}", args.join(" "));
        if !cargo(args).status().context("cannot start cargo")?.success() {
            bail!("cargo {} failed", args.join(" "));
        }
    }
    Ok(cuda::check()? && test(&TestArgs::default())?)
}

/// True when every test passed. Tests set themselves up (fixtures are in the repository, environments for the SDKs are
/// made below the target folder on first use), so that a plain `cargo test` works, too.
fn test(args: &TestArgs) -> Result<bool> {
    let skipped = SkippedFile::new();
    let mut words = vec!["test".to_owned(), "--no-fail-fast".to_owned()];
    if args.package.is_empty() {
        words.push("--workspace".to_owned());
    }
    words.extend(args.package.iter().flat_map(|name| ["--package".to_owned(), name.clone()]));
    words.extend(args.filter.iter().flat_map(|filter| ["--".to_owned(), filter.clone()]));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut child = cargo(&words)
        .env("SCONCE_SKIPPED_FILE", &skipped.path)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let mut tally = Tally::default();
    let out = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(out).split(b'\n') {
        let line = line.context("cannot read cargo's output")?;
        let line = String::from_utf8_lossy(&line);
        let _ = writeln!(std::io::stdout(), "{line}");
        tally.read(&line);
    }
    let ended_well = child.wait().context("cargo did not end")?.success();
    for line in skipped.lines() {
        println!("{line}");
        tally.skip();
    }
    for name in tally.failures() {
        println!("failed: {name}");
    }
    tally.end(ended_well);
    println!("{tally}");
    Ok(tally.is_good())
}

/// Cargo as it called us, in the workspace's root.
fn cargo(args: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    if env::var("CI").is_ok_and(|value| value == "true") {
        // A clone that is built once has no use for what makes a second build faster.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

fn root() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("crates/xtask lies two folders below the root: anything else is a bug")
}

/// Where tests that cannot run here say so; a passing test's own output is swallowed by the harness.
struct SkippedFile {
    path: PathBuf,
}

impl SkippedFile {
    fn new() -> Self {
        Self { path: env::temp_dir().join(format!("sconce-skipped-{}", std::process::id())) }
    }

    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for SkippedFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
