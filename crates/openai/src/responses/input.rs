//! `input` of a request: a text, or the items of a conversation. Which fields belong to which kind of item is checked by
//! the intake.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::content::Content;

/// `input`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ResponseInput {
    /// One message of the user.
    Text(String),
    /// Messages, calls, results of calls, reasoning, references.
    Items(Vec<InputItem>),
}

/// One item. Also an output item of an earlier response, sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InputItem {
    /// `message` (also when it is left out), `function_call`, `custom_tool_call`, their outputs, `reasoning` or `item_reference`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Chosen by the server unless given; of an `item_reference` the item that is meant.
    pub id: Option<String>,
    /// Of a message.
    pub role: Option<String>,
    /// Of an item that a model wrote: `completed`, or else that it is not whole.
    pub status: Option<String>,
    /// Of a message or of reasoning: text or parts.
    pub content: Option<Content>,
    /// Of a call and its result: what connects them.
    pub call_id: Option<String>,
    /// Of a call: the function.
    pub name: Option<String>,
    /// Of a call: where the function is.
    pub namespace: Option<String>,
    /// Of a call: JSON text.
    pub arguments: Option<String>,
    /// Of a call of a custom tool: text.
    pub input: Option<String>,
    /// Of a result: text or parts.
    pub output: Option<Content>,
    /// Of reasoning.
    pub summary: Option<Content>,
    /// Of reasoning: as an earlier answer had it.
    pub encrypted_content: Option<String>,
}

// Not `untagged`: an error inside an item must keep its path.
impl<'de> Deserialize<'de> for ResponseInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ResponseInput;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of items")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ResponseInput::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(ResponseInput::Items(items))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
