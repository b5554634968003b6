//! Custom tools: what a model writes to one is text, not arguments. To models they are functions with one argument, that text; clients
//! see the text by itself.

use std::collections::HashMap;

use sconce_openai::FunctionDefinition;
use sconce_text::Unescape;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::intake::one_of;

/// The argument, as models see it.
const INPUT: &str = "input";

/// Syntaxes of grammars.
const SYNTAXES: &[&str] = &["lark", "regex"];

/// What the input of a custom tool must look like. A model is told it; it is held to a regular expression, but not to Lark, which cannot be
/// inside the string of a JSON text.
pub(crate) struct CustomGrammar<'a> {
    syntax: &'a str,
    text: &'a str,
    /// A keyword for the schema of the argument.
    held: Option<(&'static str, Value)>,
}

impl<'a> CustomGrammar<'a> {
    /// `path` is where both stand.
    pub(crate) fn new(path: &str, syntax: &'a str, text: &'a str) -> Result<Self, ApiError> {
        one_of(&format!("{path}.syntax"), Some(syntax), SYNTAXES)?;
        let held = match syntax {
            "regex" => Some(sconce_text::whole_text_pattern(text).map_err(|why| malformed(path, &why))?),
            _ => None,
        };
        Ok(Self { syntax, text, held })
    }
}

fn malformed(path: &str, why: &str) -> ApiError {
    let param = format!("{path}.definition");
    let message = format!("Invalid value for '{param}': {why}.");
    ApiError::invalid(param, message).code("invalid_value")
}

/// A custom tool as a function.
pub(crate) fn definition(
    name: String,
    description: Option<&str>,
    grammar: Option<CustomGrammar<'_>>,
) -> FunctionDefinition {
    let note =
        grammar.as_ref().map(|grammar| format!("The input follows this {} grammar:\n{}", grammar.syntax, grammar.text));
    let mut text = json!({"type": "string"});
    if let Some((keyword, value)) = grammar.and_then(|grammar| grammar.held) {
        text[keyword] = value;
    }
    let schema =
        json!({"type": "object", "properties": {INPUT: text}, "required": [INPUT], "additionalProperties": false});
    let parts: Vec<String> = description.map(str::to_owned).into_iter().chain(note).collect();
    let description = (!parts.is_empty()).then(|| parts.join("\n\n"));
    FunctionDefinition { name, description, parameters: Some(schema), strict: None }
}

/// Is it clear what each name means? A call says no more than a name, and whether the tool is a custom one decides how it is shown. `path` is where
/// the name at a place stands.
pub(crate) fn check_names<'a>(
    names: impl Iterator<Item = (&'a str, bool)>,
    path: impl Fn(usize) -> String,
) -> Result<(), ApiError> {
    let mut seen = HashMap::new();
    for (i, (name, custom)) in names.enumerate() {
        if seen.insert(name, custom).is_some_and(|before| custom || before) {
            let param = path(i);
            let message = format!("Invalid value for '{param}': another tool has this name.");
            return Err(ApiError::invalid(param, message).code("invalid_value"));
        }
    }
    Ok(())
}

/// Takes away from a function as templates show it what its description has said.
pub(crate) fn shorten(shown: &mut Value) {
    let text = shown.pointer_mut("/function/parameters/properties/input").and_then(Value::as_object_mut);
    if let Some(text) = text {
        text.retain(|keyword, _| keyword == "type");
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

/// Reads the input out of arguments as they come. Not as strict as JSON: models write line breaks as they are.
#[derive(Clone, Debug)]
pub(crate) enum InputReader {
    /// Before the text; what has come.
    Before(String),
    /// In the text.
    Inside(Unescape),
    /// Behind it.
    After,
    /// These are other arguments; all of them.
    Other(String),
}

impl Default for InputReader {
    fn default() -> Self {
        Self::Before(String::new())
    }
}

impl InputReader {
    /// Takes more of the arguments; what they add to the input.
    pub(crate) fn push(&mut self, arguments: &str) -> String {
        match self {
            Self::Before(come) => {
                come.push_str(arguments);
                let come = std::mem::take(come);
                match beginning(&come) {
                    Beginning::Text(at) => {
                        *self = Self::Inside(Unescape::default());
                        return self.push(&come[at..]);
                    }
                    Beginning::MayCome => *self = Self::Before(come),
                    Beginning::Other => *self = Self::Other(come),
                }
            }
            Self::Inside(reader) => {
                let mut text = String::new();
                if arguments.chars().any(|c| reader.step(c, &mut |c| text.push(c))) {
                    *self = Self::After;
                }
                return text;
            }
            Self::After => {}
            Self::Other(all) => all.push_str(arguments),
        }
        String::new()
    }

    /// What is left when no more arguments come: arguments without an input are the input themselves.
    pub(crate) fn finish(self) -> String {
        let Self::Other(all) = self else { return String::new() };
        let arguments = serde_json::from_str::<Value>(&all).ok();
        let input = arguments.and_then(|arguments| arguments[INPUT].as_str().map(str::to_owned));
        input.unwrap_or(all)
    }
}

/// What arguments begin with.
enum Beginning {
    /// The text, which begins at this byte.
    Text(usize),
    /// More is needed to tell.
    MayCome,
    Other,
}

fn beginning(arguments: &str) -> Beginning {
    let mut rest = arguments;
    for wanted in ["{", "\"input\"", ":", "\""] {
        rest = rest.trim_start();
        match rest.strip_prefix(wanted) {
            Some(behind) => rest = behind,
            None if wanted.starts_with(rest) => return Beginning::MayCome,
            None => return Beginning::Other,
        }
    }
    Beginning::Text(arguments.len() - rest.len())
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
            ("{\"input\": \"\\ud83d\\u\"}", "\u{fffd}\u{fffd}"),
            ("{\"input\": \"\\ud83dx\"}", "\u{fffd}x"),
            ("{\"input\": \"\\ud83d\\u0041\"}", "\u{fffd}A"),
            ("{\"input\": \"\\d \\u12x4 \\u00é-\"}", "\\d \u{fffd}x4 \u{fffd}é-"),
            ("{\"input\": \"C:\\u\"}", "C:\u{fffd}"),
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
