//! A connection that cannot be held open for nothing: the head of a request must arrive in time, an idle connection is
//! closed after a while, and so is one whose client stopped reading. While a request is being answered there is no
//! deadline for reading: the body's pauses are watched by `body.rs`. Owned by the connection's task.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a connection may do nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// From the first byte of a head (or from connecting) to the request.
    pub(crate) head: Duration,
    /// Between an answer and the next request.
    pub(crate) idle: Duration,
    /// For a write to make progress.
    pub(crate) write: Duration,
}

/// What the connection is waiting for, and since when.
#[derive(Clone, Debug)]
pub(crate) struct Phase(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    state: State,
    since: Instant,
    /// The last write could not go on: the client has not read all of an answer.
    unread: bool,
    /// The connection's task, when it waits without a deadline: the end of an answer must wake it to get one, for hyper
    /// does not read again by itself before there is something to read.
    reader: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Connected, and nothing sent.
    New,
    /// A head has begun.
    Head,
    Busy,
    Idle,
}

impl Phase {
    /// A new connection owes us a head.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner { state: State::New, since: Instant::now(), unread: false, reader: None })))
    }

    /// A request arrived; the guard's drop is the end of its answer.
    pub(crate) fn busy(&self) -> BusyGuard {
        self.set(State::Busy);
        BusyGuard(self.clone())
    }

    /// Has it said nothing for so long since it was made, or not finished a head for so long since the last answer?
    pub(crate) fn is_silent(&self, new: Duration, later: Duration) -> bool {
        let inner = self.lock();
        match inner.state {
            _ if inner.unread => false,
            State::New => inner.since.elapsed() >= new,
            State::Head | State::Idle => inner.since.elapsed() >= later,
            State::Busy => false,
        }
    }

    /// A write went on, or could not: an answer is on its way until its last byte was taken, after its end has been made.
    fn wrote(&self, unread: bool) {
        let mut inner = self.lock();
        inner.unread = unread;
        if inner.state == State::Idle {
            inner.since = Instant::now();
        }
    }

    /// The first bytes of a head, whose time counts from there, or from connecting.
    fn heard(&self) {
        let mut inner = self.lock();
        match inner.state {
            State::New => inner.state = State::Head,
            State::Idle => (inner.state, inner.since) = (State::Head, Instant::now()),
            State::Head | State::Busy => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        let reader = {
            let mut inner = self.lock();
            (inner.state, inner.since) = (state, Instant::now());
            inner.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// What is waited for, and since when; in an answer, `cx` is woken at its end.
    fn watch(&self, cx: &Context<'_>) -> (State, Instant) {
        let mut inner = self.lock();
        if inner.state == State::Busy {
            inner.reader = Some(cx.waker().clone());
        }
        (inner.state, inner.since)
    }
}

/// See [`Phase::busy`].
#[derive(Debug)]
pub(crate) struct BusyGuard(Phase);

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.set(State::Idle);
    }
}

/// A socket with patience.
#[derive(Debug)]
pub(crate) struct TimedIo<S> {
    inner: S,
    phase: Phase,
    patience: Patience,
    read_timer: Pin<Box<Sleep>>,
    write_timer: Pin<Box<Sleep>>,
    /// The last write could not go on.
    stuck: bool,
}

impl<S> TimedIo<S> {
    pub(crate) fn new(inner: S, phase: Phase, patience: Patience) -> Self {
        let never = || Box::pin(sleep_until(Instant::now() + Duration::from_secs(86_400)));
        Self { inner, phase, patience, read_timer: never(), write_timer: never(), stuck: false }
    }

    /// Turns a write that has been pending for too long into an error.
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stuck = false;
            self.phase.wrote(false);
            return result;
        }
        if !self.stuck {
            self.stuck = true;
            self.phase.wrote(true);
            self.write_timer.as_mut().reset(Instant::now() + self.patience.write);
        }
        if self.write_timer.as_mut().poll(cx).is_ready() {
            Poll::Ready(Err(late("reading its answer")))
        } else {
            result
        }
    }
}

fn late(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("the client took too long {what}"))
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedIo<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        if result.is_ready() {
            if buf.filled().len() > before {
                this.phase.heard();
            }
            return result;
        }
        let (state, since) = this.phase.watch(cx);
        let deadline = match state {
            State::Busy => return Poll::Pending,
            State::New | State::Head => since + this.patience.head,
            State::Idle => since + this.patience.idle,
        };
        if this.read_timer.deadline() != deadline {
            this.read_timer.as_mut().reset(deadline);
        }
        if this.read_timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(late("sending a request")));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedIo<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write(cx, data);
        this.watch_write(cx, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.inner).poll_write_vectored(cx, slices);
        this.watch_write(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
