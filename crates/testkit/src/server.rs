//! The real binary on a free port, stopped when the guard is dropped. The binary is the one cargo built beside the
//! running test; `SCONCE_BIN` names another.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Most time a server may take until it is ready (a loaded machine, an unoptimized build).
const READY_WITHIN: Duration = Duration::from_secs(120);

/// Path of the binary under test.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("SCONCE_BIN") {
        return path.into();
    }
    let mut path = std::env::current_exe().expect("a test knows its own path");
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    path.push("sconce");
    assert!(path.exists(), "{} is missing: run `cargo build` (or `cargo xtask test`) first", path.display());
    path
}

/// Most time for a whole answer or stream, many at once on a loaded machine included: what hangs fails.
const ANSWER_WITHIN: Duration = Duration::from_secs(240);

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
    ready_after: Duration,
    output: mpsc::Receiver<String>,
}

impl Server {
    /// `sconce serve --port 0 ARGS`; returns when it is ready.
    ///
    /// # Panics
    /// When the server ends or is not ready in time.
    #[must_use]
    pub fn start(args: &[&str]) -> Self {
        Self::start_with(args, &[])
    }

    /// The same with environment variables; it logs warnings only.
    ///
    /// # Panics
    /// When the server ends or is not ready in time.
    #[must_use]
    pub fn start_with(args: &[&str], environment: &[(&str, &str)]) -> Self {
        let started = Instant::now();
        let mut child = Command::new(binary())
            .args(["serve", "--port", "0"])
            .args(args)
            .env("SCONCE_LOG__LEVEL", "warn")
            // Tests that want a database on disk name a folder of their own.
            .env("SCONCE_STORE__PATH", ":memory:")
            .env("SCONCE_ENGINE__QUANTIZED_CACHE", "off")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let output = lines_of(child.stdout.take().expect("stdout is piped"));
        let mut seen = Vec::new();
        let url = loop {
            let line = output
                .recv_timeout(READY_WITHIN.saturating_sub(started.elapsed()))
                .unwrap_or_else(|error| panic!("the server named no address ({error}); it printed {seen:#?}"));
            if let Some(url) = address_in(&line) {
                break url;
            }
            seen.push(line);
        };
        let mut server = Self { child, url, ready_after: Duration::ZERO, output };
        server.wait_until_ready(started);
        server
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Time from the start of the process to the first successful readiness probe.
    #[must_use]
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Process id, for signals and `/proc`.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes, from `/proc`.
    #[must_use]
    pub fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill -{name} failed");
    }

    /// Waits for the process to end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server did not end within {within:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Value of a metric, summed over its labels; 0 when it is absent.
    pub async fn metric(&self, name: &str) -> f64 {
        let response = reqwest::get(format!("{}/metrics", self.url)).await.expect("metrics answer");
        let text = response.text().await.expect("metrics are text");
        text.lines()
            .filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{'])))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    /// Posts JSON; returns status and body.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let response = self.send(path, body).await;
        let status = response.status().as_u16();
        (status, response.json().await.expect("answers are JSON"))
    }

    /// Posts JSON; returns the raw response.
    pub async fn send(&self, path: &str, body: &Value) -> reqwest::Response {
        let client = reqwest::Client::builder().timeout(ANSWER_WITHIN).build().expect("a client can be made");
        client.post(format!("{}{path}", self.url)).json(body).send().await.expect("the server answers")
    }

    /// What the server printed since it became ready.
    pub fn printed(&self) -> Vec<String> {
        self.output.try_iter().collect()
    }

    fn wait_until_ready(&mut self, started: Instant) {
        let address = self.url.trim_start_matches("http://").to_owned();
        loop {
            if probe(&address).is_some_and(|status| status.contains(" 200 ")) {
                self.ready_after = started.elapsed();
                return;
            }
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                panic!("the server ended with {status} before it was ready");
            }
            assert!(started.elapsed() < READY_WITHIN, "the server was not ready within {READY_WITHIN:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines_of(stdout: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    // Keeps reading to the end, so that the server never blocks on a full pipe.
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

fn address_in(line: &str) -> Option<String> {
    let start = line.find("http://127.0.0.1:")?;
    let url = &line[start..];
    let end = url.find(|c: char| c.is_whitespace() || c == '"' || c == '\'').unwrap_or(url.len());
    let authority = url[..end].trim_start_matches("http://").split('/').next()?;
    Some(format!("http://{authority}"))
}

/// Status line of `GET /health/ready`.
fn probe(address: &str) -> Option<String> {
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    Some(line)
}
