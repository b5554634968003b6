//! One choice's text, read as reasoning, content and calls. Owned by the choice; adds to `text`'s state machine what the
//! request decides: whether reasoning is shown, how many calls there may be, and the ids of calls. Next: `choices.rs`.

use std::fmt;

use sconce_text::{Delta, OutputOptions, OutputParser, TextModel, ToolFormat};

/// How the choices of a request are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadPlan {
    /// Neither reasoning nor tools: everything is content.
    pub(crate) options: OutputOptions,
    /// Reasoning is left out of the answer.
    pub(crate) hide_reasoning: bool,
    /// Calls after the first are left out.
    pub(crate) one_call: bool,
}

impl ReadPlan {
    /// Ids of the special tokens that the reader must see.
    pub(crate) fn markers(&self, text: &TextModel) -> Vec<u32> {
        let OutputOptions { reasoning, tools } = &self.options;
        let of_tools = tools.iter().flat_map(|tools| tools.format.markers().iter().copied());
        let of_reasoning = reasoning.iter().flat_map(|reasoning| [reasoning.format.open, reasoning.format.close]);
        let ids = of_tools.chain(of_reasoning).filter_map(|marker| text.token_to_id(marker));
        ids.filter(|id| text.special_token_ids().binary_search(id).is_ok()).collect()
    }
}

/// The reader of one choice.
pub(crate) struct Reader {
    /// `None`: everything is content.
    parser: Option<OutputParser>,
    format: Option<&'static dyn ToolFormat>,
    required: bool,
    hide_reasoning: bool,
    one_call: bool,
    called: bool,
}

impl Reader {
    pub(crate) fn new(plan: &ReadPlan) -> Self {
        let ReadPlan { options, hide_reasoning, one_call } = plan;
        let format = options.tools.as_ref().map(|tools| tools.format);
        let plain = options.tools.is_none() && options.reasoning.is_none();
        Self {
            parser: (!plain).then(|| OutputParser::new(options.clone())),
            format,
            required: options.tools.as_ref().is_some_and(|tools| tools.required),
            hide_reasoning: *hide_reasoning,
            one_call: *one_call,
            called: false,
        }
    }

    /// More text.
    pub(crate) fn push(&mut self, text: String) -> Vec<Delta> {
        match &mut self.parser {
            None if text.is_empty() => Vec::new(),
            None => vec![Delta::Content(text)],
            Some(parser) => {
                let deltas = parser.push(&text);
                self.decide(deltas)
            }
        }
    }

    /// What was held back.
    pub(crate) fn finish(&mut self) -> Vec<Delta> {
        match &mut self.parser {
            None => Vec::new(),
            Some(parser) => {
                let mut deltas = parser.finish();
                // Where nothing but calls was possible, what is left is a call that was cut before its name.
                deltas.retain(|delta| !(self.required && matches!(delta, Delta::Content(_))));
                self.decide(deltas)
            }
        }
    }

    /// Is reasoning left out of the answer?
    pub(crate) fn hides_reasoning(&self) -> bool {
        self.hide_reasoning
    }

    /// Is the next text reasoning?
    pub(crate) fn in_reasoning(&self) -> bool {
        self.parser.as_ref().is_some_and(OutputParser::in_reasoning)
    }

    /// Was anything called?
    pub(crate) fn called(&self) -> bool {
        self.called
    }

    fn decide(&mut self, mut deltas: Vec<Delta>) -> Vec<Delta> {
        deltas.retain_mut(|delta| match delta {
            Delta::Content(_) => true,
            Delta::Reasoning(_) => !self.hide_reasoning,
            Delta::Arguments { index, .. } => !self.one_call || *index == 0,
            Delta::Call { index, id, .. } => {
                self.called = true;
                let shown = !self.one_call || *index == 0;
                if shown && id.is_none() {
                    *id = self.format.map(|format| format.call_id(uuid::Uuid::new_v4().as_u128()));
                }
                shown
            }
        });
        deltas
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("called", &self.called).finish_non_exhaustive()
    }
}
