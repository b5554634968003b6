//! The bounds of one render: work, memory, output, stack.
//!
//! minijinja charges fuel for every instruction and every byte it makes, so fuel bounds time and memory together. It does
//! not bound how deep lists nest in each other, and dropping or printing a list recurses: hence the large stack, deep
//! enough for the deepest nesting the fuel can pay for. Read next: `mod.rs`.

use std::io::{self, Write};
use std::thread;

use minijinja::{Error, ErrorKind, Template, Value};
use serde_json::Value as Json;

use crate::TextError;

/// Work any conversation may cost: about 20 ms, or 16 MB.
const BASE_FUEL: u64 = 250_000;
/// Further fuel for each JSON value of the input (instructions), and for each 64 bytes of it (copies).
const FUEL_PER_VALUE: u64 = 50;
const FUEL_PER_64_BYTES: u64 = 16;
/// No conversation may cost more: some 500 MB, or half a second.
const MAX_FUEL: u64 = 8_000_000;
/// The output may be this long, plus `OUTPUT_PER_INPUT_BYTE` times the conversation.
const BASE_OUTPUT: usize = 1 << 20;
const OUTPUT_PER_INPUT_BYTE: usize = 8;
/// Address space, not memory: only touched pages count. One level of nesting costs some instructions to make, and less
/// than `STACK_PER_FUEL` times as many bytes of stack to drop.
const BASE_STACK: usize = 16 << 20;
const STACK_PER_FUEL: usize = 128;
/// Nested macro calls, includes and loops.
pub(super) const RECURSION: usize = 200;

/// How large a render's input is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InputSize {
    pub bytes: usize,
    values: usize,
}

impl InputSize {
    /// Roughly the size of the JSON; `extra` is the length of a template to parse.
    pub(super) fn of(context: &serde_json::Map<String, Json>, extra: usize) -> Self {
        let mut size = Self { bytes: extra, values: extra / 64 };
        context.values().for_each(|value| size.add(value));
        size
    }

    fn add(&mut self, value: &Json) {
        self.values += 1;
        match value {
            Json::String(text) => self.bytes += text.len() + 2,
            Json::Array(items) => items.iter().for_each(|item| self.add(item)),
            Json::Object(map) => map.iter().for_each(|(key, item)| {
                self.bytes += key.len() + 4;
                self.add(item);
            }),
            _ => self.bytes += 4,
        }
    }

    pub(super) fn fuel(self) -> u64 {
        let values = (self.values as u64).saturating_mul(FUEL_PER_VALUE);
        let bytes = (self.bytes as u64 / 64).saturating_mul(FUEL_PER_64_BYTES);
        BASE_FUEL.saturating_add(values).saturating_add(bytes).min(MAX_FUEL)
    }
}

/// Runs on a thread of its own, so that neither recursion nor a panic of the template engine reaches the caller.
pub(super) fn on_large_stack<T: Send>(fuel: u64, work: impl FnOnce() -> T + Send) -> Result<T, TextError> {
    let failed =
        || TextError::Template { line: None, message: "the template engine failed on this template".to_owned() };
    thread::scope(|scope| {
        let stack = BASE_STACK + usize::try_from(fuel).unwrap_or(0) * STACK_PER_FUEL;
        let thread = thread::Builder::new().name("template".to_owned()).stack_size(stack);
        let handle = thread
            .spawn_scoped(scope, work)
            .map_err(|error| TextError::Busy(format!("no thread to render the template on: {error}")))?;
        handle.join().map_err(|_| failed())
    })
}

/// Renders into a buffer that refuses to grow past its limit.
pub(super) fn render(template: &Template<'_, '_>, context: Value, size: InputSize) -> Result<String, Error> {
    let room = BASE_OUTPUT.saturating_add(size.bytes.saturating_mul(OUTPUT_PER_INPUT_BYTE));
    let mut output = Bounded { bytes: Vec::new(), room };
    match template.render_captured_to(context, &mut output) {
        Ok(_) => {}
        Err(_) if output.room == 0 => {
            let message = "the rendered conversation is out of proportion to the messages";
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        Err(error) => return Err(error),
    }
    String::from_utf8(output.bytes).map_err(|_| Error::new(ErrorKind::InvalidOperation, "the output is not UTF-8"))
}

struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.room {
            self.room = 0;
            return Err(io::Error::other("output limit"));
        }
        self.room -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
