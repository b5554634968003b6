//! The prompt of a completion: text, texts, token ids, or lists of token ids.

use std::fmt;

use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// `prompt` of a completions request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Prompt {
    /// One text.
    Text(String),
    /// Several texts, one completion each.
    Texts(Vec<String>),
    /// One prompt as token ids.
    Tokens(Vec<i64>),
    /// Several prompts as token ids.
    TokenLists(Vec<Vec<i64>>),
}

/// An element of a prompt list, before it is known what kind of list it is.
enum Item {
    Text(String),
    Token(i64),
    Tokens(Vec<i64>),
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a token id or a list of token ids")
    }

    fn visit_str<E>(self, text: &str) -> Result<Item, E> {
        Ok(Item::Text(text.to_owned()))
    }

    fn visit_i64<E>(self, id: i64) -> Result<Item, E> {
        Ok(Item::Token(id))
    }

    fn visit_u64<E>(self, id: u64) -> Result<Item, E> {
        // Out of every vocabulary; the intake says so.
        Ok(Item::Token(i64::try_from(id).unwrap_or(i64::MAX)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Item, A::Error> {
        let mut ids = Vec::new();
        while let Some(id) = seq.next_element()? {
            ids.push(id);
        }
        Ok(Item::Tokens(ids))
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct PromptVisitor;

impl<'de> Visitor<'de> for PromptVisitor {
    type Value = Prompt;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a list of strings, a list of token ids or a list of lists of token ids")
    }

    fn visit_str<E>(self, text: &str) -> Result<Prompt, E> {
        Ok(Prompt::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Prompt, A::Error> {
        let mut prompt = match seq.next_element()? {
            None => return Ok(Prompt::Texts(Vec::new())),
            Some(Item::Text(text)) => Prompt::Texts(vec![text]),
            Some(Item::Token(id)) => Prompt::Tokens(vec![id]),
            Some(Item::Tokens(ids)) => Prompt::TokenLists(vec![ids]),
        };
        while let Some(item) = seq.next_element()? {
            match (&mut prompt, item) {
                (Prompt::Texts(texts), Item::Text(text)) => texts.push(text),
                (Prompt::Tokens(ids), Item::Token(id)) => ids.push(id),
                (Prompt::TokenLists(lists), Item::Tokens(ids)) => lists.push(ids),
                _ => return Err(A::Error::custom("the elements of a list of prompts must all be of one kind")),
            }
        }
        Ok(prompt)
    }
}

impl<'de> Deserialize<'de> for Prompt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PromptVisitor)
    }
}
