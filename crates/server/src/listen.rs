//! The socket: accepts connections up to the cap, serves HTTP/1.1 on each, and shuts down in order: drain (readiness 503,
//! running requests go on), then end what is left with an error event, then close. At the cap, connections that say nothing
//! give way to those that wait.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tower::ServiceExt;

use crate::app::App;
use crate::config::{ServerConfig, seconds};
use crate::timed_io::{BusyGuard, Patience, Phase, TimedIo};
use crate::wire::OverTheWire;

/// Largest head of a request; a larger one is answered with 431.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// How long requests that were told to end may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How often a drain looks whether it is done.
const DRAIN_POLL: Duration = Duration::from_millis(20);
/// Pause after a failed accept (no file descriptors left, usually).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Those failures: too many files of this process, or of all.
const OUT_OF_FILES: [i32; 2] = [24, 23];
/// How long a connection waits for room before silent ones are asked to leave, and again.
const CROWDED_AFTER: Duration = Duration::from_millis(100);
/// So many of them leave each time.
const LEAVE_AT_ONCE: usize = 64;
/// Silence of a connection that gives way: one that has never said anything, and another one.
const SILENT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// Accepts until `shutdown` resolves, then drains (readiness 503, no new requests, running ones finish up to
/// `drain_timeout_s`), then returns.
///
/// # Errors
/// None at present; a failing listener is retried.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()> + Send) -> io::Result<()> {
    let mut server = Server::new(&app);
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = server.door.accept(&listener) => server.serve(accepted),
            Some(_) = server.connections.join_next() => {}
        }
    }
    app.begin_drain();
    tracing::info!(in_flight = app.in_flight(), "draining");
    let deadline = Instant::now() + seconds(app.config().drain_timeout_s);
    loop {
        // New connections are still served, so that probes read a 503 and not a refused connection.
        tokio::select! {
            () = drained(&app, deadline) => break,
            accepted = server.door.accept(&listener) => server.serve(accepted),
            Some(_) = server.connections.join_next() => {}
        }
    }
    drop(listener);
    app.end_requests();
    drained(&app, Instant::now() + LAST_WORDS).await;
    server.close(deadline.max(Instant::now() + LAST_WORDS)).await;
    Ok(())
}

struct Server {
    router: Router,
    door: Door,
    patience: Patience,
    connections: JoinSet<()>,
    graceful: GracefulShutdown,
}

/// What lets connections in.
struct Door {
    /// Those that there may be.
    permits: Arc<Semaphore>,
    /// Accepted, and waiting for room.
    waiting: Option<TcpStream>,
    /// Asks silent connections to leave; as many as say so may.
    crowded: watch::Sender<()>,
    may_leave: Arc<AtomicUsize>,
}

impl Door {
    fn new(max_connections: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(max_connections.clamp(1, Semaphore::MAX_PERMITS))),
            waiting: None,
            crowded: watch::Sender::new(()),
            may_leave: Arc::default(),
        }
    }

    /// The next connection, when there is room for it. May be dropped at any time: one that waits goes on waiting.
    async fn accept(&mut self, listener: &TcpListener) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        if self.waiting.is_none() {
            match listener.accept().await {
                Ok((socket, _)) => self.waiting = Some(socket),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    if OUT_OF_FILES.iter().any(|code| error.raw_os_error() == Some(*code)) {
                        self.ask_to_leave();
                    }
                    sleep(ACCEPT_PAUSE).await;
                    return None;
                }
            }
        }
        match timeout(CROWDED_AFTER, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(permit) => Some((self.waiting.take()?, permit.expect("a closed connection semaphore is a bug"))),
            Err(_) => {
                self.ask_to_leave();
                None
            }
        }
    }

    /// A few at a time, so that those of clients that come back are not all closed for one that waits.
    fn ask_to_leave(&self) {
        self.may_leave.store(LEAVE_AT_ONCE, Ordering::Relaxed);
        self.crowded.send_replace(());
    }

    /// Resolves when the connection of this phase shall leave.
    fn leave(&self, phase: Phase) -> impl Future<Output = ()> + Send + use<> {
        let (mut crowded, may_leave) = (self.crowded.subscribe(), Arc::clone(&self.may_leave));
        async move {
            while crowded.changed().await.is_ok() {
                let one = |left: usize| left.checked_sub(1);
                if phase.is_silent(SILENT.0, SILENT.1)
                    && may_leave.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one).is_ok()
                {
                    return;
                }
            }
            // The server is closing.
            std::future::pending().await
        }
    }
}

impl Server {
    fn new(app: &App) -> Self {
        let ServerConfig { max_connections, header_timeout_s, idle_timeout_s, .. } = *app.config();
        let idle = seconds(idle_timeout_s);
        Self {
            router: app.router(),
            door: Door::new(max_connections),
            patience: Patience { head: seconds(header_timeout_s), idle, write: idle },
            connections: JoinSet::new(),
            graceful: GracefulShutdown::new(),
        }
    }

    fn serve(&mut self, accepted: Option<(TcpStream, OwnedSemaphorePermit)>) {
        let Some((socket, permit)) = accepted else { return };
        // Tokens are small writes that must not wait for each other.
        let _ = socket.set_nodelay(true);
        let phase = Phase::new();
        let leave = self.door.leave(phase.clone());
        let io = TokioIo::new(TimedIo::new(socket, phase.clone(), self.patience));
        let router = self.router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            let guard = phase.busy();
            request.extensions_mut().insert(OverTheWire);
            let answer = router.clone().oneshot(request.map(Body::new));
            async move {
                let response: Response<Body> = answer.await.unwrap_or_else(|never: Infallible| match never {});
                Ok::<_, Infallible>(response.map(|body| Guarded { body, _guard: guard }))
            }
        });
        let connection =
            http1::Builder::new().header_read_timeout(None).max_buf_size(MAX_HEAD_BYTES).serve_connection(io, service);
        let connection = self.graceful.watch(connection);
        self.connections.spawn(async move {
            let _permit = permit;
            tokio::select! {
                // What has arrived meanwhile comes first.
                biased;
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                }
                () = leave => tracing::debug!("a silent connection gives way"),
            }
        });
    }

    /// What is computed may still be on its way to a client.
    async fn close(self, deadline: Instant) {
        let Self { mut connections, graceful, .. } = self;
        if timeout_at(deadline, graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = connections.len(), "closing connections that did not end");
        }
        connections.shutdown().await;
    }
}

async fn drained(app: &App, deadline: Instant) {
    while app.in_flight() > 0 && Instant::now() < deadline {
        sleep(DRAIN_POLL).await;
    }
}

/// An answer's body; its end starts the connection's idle time.
struct Guarded {
    body: Body,
    _guard: BusyGuard,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
