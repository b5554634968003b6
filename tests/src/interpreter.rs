//! Environments for the official SDKs and for packages that carry a model, made once under `target/e2e` and made again when their requirements change.
//! Where an interpreter is missing the test is listed as skipped, with what to install; under `CI=true` that is a
//! failure.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says that a test was skipped, in a form that `cargo xtask test` counts.
///
/// # Panics
/// Under `CI=true`.
pub fn skip(test: &str, install: &str) {
    let under_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!under_ci, "{test} cannot run here: {install}");
    // Straight to the file descriptor: the test harness would swallow a print of a passing test.
    let line = format!("SKIPPED {test}: {install}\n");
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    if let Ok(path) = std::env::var("SCONCE_SKIPPED_FILE") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
    }
}

/// The folder of the SDK tests of one language, or a file beside those folders.
#[must_use]
pub fn sdk_folder(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk").join(language)
}

/// The folder of the JSON schemas that answers are held against.
#[must_use]
pub fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// Path of a Python with the packages of `sdk/python/requirements.txt`; `None` when there is no Python here.
pub fn python() -> Option<PathBuf> {
    let home = venv("python", &sdk_folder("python").join("requirements.txt"), |_| Vec::new())?;
    Some(home.join("bin").join("python"))
}

/// The folder of the packages named in `requirements`, alone: for what a package carries besides code. `None` when
/// there is no Python here.
pub fn python_packages(name: &str, requirements: &Path) -> Option<PathBuf> {
    let target = |home: &Path| vec!["--no-deps".into(), "--target".into(), home.join("packages").into_os_string()];
    Some(venv(name, requirements, target)?.join("packages"))
}

/// A virtual environment into which pip, with these more options, has installed `requirements`.
fn venv(name: &str, requirements: &Path, options: impl Fn(&Path) -> Vec<OsString>) -> Option<PathBuf> {
    let system = ["python3", "python"].into_iter().find(|name| has(name, "--version"))?;
    let home = environment(name, &[requirements]);
    if !home.join("ready").exists() {
        let _ = std::fs::remove_dir_all(&home);
        must(Command::new(system).args(["-m", "venv"]).arg(&home));
        let pip = ["-m", "pip", "install", "--quiet", "-r"];
        must(Command::new(home.join("bin").join("python")).args(pip).arg(requirements).args(options(&home)));
        std::fs::write(home.join("ready"), "").unwrap();
    }
    Some(home)
}

/// A folder with the Node tests and their packages; `None` when there is no Node here.
pub fn node() -> Option<PathBuf> {
    if !has("node", "--version") || !has("npm", "--version") {
        return None;
    }
    let source = sdk_folder("node");
    let home = environment("node", &[&source.join("package.json"), &source.join("package-lock.json")]);
    std::fs::create_dir_all(&home).unwrap();
    for entry in std::fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, home.join(path.file_name().unwrap())).unwrap();
        }
    }
    if !home.join("ready").exists() {
        must(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&home));
        std::fs::write(home.join("ready"), "").unwrap();
    }
    Some(home)
}

/// Runs a command and panics with its output when it fails.
///
/// # Panics
/// When the command cannot be started or fails.
pub fn must(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed with {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Is there such a program?
#[must_use]
pub fn has(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

/// A folder named after the content of the files that decide what is in it.
fn environment(language: &str, files: &[&Path]) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).hash(&mut hasher);
    }
    target_folder().join("e2e").join(format!("{language}-{:016x}", hasher.finish()))
}

/// The target folder that this very test was built into.
fn target_folder() -> PathBuf {
    let exe = std::env::current_exe().expect("a test knows its own path");
    let profile = exe.ancestors().find(|path| path.join("deps").is_dir()).expect("tests live below deps");
    profile.parent().expect("profiles live in target").to_owned()
}
