//! `sconce health`: one readiness probe as an exit code, so that a container needs no other HTTP client.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::bench::target::is_loopback;

/// Flags of `sconce health`.
#[derive(Args, Debug)]
pub(crate) struct HealthArgs {
    /// Base URL of the server
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    url: String,
    /// Seconds to wait for the answer
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    timeout: f64,
}

impl HealthArgs {
    /// # Errors
    /// When the server is not ready, or does not answer.
    pub(crate) async fn run(&self) -> Result<()> {
        let timeout = Duration::try_from_secs_f64(self.timeout).context("--timeout is not a number of seconds")?;
        let mut builder = reqwest::Client::builder().timeout(timeout);
        if is_loopback(&self.url) {
            builder = builder.no_proxy();
        }
        let url = format!("{}/health/ready", self.url.trim_end_matches('/'));
        let response = builder.build()?.get(&url).send().await.with_context(|| format!("no answer from {url}"))?;
        if !response.status().is_success() {
            bail!("not ready: {url} answered {}", response.status());
        }
        println!("ready");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    async fn probe(status: u16) -> Result<()> {
        let server = MockServer::start().await;
        Mock::given(path("/health/ready")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        HealthArgs { url: server.uri(), timeout: 3.0 }.run().await
    }

    #[tokio::test]
    async fn ready_is_ok_and_everything_else_is_not() {
        probe(200).await.unwrap();
        assert!(probe(503).await.unwrap_err().to_string().contains("503"));
        let nobody = HealthArgs { url: "http://127.0.0.1:1".into(), timeout: 3.0 };
        assert!(nobody.run().await.unwrap_err().to_string().contains("no answer"));
    }
}
