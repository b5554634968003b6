//! What only a connection shows: slow and endless heads and bodies, chunked bodies, disconnects, keep-alive, shutdown.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sconce_server::{ServerConfig, serve};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::{Setup, TestServer, chat_body, until};

struct Listening {
    server: TestServer,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

async fn listen(setup: Setup) -> Listening {
    let server = setup.start();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let app = server.app.clone();
    let task = tokio::spawn(serve(listener, app, async move {
        let _ = stopped.await;
    }));
    Listening { server, address, stop: Some(stop), task }
}

fn impatient() -> ServerConfig {
    ServerConfig {
        header_timeout_s: 0.3,
        body_timeout_s: 0.3,
        idle_timeout_s: 0.6,
        drain_timeout_s: 3.0,
        access_log: false,
        ..ServerConfig::default()
    }
}

impl Listening {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads until the server closes the connection.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut socket = self.connect().await;
        socket.write_all(bytes).await.unwrap();
        read_all(&mut socket).await
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }
}

async fn read_all(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is as good as an end.
    let read = socket.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(20), read).await.expect("the server never closed");
    String::from_utf8(answer).unwrap()
}

fn post(body: &str, close: bool) -> String {
    let connection = if close { "connection: close\r\n" } else { "" };
    let length = body.len();
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n{connection}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test]
async fn whole_chunked_and_kept_alive_requests() {
    let listening = listen(Setup::replying("Hi")).await;
    let body = chat_body(json!({})).to_string();
    let answer = listening.exchange(post(&body, true).as_bytes()).await;
    assert_eq!(status(&answer), "200");
    assert!(answer.contains("\"content\":\"Hi\""), "{answer}");
    let (a, b) = body.split_at(body.len() / 2);
    let chunked = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{a}\r\n{:x}\r\n{b}\r\n0\r\n\r\n",
        a.len(),
        b.len()
    );
    assert_eq!(status(&listening.exchange(chunked.as_bytes()).await), "200");
    let twice = post(&body, false) + &post(&body, true);
    assert_eq!(listening.exchange(twice.as_bytes()).await.matches("HTTP/1.1 200 OK").count(), 2);
}

