//! Control tokens that somebody writes into a message stay text: `<|im_end|>` from a customer, or from a web page that a tool read,
//! must not end the turn and open another one.
//!
//! Tokenizers find such tokens anywhere in a prompt, and in the prompt nobody knows any more who wrote what. So before the template
//! runs, each is broken by a mark that cannot be guessed; where marks stand after it, the text is cut, and its pieces are tokenized by
//! themselves: neither half is a control token. Messages of users and of tools are treated so. The system prompt is the operator's,
//! and the assistant's own words may hold markers.

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
    pub(super) fn set(model: &Model, messages: &mut [Value]) -> Option<Self> {
        let text = &model.served.text;
        let names = text.special_token_ids().iter().map(|&id| text.token(id).text);
        let mut names: Vec<String> = names.filter(|name| name.len() >= SHORTEST).collect();
        // Of two that begin alike the longer one is meant.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let mut marks = None;
        for message in messages {
            if !matches!(message["role"].as_str(), Some("user" | "tool" | "function")) {
                continue;
            }
            let Some(Value::String(content)) = message.get_mut("content") else { continue };
            let cuts = cuts(content, &names);
            if !cuts.is_empty() {
                *content = marks.get_or_insert_with(Self::new).put(content, &cuts);
            }
        }
        marks
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

/// Behind the first character of every name in the text. One pass: a model may have hundreds of such tokens.
fn cuts(content: &str, names: &[String]) -> Vec<usize> {
    let mut first = [false; 256];
    names.iter().for_each(|name| first[usize::from(name.as_bytes()[0])] = true);
    let (bytes, mut cuts, mut at) = (content.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let found = first[usize::from(bytes[at])]
            .then(|| names.iter().find(|name| bytes[at..].starts_with(name.as_bytes())))
            .flatten();
        at += match found {
            Some(name) => {
                cuts.push(at + name.chars().next().map_or(1, char::len_utf8));
                name.len()
            }
            None => 1,
        };
    }
    cuts
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
mod tests {
    use super::*;

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
        let names = ["<|end|>x", "<|end|>", "«s»"].map(str::to_owned);
        let broken = |content: &str| Marks("M".to_owned()).put(content, &cuts(content, &names));
        assert_eq!(broken("a<|end|><|end|>x«s»b"), "a<M|end|><M|end|>x«Ms»b");
        assert_eq!(broken("<<|end|>"), "<<M|end|>");
        for plain in ["", "<|end|", "é<|en", "s»"] {
            assert_eq!(broken(plain), plain);
        }
    }
}
