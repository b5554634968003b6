//! Many requests at once against a running server.

use std::time::{Duration, Instant};

use futures::stream::{FuturesUnordered, StreamExt};
use sconce_testkit::server::Server;
use sconce_testkit::sse::{SseReader, streamed_text};
use serde_json::Value;

/// Posts every body at the same time; answers come back in order of the bodies.
pub async fn post_all(server: &Server, path: &str, bodies: &[Value]) -> Vec<(u16, Value)> {
    in_order(bodies.iter().map(|body| server.post(path, body))).await
}

/// Streams every body at the same time; the text of choice 0 of each, in order.
pub async fn stream_all(server: &Server, path: &str, bodies: &[Value]) -> Vec<String> {
    in_order(bodies.iter().map(|body| stream_one(server, path, body))).await
}

/// Streams one body to its end; the text of choice 0.
pub async fn stream_one(server: &Server, path: &str, body: &Value) -> String {
    let response = server.send(path, body).await;
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    streamed_text(&SseReader::new(response).rest().await, 0)
}

/// Waits until the engine holds nothing. An answer is told to its client a moment before the numbers say that it ended.
pub async fn until_idle(server: &Server) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let busy = server.metric("sconce_num_requests_running").await
            + server.metric("sconce_num_requests_waiting").await
            + server.metric("sconce_kv_cache_usage_perc").await;
        if busy == 0.0 {
            return;
        }
        assert!(Instant::now() < deadline, "what has ended still holds the engine");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn in_order<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: FuturesUnordered<_> =
        futures.enumerate().map(|(index, future)| async move { (index, future.await) }).collect();
    let mut done = Vec::new();
    while let Some(answer) = running.next().await {
        done.push(answer);
    }
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}
