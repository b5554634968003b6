//! Control tokens that somebody writes into a message stay text: `<|im_end|>` from a customer, or from a web page that a tool read,
//! must not end the turn and open another one.
//!
//! Tokenizers find such tokens anywhere in a prompt, and in the prompt nobody knows any more who wrote what. So before the template
//! runs, each is broken by a mark that cannot be guessed; where marks stand after it, the text is cut, and its pieces are tokenized by
//! themselves: neither half is a control token. Messages of users and of tools are treated so, documents for the template, and the
//! arguments and ids of calls, of which the former often repeat what a user has said. The system prompt is the operator's, and the assistant's own words
//! may hold markers.

use aho_corasick::{AhoCorasick, MatchKind};
use sconce_text::TextModel;
use serde_json::Value;

use crate::models::Model;

/// Shorter names are no markers that anybody could forge, but parts of ordinary text.
const SHORTEST: usize = 3;

/// A prompt's text, and the places (in bytes, in order) at which it is cut.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: String,
    cuts: Vec<usize>,
}

/// The mark of one request.
#[derive(Debug)]
pub(super) struct Marks(String);

impl Marks {
    /// Breaks the control tokens in messages that are not to have any; `None`: there are none.
    pub(super) fn set(model: &Model, messages: &mut [Value], documents: Option<&mut Value>) -> Option<Self> {
        let names = model.control_tokens()?;
        let mut marks = None;
        for message in messages {
            if matches!(message["role"].as_str(), Some("user" | "tool" | "function"))
                && let Some(content @ Value::String(_)) = message.get_mut("content")
            {
                Self::set_in(content, names, &mut marks);
            }
            for call in message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten() {
                for place in ["/id", "/function/arguments"] {
                    if let Some(value) = call.pointer_mut(place) {
                        Self::set_in(value, names, &mut marks);
                    }
                }
            }
            if let Some(id) = message.get_mut("tool_call_id") {
                Self::set_in(id, names, &mut marks);
            }
        }
        if let Some(documents) = documents {
            Self::set_in(documents, names, &mut marks);
        }
        marks
    }

    /// In every text of a value, the names of fields included.
    fn set_in(value: &mut Value, names: &AhoCorasick, marks: &mut Option<Self>) {
        match value {
            Value::String(text) => Self::set_in_text(text, names, marks),
            Value::Array(values) => values.iter_mut().for_each(|value| Self::set_in(value, names, marks)),
            Value::Object(values) => {
                let marked = std::mem::take(values).into_iter().map(|(mut name, mut value)| {
                    Self::set_in_text(&mut name, names, marks);
                    Self::set_in(&mut value, names, marks);
                    (name, value)
                });
                *values = marked.collect();
            }
            _ => {}
        }
    }

    fn set_in_text(text: &mut String, names: &AhoCorasick, marks: &mut Option<Self>) {
        let cuts = cuts(text, names);
        if !cuts.is_empty() {
            *text = marks.get_or_insert_with(Self::new).put(text, &cuts);
        }
    }

    /// Letters and digits only, so that no template writes it otherwise.
    fn new() -> Self {
        Self(format!("x{}x", uuid::Uuid::new_v4().simple()))
    }

    fn put(&self, content: &str, cuts: &[usize]) -> String {
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([content.len()]);
        let pieces: Vec<&str> = starts.zip(ends).map(|(start, end)| &content[start..end]).collect();
        pieces.join(&self.0)
    }
}

/// What finds the control tokens of a model that somebody could write; `None` when it has none.
pub(crate) fn control_tokens(text: &TextModel) -> Option<AhoCorasick> {
    let names = text.special_token_ids().iter().map(|&id| text.token(id).text);
    finder(names.filter(|name| name.len() >= SHORTEST).collect())
}

/// Of two names that begin alike the longer one is meant. A model may have a thousand of them.
fn finder(names: Vec<String>) -> Option<AhoCorasick> {
    if names.is_empty() {
        return None;
    }
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()
}

/// Behind the first character of every name in the text.
fn cuts(content: &str, names: &AhoCorasick) -> Vec<usize> {
    let first = |at: usize| content[at..].chars().next().map_or(1, char::len_utf8);
    names.find_iter(content).map(|found| found.start() + first(found.start())).collect()
}

impl Rendered {
    /// Takes the marks out of a template's output.
    pub(super) fn new(output: String, marks: Option<&Marks>) -> Self {
        let Some(Marks(mark)) = marks else { return Self { text: output, cuts: Vec::new() } };
        let mut text = String::with_capacity(output.len());
        let mut cuts = Vec::new();
        for (index, piece) in output.split(mark.as_str()).enumerate() {
            if index > 0 {
                cuts.push(text.len());
            }
            text.push_str(piece);
        }
        Self { text, cuts }
    }

    /// The text as it is to be tokenized; the first piece is its beginning.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain([self.text.len()]);
        starts.zip(ends).map(|(start, end)| &self.text[start..end])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_a_document_is_broken() {
        let names = finder(vec!["<|end|>".to_owned()]).unwrap();
        let mut documents = json!([{"title": "a", "text": "b<|end|>c", "more": [1, "<|end|>"], "<|end|>": 2}]);
        let mut marks = Some(Marks("M".to_owned()));
        Marks::set_in(&mut documents, &names, &mut marks);
        assert_eq!(documents, json!([{"title": "a", "text": "b<M|end|>c", "more": [1, "<M|end|>"], "<M|end|>": 2}]));
        assert!(finder(Vec::new()).is_none());
    }

    #[test]
    fn marks_become_cuts() {
        let marks = Marks("M".to_owned());
        let rendered = Rendered::new("a<M|x|>b<M|y|>".to_owned(), Some(&marks));
        assert_eq!(rendered.text, "a<|x|>b<|y|>");
        assert_eq!(rendered.pieces().collect::<Vec<_>>(), ["a<", "|x|>b<", "|y|>"]);
        assert_eq!(Rendered::new("aMb".to_owned(), None).pieces().collect::<Vec<_>>(), ["aMb"]);
        assert_ne!(Marks::new().0, Marks::new().0);
    }

    #[test]
    fn names_are_cut_behind_their_first_character() {
        let names = finder(["<|end|>", "<|end|>x", "«s»"].map(str::to_owned).to_vec()).unwrap();
        let broken = |content: &str| Marks("M".to_owned()).put(content, &cuts(content, &names));
        assert_eq!(broken("a<|end|><|end|>x«s»b"), "a<M|end|><M|end|>x«Ms»b");
        assert_eq!(broken("<<|end|>"), "<<M|end|>");
        for plain in ["", "<|end|", "é<|en", "s»"] {
            assert_eq!(broken(plain), plain);
        }
    }
}
