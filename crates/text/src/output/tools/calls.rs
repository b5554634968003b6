//! The calls of one answer as they are found.
//!
//! Invariant: arguments belong to the call begun last, and only a known function is ever begun. Read next: `reader.rs`.

use std::sync::Arc;

use super::json_text::escape;
use super::{Function, ToolParsing};
use crate::output::Delta;
use crate::output::delta::Deltas;

/// What an object without arguments means.
const NO_ARGUMENTS: &str = "{}";

/// Collects deltas and knows the request's functions.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(super) deltas: Deltas,
    functions: Arc<[Function]>,
    /// Bytes of the longest name.
    longest: usize,
    required: bool,
    /// Number of calls begun.
    count: usize,
    open: bool,
    /// The open call has arguments.
    has_arguments: bool,
    /// Something was shown or ended since the last look.
    touched: bool,
}

impl Calls {
    pub(crate) fn new(tools: &ToolParsing) -> Self {
        Self {
            deltas: Deltas::default(),
            longest: tools.functions.iter().map(|function| function.name.len()).max().unwrap_or(0),
            functions: Arc::clone(&tools.functions),
            required: tools.required,
            count: 0,
            open: false,
            has_arguments: false,
            touched: false,
        }
    }

    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// Could a name begin with this text?
    pub(crate) fn begins_a_name(&self, text: &str) -> bool {
        self.functions.iter().any(|function| function.name.starts_with(text))
    }

    /// A text of this many bytes can be no name.
    pub(crate) fn too_long(&self, bytes: usize) -> bool {
        bytes > self.longest
    }

    pub(crate) fn required(&self) -> bool {
        self.required
    }

    /// Begins a call of a known function.
    pub(crate) fn begin(&mut self, id: Option<String>, name: String) {
        debug_assert!(!self.open && self.function(&name).is_some());
        self.deltas.push(Delta::Call { index: self.count, id, name });
        self.count += 1;
        (self.open, self.has_arguments, self.touched) = (true, false, true);
    }

    /// More of the open call's arguments.
    pub(crate) fn arguments(&mut self, text: &str) {
        debug_assert!(self.open);
        if !text.is_empty() {
            self.deltas.arguments(self.count - 1, text);
            self.has_arguments = true;
        }
    }

    /// A character of a JSON string in the open call's arguments.
    pub(crate) fn escaped(&mut self, c: char) {
        escape(c, &mut |text| self.arguments(text));
    }

    /// The open call is whole; without arguments it gets an empty object.
    pub(crate) fn complete(&mut self) {
        if self.open && !self.has_arguments {
            self.arguments(NO_ARGUMENTS);
        }
        self.end();
    }

    /// The open call gets no more.
    pub(crate) fn end(&mut self) {
        self.touched |= self.open;
        self.open = false;
    }

    /// Was anything shown or ended since this was asked last?
    pub(super) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched) || self.open
    }
}
