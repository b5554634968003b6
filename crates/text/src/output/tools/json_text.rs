//! JSON text read character by character: where a value ends, and what a string says; and a value as Python writes it.
//!
//! Values are not checked further than needed to find their end; what the model wrote is passed on as it is.
//! Read next: `json_call.rs`.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// What a character was to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// Part of it.
    Inside,
    /// Its last character.
    Last,
    /// Not part of it any more: the value, a number or a word, ended before.
    Past,
    /// No JSON.
    Bad,
}

/// Finds the end of one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueScan {
    /// Open braces and brackets.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Inside a number or a word.
    in_word: bool,
}

impl ValueScan {
    /// Takes the next character; the first one is the value's own, no blank.
    pub(crate) fn step(&mut self, c: char) -> Scan {
        if self.in_string {
            return self.string(c);
        }
        match c {
            _ if self.in_word && self.depth == 0 && !is_word(c) => {
                return if is_end(c) { Scan::Past } else { Scan::Bad };
            }
            '"' => self.in_string = true,
            '{' | '[' => self.depth += 1,
            '}' | ']' if self.depth > 0 => {
                self.depth -= 1;
                if self.depth == 0 {
                    return Scan::Last;
                }
            }
            _ if self.depth > 0 => {}
            _ if is_word(c) => self.in_word = true,
            _ => return Scan::Bad,
        }
        Scan::Inside
    }

    fn string(&mut self, c: char) -> Scan {
        match c {
            _ if self.escaped => self.escaped = false,
            '\\' => self.escaped = true,
            '"' => {
                self.in_string = false;
                if self.depth == 0 {
                    return Scan::Last;
                }
            }
            _ => {}
        }
        Scan::Inside
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

fn is_end(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, ',' | '}' | ']')
}

/// Reads what a JSON string says, after its opening quote.
#[derive(Clone, Debug, Default)]
pub struct Unescape {
    state: Escape,
    /// The first half of a pair of `\u` escapes.
    high: Option<u16>,
}

#[derive(Clone, Debug, Default)]
enum Escape {
    #[default]
    None,
    Begun,
    Unicode {
        digits: u32,
        value: u16,
    },
}

impl Unescape {
    /// Takes the next character; `text` gets what it says. True when it is the closing quote. Half a pair becomes U+FFFD,
    /// an unknown escape stands for itself.
    pub fn step(&mut self, c: char, text: &mut impl FnMut(char)) -> bool {
        match self.state {
            Escape::None if c == '\\' => self.state = Escape::Begun,
            Escape::None => {
                self.lone(text);
                if c == '"' {
                    return true;
                }
                text(c);
            }
            Escape::Begun if c == 'u' => self.state = Escape::Unicode { digits: 0, value: 0 },
            Escape::Begun => {
                self.lone(text);
                self.state = Escape::None;
                match c {
                    'n' => text('\n'),
                    't' => text('\t'),
                    'r' => text('\r'),
                    'b' => text('\u{8}'),
                    'f' => text('\u{c}'),
                    '"' | '\\' | '/' => text(c),
                    _ => {
                        text('\\');
                        text(c);
                    }
                }
            }
            Escape::Unicode { digits, value } => match c.to_digit(16) {
                Some(digit) => self.digit(digits + 1, value << 4 | digit as u16, text),
                None => {
                    self.state = Escape::None;
                    self.lone(text);
                    text(char::REPLACEMENT_CHARACTER);
                    return self.step(c, text);
                }
            },
        }
        false
    }

    fn digit(&mut self, digits: u32, value: u16, text: &mut impl FnMut(char)) {
        self.state = Escape::Unicode { digits, value };
        if digits < 4 {
            return;
        }
        self.state = Escape::None;
        match (self.high.take(), value) {
            (Some(high), 0xDC00..=0xDFFF) => {
                let code = 0x10000 + (u32::from(high & 0x3FF) << 10 | u32::from(value & 0x3FF));
                text(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (high, _) => {
                if high.is_some() {
                    text(char::REPLACEMENT_CHARACTER);
                }
                match value {
                    0xD800..=0xDBFF => self.high = Some(value),
                    _ => text(char::from_u32(u32::from(value)).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
        }
    }

    fn lone(&mut self, text: &mut impl FnMut(char)) {
        if self.high.take().is_some() {
            text(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// A character as it stands inside a JSON string.
pub(crate) fn escape(c: char, text: &mut impl FnMut(&str)) {
    match c {
        '"' => text("\\\""),
        '\\' => text("\\\\"),
        '\n' => text("\\n"),
        '\r' => text("\\r"),
        '\t' => text("\\t"),
        c if c < ' ' => text(&format!("\\u{:04x}", u32::from(c))),
        c => text(c.encode_utf8(&mut [0; 4])),
    }
}

/// A value as Python's `json.dumps` writes it: with blanks after separators.
pub(crate) fn spaced(value: &Value) -> String {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, Spaced);
    // Writing to memory does not fail, and a value's keys are strings.
    let _ = value.serialize(&mut serializer);
    String::from_utf8(out).unwrap_or_default()
}

struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// Text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    text.chars().for_each(|c| escape(c, &mut |text| quoted.push_str(text)));
    quoted.push('"');
    quoted
}
