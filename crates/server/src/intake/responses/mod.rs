//! A request of the Responses API, checked: the conversation it continues, and a `Turn` like that of any other endpoint.
//! Next: `history.rs` (what came before), `items.rs` (items to messages), `shape.rs` (what the answer repeats), `conversations.rs` (those that are stored by themselves).

mod called;
mod conversations;
mod history;
mod items;
mod options;
mod shape;
mod truncation;

pub(crate) use called::{Called, called};
pub(crate) use conversations::{items as conversation_items, new as new_conversation};
pub(crate) use options::{INCLUDABLE, ReasoningView};

use std::sync::Arc;

use sconce_openai::{InputTokenCount, Response, ResponseRequest, SamplingFields};
use sconce_store::Store;
use serde_json::Value;

use super::fields;
use super::job::Job;
use super::refused;
use super::sampling::{self, Extra, Plan};
use super::shapes;
use super::turn::Turn;
use crate::app::App;
use crate::error::ApiError;
use crate::models::Model;
use crate::{json, storage};

/// A request that is ready to run.
#[derive(Debug)]
pub(crate) struct ResponseJob {
    pub(crate) job: Job,
    /// Without output; queued if it runs in the background.
    pub(crate) response: Response,
    /// Its own input items, with ids.
    pub(crate) input: Vec<Value>,
    pub(crate) stream: bool,
    pub(crate) view: ReasoningView,
}

/// From bytes to a job. Reads the store, so it blocks.
pub(crate) fn prepare_response(app: &App, bytes: &[u8]) -> Result<ResponseJob, ApiError> {
    let Read { model, turn, mut response, input, view } = read(app, bytes)?;
    let stream = turn.plan.stream.is_some();
    let job = turn.prepare(model)?;
    response.created_at = job.created;
    Ok(ResponseJob { job, response, input, stream, view })
}

/// The tokens of the prompt that the same request would have.
pub(crate) fn count_response(app: &App, bytes: &[u8]) -> Result<InputTokenCount, ApiError> {
    let Read { model, turn, .. } = read(app, bytes)?;
    let (_, ids) = turn.prompt(&model)?;
    Ok(InputTokenCount { object: "response.input_tokens".to_owned(), input_tokens: ids.len() as u64 })
}

/// A request that is read, and not yet rendered.
struct Read {
    model: Arc<Model>,
    turn: Turn,
    response: Response,
    input: Vec<Value>,
    view: ReasoningView,
}

fn read(app: &App, bytes: &[u8]) -> Result<Read, ApiError> {
    let object = json::parse_object(bytes)?;
    let model = fields::model(app, &object, false)?;
    refused::responses(&object)?;
    shapes::check_items(&object, "input")?;
    let request: ResponseRequest = fields::read(&object)?;
    let sampling: SamplingFields = fields::read(&object)?;
    fields::log_unknown(&object, &[fields::names::<ResponseRequest>(), fields::names::<SamplingFields>()]);
    options::words(&request)?;
    let keep = options::keep(&request, app.store().is_some())?;
    let plan = plan(app, &request, sampling, &model)?;
    if let Some(chosen) = plan.request_id.as_ref().filter(|_| keep) {
        storage::check_free(app, &format!("resp_{chosen}"), Store::response)?;
    }
    let unique = plan.request_id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let history = history::read(&request, &object, app.store(), &unique)?;
    let response = Response { id: format!("resp_{unique}"), ..shape::response(&request, &model, &plan, keep)? };
    let mut turn = Turn {
        render: options::render(&request, history.conversation.is_unfinished()),
        messages: history.conversation.finish(request.instructions.as_deref()),
        tools: options::tools(&request)?,
        form: options::form(&request)?,
        reasoning: options::reasoning(&request)?,
        plan: Plan { request_id: Some(unique), ..plan },
        at_most: false,
        param: "input",
        id_prefix: "resp",
    };
    if options::truncates(&request)? {
        truncation::to_fit(&mut turn, &model)?;
    }
    Ok(Read { model, turn, response, input: history.input, view: options::view(&request) })
}

fn plan(app: &App, request: &ResponseRequest, sampling: SamplingFields, model: &Model) -> Result<Plan, ApiError> {
    let extra = Extra { max_completion_tokens: None, logprobs: options::logprobs(request)?, may_be_empty: false };
    let plan = sampling::plan(sampling, extra, model, app.config().max_choices)?;
    Ok(Plan { max_tokens: options::max_output_tokens(request)?, ..plan })
}
