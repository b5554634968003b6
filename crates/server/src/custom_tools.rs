//! Custom tools: what a model writes to one is text, not arguments. To models they are functions with one argument, that text; clients
//! see the text by itself.

use sconce_openai::FunctionDefinition;
use serde_json::{Value, json};

/// The argument, as models see it.
const INPUT: &str = "input";

/// A custom tool as a function. A grammar (its syntax and its text) is told to the model, and a regular expression is also a part of the
/// schema, to which calls are held; Lark cannot be, inside the string of a JSON text.
pub(crate) fn definition(name: String, description: Option<&str>, grammar: Option<(&str, &str)>) -> FunctionDefinition {
    let mut text = json!({"type": "string"});
    if let Some(("regex", grammar)) = grammar {
        text["pattern"] = sconce_text::whole_text_pattern(grammar).into();
    }
    let schema =
        json!({"type": "object", "properties": {INPUT: text}, "required": [INPUT], "additionalProperties": false});
    let note = grammar.map(|(syntax, grammar)| format!("The input follows this {syntax} grammar:\n{grammar}"));
    let parts: Vec<String> = description.map(str::to_owned).into_iter().chain(note).collect();
    let description = (!parts.is_empty()).then(|| parts.join("\n\n"));
    FunctionDefinition { name, description, parameters: Some(schema), strict: None }
}

/// Takes away from a function as templates show it what its description has said in fewer words.
pub(crate) fn shorten(shown: &mut Value) {
    if let Some(text) = shown["function"]["parameters"]["properties"][INPUT].as_object_mut() {
        text.remove("pattern");
    }
}

/// The arguments that a model would have written for this input.
pub(crate) fn arguments(input: &str) -> String {
    json!({INPUT: input}).to_string()
}

/// The input in whole arguments, or in those of a call that was cut.
pub(crate) fn input(arguments: &str) -> String {
    let mut reader = InputReader::default();
    let mut input = reader.push(arguments);
    input.push_str(&reader.finish());
    input
}

/// Reads the input out of arguments as they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputReader {
    /// What has come and is not yet read.
    rest: String,
    at: At,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before the text.
    #[default]
    Head,
    /// In the text.
    Text,
    /// Behind it.
    End,
    /// These are other arguments; all of them are in `rest`.
    Other,
}

impl InputReader {
    /// Takes more of the arguments; what they add to the input.
    pub(crate) fn push(&mut self, arguments: &str) -> String {
        if self.at == At::End {
            return String::new();
        }
        self.rest.push_str(arguments);
        if self.at == At::Head {
            self.at = match behind_head(&self.rest) {
                Head::Begins(at) => {
                    self.rest.drain(..at);
                    At::Text
                }
                Head::MayCome => At::Head,
                Head::Other => At::Other,
            };
        }
        if self.at != At::Text {
            return String::new();
        }
        let (text, read, ended) = unescape(&self.rest);
        self.rest.drain(..read);
        if ended {
            self.at = At::End;
        }
        text
    }

    /// What is left when no more arguments come: arguments without an input are the input themselves.
    pub(crate) fn finish(self) -> String {
        if self.at != At::Other {
            return String::new();
        }
        let arguments = serde_json::from_str::<Value>(&self.rest).ok();
        let input = arguments.and_then(|arguments| arguments[INPUT].as_str().map(str::to_owned));
        input.unwrap_or(self.rest)
    }
}

/// What the beginning of arguments is.
enum Head {
    /// The text begins at this byte.
    Begins(usize),
    /// More is needed to tell.
    MayCome,
    Other,
}

fn behind_head(arguments: &str) -> Head {
    let mut rest = arguments;
    for wanted in ["{", "\"input\"", ":", "\""] {
        rest = rest.trim_start();
        match rest.strip_prefix(wanted) {
            Some(behind) => rest = behind,
            None if wanted.starts_with(rest) => return Head::MayCome,
            None => return Head::Other,
        }
    }
    Head::Begins(arguments.len() - rest.len())
}

