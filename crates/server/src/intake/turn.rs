//! One turn of a conversation, whatever endpoint asks for it: messages, tools, the answer's form, reasoning and sampling
//! become a [`Job`]. An endpoint reads its own fields into a `Turn` and names them for errors. Next: `restrict.rs`, `job.rs`.

use std::sync::Arc;

use sconce_openai::Message;
use sconce_text::{OutputOptions, ReasoningParsing, ToolFormat, ToolParsing};

use super::context::{self, Wish};
use super::format::Form;
use super::job::{Job, PromptTokens};
use super::render::{self, RenderOptions};
use super::restrict;
use super::sampling::Plan;
use super::tools::ToolUse;
use crate::error::ApiError;
use crate::models::Model;
use crate::reading::ReadPlan;

/// What every endpoint with a conversation asks for.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) messages: Vec<Message>,
    pub(crate) render: RenderOptions,
    pub(crate) tools: Option<ToolUse>,
    pub(crate) form: Option<Form>,
    pub(crate) reasoning: ReasoningUse,
    pub(crate) plan: Plan,
    /// The answer may be shorter than wished where the context ends.
    pub(crate) at_most: bool,
    /// The endpoint's name of the conversation (`messages`, `input`), for errors.
    pub(crate) param: &'static str,
    /// What the answer's id begins with.
    pub(crate) id_prefix: &'static str,
}

/// What a request says of reasoning; the effort is a variable of the template.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReasoningUse {
    /// Leave it out of the answer.
    pub(crate) hidden: bool,
    /// After so many tokens its end is forced.
    pub(crate) budget: Option<u32>,
}

impl Turn {
    /// Renders, tokenizes and compiles. Slow: for the workers.
    pub(crate) fn prepare(mut self, model: Arc<Model>) -> Result<Job, ApiError> {
        let format = self.tool_format(&model);
        let (rendered, mut ids) = self.prompt(&model)?;
        self.plan.truncate(&mut ids, &model);
        let default = model.served.defaults.max_tokens;
        let wish = Wish { tokens: self.plan.max_tokens, at_most: self.at_most };
        let max_new_tokens = context::fit(self.param, ids.len(), wish, default, &model)?;
        context::check_min(self.plan.params.min_tokens, max_new_tokens)?;
        let reasoning = model.served.text.reasoning_format();
        let reasoning = reasoning.map(|format| ReasoningParsing { format, opened: format.is_open(&rendered) });
        if let Some(constraint) = restrict::plan(&model, &self, format, reasoning.as_ref(), &rendered)? {
            self.plan.hold_to(constraint, &model)?;
        }
        let tools = self.tools.as_ref().zip(format).map(|(tools, format)| ToolParsing {
            format,
            functions: Arc::clone(&tools.callable),
            required: tools.required,
        });
        self.plan.reading = ReadPlan {
            options: OutputOptions { reasoning, tools },
            hide_reasoning: self.reasoning.hidden,
            one_call: self.tools.as_ref().is_some_and(|tools| tools.one_call),
        };
        let may_call = self.tools.is_some();
        let calls = self.tools.map(|tools| tools.forms).unwrap_or_default();
        let prompt = PromptTokens { ids: ids.into(), max_new_tokens, echo: None };
        let mut job = Job::new(self.id_prefix, model, self.plan, vec![prompt]);
        (job.may_call, job.calls) = (may_call, calls);
        Ok(job)
    }

    /// The prompt, as text and as ids.
    pub(super) fn prompt(&self, model: &Model) -> Result<(String, Vec<u32>), ApiError> {
        let rendered = render::conversation(model, self)?;
        let ids = render::encode(model, &rendered, &self.render, self.param)?;
        Ok((rendered.text, ids))
    }

    /// How this model writes calls; plain JSON if its template knows none.
    fn tool_format(&self, model: &Model) -> Option<&'static dyn ToolFormat> {
        self.tools.as_ref()?;
        let own = model.served.text.tool_format();
        own.or_else(|| sconce_text::TOOL_FORMATS.iter().copied().find(|format| format.name() == GENERIC))
    }
}

/// The format for templates that know no tools.
const GENERIC: &str = "json";
