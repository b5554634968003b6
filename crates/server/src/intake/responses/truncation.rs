//! `truncation: auto`: the oldest turns of a conversation are left out until the rest fits. System messages in front stay,
//! and a cut is made before a message of the user, so that no result loses its call.

use std::collections::HashSet;

use sconce_openai::Message;

use crate::error::ApiError;
use crate::intake::turn::Turn;
use crate::models::Model;

/// Shortens the conversation if it must be; one that cannot be shortened enough stays as it is and is refused later.
pub(super) fn to_fit(turn: &mut Turn, model: &Model) -> Result<(), ApiError> {
    if fits(turn, model)? {
        return Ok(());
    }
    let all = std::mem::take(&mut turn.messages);
    let head = all.iter().take_while(|message| matches!(message.role.as_str(), "system" | "developer")).count();
    let whole = keeps_calls(&all);
    let cuts: Vec<usize> = (head + 1..all.len()).filter(|&at| all[at].role == "user" && whole[at]).collect();
    let cut = |at: usize| all[..head].iter().chain(&all[at..]).cloned().collect();
    // Shorter conversations have shorter prompts, so the first cut that fits is found by halving.
    let (mut low, mut high) = (0, cuts.len());
    while low < high {
        let middle = low + (high - low) / 2;
        turn.messages = cut(cuts[middle]);
        if fits(turn, model)? { high = middle } else { low = middle + 1 }
    }
    turn.messages = match cuts.get(low) {
        Some(&at) => cut(at),
        None => all,
    };
    Ok(())
}

/// Of every message: has each result from it on its call there, too? A user may have said something between the two.
fn keeps_calls(messages: &[Message]) -> Vec<bool> {
    let mut without_call = HashSet::new();
    let mut whole = vec![true; messages.len()];
    for (whole, message) in whole.iter_mut().zip(messages).rev() {
        without_call.extend(message.tool_call_id.as_deref());
        for call in message.tool_calls.iter().flatten() {
            without_call.remove(call.id.as_str());
        }
        *whole = without_call.is_empty();
    }
    whole
}

fn fits(turn: &Turn, model: &Model) -> Result<bool, ApiError> {
    match turn.prompt(model) {
        Ok((_, ids)) => {
            let wish = turn.plan.max_tokens.map_or(1, |(_, most)| most);
            Ok((ids.len() as u64).saturating_add(wish) <= u64::from(model.max_len()))
        }
        Err(error) if error.body().error.code.as_deref() == Some("context_length_exceeded") => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cut_between_a_call_and_its_result_is_none() {
        let messages: Vec<Message> = serde_json::from_value(json!([
            {"role": "assistant", "content": null, "tool_calls":
                [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
            {"role": "user", "content": "x"}, {"role": "tool", "tool_call_id": "c", "content": "r"},
            {"role": "user", "content": "y"}]))
        .unwrap();
        assert_eq!(keeps_calls(&messages), [true, false, false, true]);
    }
}
