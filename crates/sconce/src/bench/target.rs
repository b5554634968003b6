//! One server under load: its address, model and key, and the small JSON calls made outside the measurement.
//! Next: `prompts.rs` and `client.rs`.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// A server and how to talk to it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    http: reqwest::Client,
    base: String,
    pub(crate) model: String,
    key: Option<String>,
    /// What every measured request of this side says besides, for example a `response_format`.
    pub(crate) fields: Map<String, Value>,
}

impl Target {
    /// Connects to a base URL (with or without `/v1`); without a `model` the first that the server lists is taken.
    pub(crate) async fn connect(url: &str, model: Option<&str>, key: Option<&str>, timeout: Duration) -> Result<Self> {
        let base = base_url(url)?;
        // A connection for each request: some servers close an idle one in the moment in which it is used again.
        let mut builder = reqwest::Client::builder().timeout(timeout).tcp_nodelay(true).pool_max_idle_per_host(0);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().context("cannot make an HTTP client")?;
        let mut target = Self { http, base, model: String::new(), key: key.map(str::to_owned), fields: Map::new() };
        target.model = match model {
            Some(model) => model.to_owned(),
            None => target.first_model().await?,
        };
        Ok(target)
    }

    /// A POST with this target's key.
    pub(crate) fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.authorize(self.http.post(format!("{}{path}", self.base))).json(body)
    }

    /// Posts JSON and reads JSON; `None` when the server refuses it or does not know the route.
    pub(crate) async fn try_call(&self, path: &str, body: &Value) -> Option<Value> {
        let response = self.post(path, body).send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        response.json().await.ok()
    }

    /// Does the server take this list of token ids as a prompt?
    pub(crate) async fn takes_ids(&self, ids: &[u32]) -> bool {
        let body = json!({"model": self.model, "prompt": ids, "max_tokens": 1, "temperature": 0});
        self.try_call("/v1/completions", &body).await.is_some()
    }

    async fn first_model(&self) -> Result<String> {
        let url = format!("{}/v1/models", self.base);
        let response = self
            .authorize(self.http.get(&url))
            .send()
            .await
            .with_context(|| format!("no answer from {}", self.base))?;
        let status = response.status();
        if !status.is_success() {
            bail!("{url} answered {status}; name the model with --model, the key with --api-key");
        }
        let models: Value =
            response.json().await.with_context(|| format!("{url} answered something that is not JSON"))?;
        match models["data"][0]["id"].as_str() {
            Some(id) => Ok(id.to_owned()),
            None => bail!("{url} lists no model; name one with --model"),
        }
    }

    fn authorize(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }
}

/// `http://host:port` out of what people paste.
fn base_url(url: &str) -> Result<String> {
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let parsed = reqwest::Url::parse(&with_scheme).with_context(|| format!("'{url}' is not a URL"))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
        bail!("'{url}' is not an http or https URL");
    }
    let trimmed = with_scheme.trim_end_matches('/');
    Ok(trimmed.strip_suffix("/v1").unwrap_or(trimmed).to_owned())
}

/// A proxy has no business between a load generator and its own machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn base_urls_are_what_people_paste() {
        for (given, expected) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000"),
            ("localhost:8080", "http://localhost:8080"),
            ("https://example.org/models/v1", "https://example.org/models"),
        ] {
            assert_eq!(base_url(given).unwrap(), expected);
        }
        for wrong in ["", "ftp://host", "http://"] {
            assert!(base_url(wrong).is_err(), "{wrong} must be refused");
        }
    }

    #[test]
    fn own_machine_is_recognised() {
        assert!(
            is_loopback("http://127.0.0.1:8000") && is_loopback("http://[::1]:1") && is_loopback("http://localhost")
        );
        assert!(!is_loopback("http://example.org") && !is_loopback("nonsense"));
    }
}