/// The characters of a JSON string up to its closing quote or to an escape that is not whole; how many bytes that is, with the quote,
/// and whether the quote was there. Not as strict as JSON: models write line breaks as they are.
fn unescape(json: &str) -> (String, usize, bool) {
    let (mut text, mut read) = (String::new(), 0);
    loop {
        let rest = &json[read..];
        let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
        text.push_str(&rest[..plain]);
        read += plain;
        match rest[plain..].chars().next() {
            Some('"') => return (text, read + 1, true),
            Some(_) => match escape(&rest[plain..]) {
                Some((character, bytes)) => {
                    text.push(character);
                    read += bytes;
                }
                None => return (text, read, false),
            },
            None => return (text, read, false),
        }
    }
}

/// The character of the escape at the start, and the bytes of it; `None` if it is not whole. A backslash before anything else stays.
fn escape(json: &str) -> Option<(char, usize)> {
    let character = match json[1..].chars().next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return code_point(json),
        same @ ('"' | '\\' | '/') => same,
        _ => return Some(('\\', 1)),
    };
    Some((character, 2))
}

/// As `escape`, of `\uXXXX` or a pair of them; what is no character becomes U+FFFD.
fn code_point(json: &str) -> Option<(char, usize)> {
    const ESCAPE: usize = 6;
    let unit = |at: usize| {
        let digits = json.as_bytes().get(at + 2..at + ESCAPE)?;
        let digits = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit));
        Some(digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()))
    };
    let Some(high) = unit(0)? else { return Some(('\\', 1)) };
    if !(0xd800..0xdc00).contains(&high) {
        return Some((char::from_u32(high.into()).unwrap_or(char::REPLACEMENT_CHARACTER), ESCAPE));
    }
    let second = json.get(ESCAPE..).unwrap_or_default();
    if !second.starts_with("\\u") {
        // Of a pair's second half, one byte may have come.
        return (!"\\u".starts_with(second)).then_some((char::REPLACEMENT_CHARACTER, ESCAPE));
    }
    let low = unit(ESCAPE)?.filter(|low| (0xdc00..0xe000).contains(low));
    let pair = low.and_then(|low| char::decode_utf16([high, low]).next()?.ok());
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, ESCAPE), |pair| (pair, 2 * ESCAPE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_the_text_in_the_arguments() {
        for text in ["", "a \"b\"\n\\c\t\r/", "é😀", "\u{1}"] {
            assert_eq!(input(&arguments(text)), text);
        }
        for (arguments, text) in [
            ("{\"input\": \"as far as i", "as far as i"),
            ("{\"input\": \"abc\"", "abc"),
            ("{\"input\": \"line\\", "line"),
            ("{\"input\": \"caf\\u00e", "caf"),
            ("{\"input\": \"\\ud83d\\ude0", ""),
            ("{\"input\": \"\\ud83d\\ude00\\u00e9\"}", "😀é"),
            ("{\"input\": \"\\ud83dx\"}", "\u{fffd}x"),
            ("{\"input\": \"\\ud83d\\u0041\"}", "\u{fffd}A"),
            ("{\"input\": \"\\d \\u12x4 \\u00é-\"}", "\\d \\u12x4 \\u00é-"),
            (" {\n\"input\" : \"two\nlines\"\n}", "two\nlines"),
            ("{\"inp", ""),
            ("{\"patch\": \"x\"}", "{\"patch\": \"x\"}"),
            ("{\"a\": 1, \"input\": \"x\"}", "x"),
            ("{\"input\": 1}", "{\"input\": 1}"),
            ("text", "text"),
        ] {
            assert_eq!(input(arguments), text, "{arguments}");
        }
    }

    #[test]
    fn pieces_give_the_same_input() {
        let arguments = arguments("a \"b\"\n\\c é😀") + " ";
        let escaped = "{ \"input\": \"\\ud83d\\ude00\\n\\u00e9\\ud83d-\" } ";
        for arguments in [arguments.as_str(), escaped, "{\"other\": \"é\"}"] {
            for size in 1..arguments.chars().count() {
                let chars: Vec<char> = arguments.chars().collect();
                let mut reader = InputReader::default();
                let pieces = chars.chunks(size).map(|piece| reader.push(&piece.iter().collect::<String>()));
                let read: String = pieces.collect();
                assert_eq!(read + &reader.finish(), input(arguments), "{arguments} by {size}");
            }
        }
    }
}
