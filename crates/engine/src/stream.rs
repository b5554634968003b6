//! One request's answer as its task sees it. Lives in any task; dropping it before the end sends an abort, so that a
//! client that goes away costs at most one more step. A stream always ends: if the engine thread itself is gone, the
//! stream makes up the `Failed` that it could no longer send. Next: `events.rs`.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll, ready};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::error::TryRecvError;

use crate::events::{EngineError, OutputEvent};
use crate::ids::RequestId;
use crate::run::Message;
use crate::shared::Shared;

/// One request's events; dropping it before the end aborts the request within one step.
#[derive(Debug)]
pub struct EventStream {
    id: RequestId,
    events: UnboundedReceiver<OutputEvent>,
    inbox: Sender<Message>,
    shared: Arc<Shared>,
    ended: bool,
}

impl EventStream {
    pub(crate) fn new(
        id: RequestId,
        events: UnboundedReceiver<OutputEvent>,
        inbox: Sender<Message>,
        shared: Arc<Shared>,
    ) -> Self {
        Self { id, events, inbox, shared, ended: false }
    }

    /// The request's id.
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// The next event; `None` after `Finished` or `Failed`. Cancel safe.
    pub async fn recv(&mut self) -> Option<OutputEvent> {
        std::future::poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// The next event if there is one already.
    pub fn try_recv(&mut self) -> Option<OutputEvent> {
        if self.ended {
            return None;
        }
        match self.events.try_recv() {
            Ok(event) => self.pass(Some(event)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => self.pass(None),
        }
    }

    /// [`Self::recv`] for hand-written futures.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<OutputEvent>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let event = ready!(self.events.poll_recv(cx));
        Poll::Ready(self.pass(event))
    }

    /// Notes the end, and makes one up when the engine thread went without sending it.
    fn pass(&mut self, event: Option<OutputEvent>) -> Option<OutputEvent> {
        let event = event.unwrap_or_else(|| {
            let cause = self.shared.dead().unwrap_or("it was shut down");
            OutputEvent::Failed(EngineError::Dead(cause.to_owned()))
        });
        self.ended = matches!(event, OutputEvent::Finished { .. } | OutputEvent::Failed(_));
        Some(event)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        if !self.ended {
            // An engine that is gone has nothing to abort.
            let _ = self.inbox.send(Message::Abort(self.id));
        }
    }
}
