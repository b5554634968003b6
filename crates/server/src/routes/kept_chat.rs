//! Chat completions with `store: true`: stored when they are whole, before the client is told their end. A failed one, or
//! one whose client went away, is not stored.

use axum::response::Response;
use bytes::{Bytes, BytesMut};
use sconce_openai::ChatCompletion;
use sconce_store::NewChat;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::answer::{ChatFramer, Head, Whole, chat_completion};
use crate::app::App;
use crate::error::ApiError;
use crate::generation::Generation;
use crate::intake::KeptChat;
use crate::stream::Framer;
use crate::{event_body, storage};

/// Writes that may wait for a slow client.
const QUEUED_WRITES: usize = 16;

/// Stores a whole answer.
pub(super) async fn keep(app: &App, answer: &ChatCompletion, kept: KeptChat) -> Result<(), ApiError> {
    let mut body = storage::to_value(answer);
    if let Some(body) = body.as_object_mut() {
        body.extend(kept.wishes);
    }
    let messages = kept.messages.into_iter().enumerate();
    let messages = messages.map(|(i, message)| stored_message(message, format!("{}-{i}", answer.id))).collect();
    let chat = NewChat { body, metadata: kept.metadata, messages };
    storage::run(app, move |store| store.put_chat(&chat)).await
}

/// A list of parts has a field of its own.
fn stored_message(mut message: Value, id: String) -> Value {
    message["id"] = id.into();
    message["content_parts"] = Value::Null;
    // Indexing for writing also makes what a message may lack: a refusal, and beside calls its content.
    let _ = &mut message["refusal"];
    let content = &mut message["content"];
    if content.is_array() {
        message["content_parts"] = content.take();
    }
    message
}

/// The answer as a stream, stored before its end.
pub(super) fn streamed(app: App, head: Head, generation: Generation, kept: KeptChat) -> Response {
    let (sender, receiver) = mpsc::channel(QUEUED_WRITES);
    let keep_alive = app.config().sse_keep_alive_s;
    tokio::spawn(async move {
        tokio::select! {
            // Dropping the generation ends it in the engine.
            () = sender.closed() => {}
            () = run(&app, head, generation, kept, &sender) => {}
        }
    });
    event_body::respond(receiver, keep_alive)
}

async fn run(app: &App, head: Head, mut generation: Generation, kept: KeptChat, sender: &mpsc::Sender<Bytes>) {
    let mut framer = ChatFramer::new(head.clone(), &generation);
    let mut choices = vec![Whole::default(); generation.len()];
    let mut out = BytesMut::new();
    framer.open(&generation, &mut out);
    loop {
        // A client that went away ends the whole task.
        let _ = sender.send(out.split().freeze()).await;
        match generation.next().await {
            Some(Ok((index, event))) => {
                choices[index as usize].take(event.clone());
                framer.event(index, event, &generation, &mut out);
            }
            Some(Err(error)) => {
                framer.fail(&error, &generation, &mut out);
                break;
            }
            None => {
                let answer = chat_completion(head, choices, &generation);
                match keep(app, &answer, kept).await {
                    Ok(()) => framer.close(&generation, &mut out),
                    Err(error) => framer.fail(&error, &generation, &mut out),
                }
                break;
            }
        }
    }
    let _ = sender.send(out.freeze()).await;
}