#[tokio::test]
async fn streams_arrive_piece_by_piece() {
    let mut setup = Setup::replying("abcdef");
    setup.fake.step_latency = Duration::from_millis(40);
    let listening = listen(setup).await;
    let mut socket = listening.connect().await;
    let body = chat_body(json!({"stream": true})).to_string();
    socket.write_all(post(&body, true).as_bytes()).await.unwrap();
    let mut reads = 0;
    let mut answer = Vec::new();
    while socket.read_buf(&mut answer).await.unwrap() > 0 {
        reads += 1;
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(reads >= 5, "{reads} reads of\n{answer}");
    assert!(answer.contains("data: [DONE]\n\n"));
}

#[tokio::test]
async fn slow_heads_and_idle_connections_are_closed() {
    let listening = listen(Setup { server: impatient(), ..Setup::replying("Hi") }).await;
    let start = Instant::now();
    assert_eq!(listening.exchange(b"").await, "");
    assert_eq!(listening.exchange(b"POST /v1/chat/completions HTTP/1.1\r\nhost: ").await, "");
    // A byte now and then does not help.
    let mut socket = listening.connect().await;
    for byte in b"GET /health HTTP/1.1\r\n" {
        if socket.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(read_all(&mut socket).await, "");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    // An answered connection may rest longer than a head may take, but not forever.
    let mut socket = listening.connect().await;
    socket.write_all(b"GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(450)).await;
    socket.write_all(b"GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_eq!(read_all(&mut socket).await.matches("HTTP/1.1 200 OK").count(), 2);
}

#[tokio::test]
async fn slow_bodies_are_408() {
    let listening = listen(Setup { server: impatient(), ..Setup::default() }).await;
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let stalled = listening.exchange(format!("{head}content-length: 100\r\n\r\n{{").as_bytes()).await;
    assert_eq!(status(&stalled), "408", "{stalled}");
    assert!(stalled.contains("\"code\":\"request_timeout\""));
    let mut socket = listening.connect().await;
    socket.write_all(format!("{head}content-length: 100000\r\n\r\n").as_bytes()).await.unwrap();
    let (mut read, mut write) = socket.split();
    let drip = async {
        while write.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let answer = async {
        let mut answer = Vec::new();
        // The client still writes when the server closes: a reset after the answer is an end, too.
        while read.read_buf(&mut answer).await.is_ok_and(|len| len > 0) {}
        String::from_utf8(answer).unwrap()
    };
    let ((), answer) = tokio::join!(drip, answer);
    assert_eq!(status(&answer), "408", "{answer}");
}

#[tokio::test]
async fn large_bodies_and_heads_are_refused_with_an_answer() {
    let server = ServerConfig { max_body_bytes: 10_000, ..impatient() };
    let listening = listen(Setup { server, ..Setup::default() }).await;
    let body = chat_body(json!({"user": "x".repeat(2_000_000)})).to_string();
    let answer = listening.exchange(post(&body, true).as_bytes()).await;
    assert_eq!(status(&answer), "413", "{answer}");
    let expect = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        content-length: 99999999999\r\nexpect: 100-continue\r\n\r\n";
    assert_eq!(status(&listening.exchange(expect.as_bytes()).await), "413");
    let head = format!("GET /ping HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(200_000));
    let mut socket = listening.connect().await;
    let _ = socket.write_all(head.as_bytes()).await;
    let answer = read_all(&mut socket).await;
    assert!(answer.is_empty() || status(&answer) == "431", "{answer}");
    assert_eq!(status(&listening.exchange(b"NOT HTTP\r\n\r\n").await), "400");
}

#[tokio::test]
async fn a_closed_connection_cancels() {
    let mut setup = Setup::default();
    setup.fake.step_latency = Duration::from_millis(3);
    let listening = listen(setup).await;
    let handle = listening.server.engine.handle();
    for stream in [true, false] {
        let before = handle.stats().aborted;
        let body = chat_body(json!({"stream": stream, "max_tokens": 450, "ignore_eos": true})).to_string();
        let mut socket = listening.connect().await;
        socket.write_all(post(&body, false).as_bytes()).await.unwrap();
        until("it runs", || handle.stats().running == 1).await;
        drop(socket);
        until("it is aborted", || handle.stats().aborted > before).await;
        listening.server.until_idle().await;
    }
    assert!(handle.stats().generation_tokens < 800);
}

#[tokio::test]
async fn shutdown_drains_then_ends_what_is_left() {
    let mut setup = Setup { server: impatient(), ..Setup::default() };
    setup.fake.step_latency = Duration::from_millis(20);
    let mut listening = listen(setup).await;
    let start_stream = async |max_tokens: u32| {
        let body = chat_body(json!({"stream": true, "max_tokens": max_tokens, "ignore_eos": true})).to_string();
        let mut socket = listening.connect().await;
        socket.write_all(post(&body, true).as_bytes()).await.unwrap();
        let mut first = [0; 1];
        socket.read_exact(&mut first).await.unwrap();
        socket
    };
    let mut short = start_stream(20).await;
    let mut long = start_stream(480).await;
    let idle = listening.connect().await;
    listening.stop();
    until("it drains", || listening.server.app.is_draining()).await;
    let probe = listening.exchange(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(status(&probe), "503", "{probe}");
    let refused = listening.exchange(post(&chat_body(json!({})).to_string(), true).as_bytes()).await;
    assert_eq!(status(&refused), "503", "{refused}");
    let (short, long) = tokio::join!(read_all(&mut short), read_all(&mut long));
    assert!(short.contains("data: [DONE]"), "{short}");
    assert!(!long.contains("[DONE]") && long.contains("server_draining"), "{long}");
    tokio::time::timeout(Duration::from_secs(10), &mut listening.task).await.unwrap().unwrap().unwrap();
    drop(idle);
    listening.server.until_idle().await;
}

/// At the cap, connections that say nothing give way to one that asks; those that are answered do not.
#[tokio::test]
async fn silent_connections_give_way() {
    let mut setup =
        Setup { server: ServerConfig { max_connections: 8, ..ServerConfig::default() }, ..Setup::default() };
    setup.fake.step_latency = Duration::from_millis(20);
    let listening = listen(setup).await;
    let body = chat_body(json!({"stream": true, "max_tokens": 150, "ignore_eos": true})).to_string();
    let mut running = listening.connect().await;
    running.write_all(post(&body, true).as_bytes()).await.unwrap();
    let mut silent = Vec::new();
    for _ in 0..30 {
        silent.push(listening.connect().await);
    }
    let started = Instant::now();
    let probe = listening.exchange(b"GET /ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(status(&probe), "200", "{probe}");
    // A head may take 15 seconds; here four rounds of silent ones come first.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert!(read_all(&mut running).await.contains("[DONE]"));
}

/// A body that would be refused when it is whole holds nothing up.
#[tokio::test]
async fn shutdown_does_not_wait_for_half_a_body() {
    let mut listening = listen(Setup::default()).await;
    let mut socket = listening.connect().await;
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    socket.write_all(format!("{head}content-length: 100\r\n\r\n{{").as_bytes()).await.unwrap();
    until("it has come", || listening.server.app.in_flight() == 1).await;
    let started = Instant::now();
    listening.stop();
    let answer = read_all(&mut socket).await;
    assert_eq!(status(&answer), "503", "{answer}");
    tokio::time::timeout(Duration::from_secs(10), &mut listening.task).await.unwrap().unwrap().unwrap();
    assert!(started.elapsed() < Duration::from_secs(8), "half of what a body may pause, and less than the drain");
}

/// The first bytes of an answer, which must come soon although the client sends nothing more.
async fn answer_at_once(listening: &Listening, head: &str) -> String {
    let mut socket = listening.connect().await;
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let whole = async {
        // Heads, and a body of an error.
        while !answer.ends_with(b"}}") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "closed without an answer");
        }
    };
    tokio::time::timeout(Duration::from_secs(1), whole).await.expect("an answer before the body");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn what_the_head_refuses_is_answered_before_the_body() {
    let listening = listen(Setup::default()).await;
    let head = |kind: &str, length: u64| {
        format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    let large = answer_at_once(&listening, &head("application/json", 10_000_000_000)).await;
    assert_eq!(status(&large), "413", "{large}");
    let text = answer_at_once(&listening, &head("text/plain", 1000)).await;
    assert_eq!(status(&text), "415", "{text}");
    // A body that is there leaves the connection usable.
    let kept = head("text/plain", 2) + "{}" + &post(&chat_body(json!({})).to_string(), true);
    let answers = listening.exchange(kept.as_bytes()).await;
    assert!(answers.contains("HTTP/1.1 415") && answers.contains("HTTP/1.1 200"), "{answers}");
}

#[tokio::test]
async fn hosts_and_codings_are_what_the_rfc_says() {
    let listening = listen(Setup::default()).await;
    let get = |head: &str| format!("GET /ping HTTP/1.1\r\n{head}connection: close\r\n\r\n");
    for head in ["", "host: a\r\nhost: b\r\n", "host: a\r\nhost: a\r\n", "host: a b\r\n", "host: http://a\r\n"] {
        let answer = listening.exchange(get(head).as_bytes()).await;
        assert_eq!(status(&answer), "400", "{head:?}: {answer}");
        assert!(answer.contains("\"code\":\"invalid_host\"") && answer.contains("x-request-id"), "{answer}");
    }
    for head in ["host: localhost:8000\r\n", "Host: [::1]:8000\r\n", "host:\r\n"] {
        assert_eq!(status(&listening.exchange(get(head).as_bytes()).await), "200", "{head:?}");
    }
    assert_eq!(status(&listening.exchange(b"GET /ping HTTP/1.0\r\n\r\n").await), "200");
    let chunked = |coding: &str| {
        format!(
            "POST /tokenize HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n\
            transfer-encoding: {coding}\r\n\r\nf\r\n{{\"prompt\":\"ab\"}}\r\n0\r\n\r\n"
        )
    };
    assert_eq!(status(&listening.exchange(chunked("Chunked").as_bytes()).await), "200");
    for coding in ["gzip, chunked", "chunked, chunked", "identity, chunked"] {
        let answer = listening.exchange(chunked(coding).as_bytes()).await;
        assert_eq!(status(&answer), "400", "{coding}: {answer}");
        assert!(answer.contains("\"code\":\"unsupported_transfer_encoding\""), "{coding}: {answer}");
    }
    // The HTTP library refuses these by itself.
    assert_eq!(status(&listening.exchange(chunked("gzip").as_bytes()).await), "400");
}
