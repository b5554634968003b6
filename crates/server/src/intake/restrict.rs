//! What the sampler may choose from: the answer's form, calls that must be made or must keep to their schemas, and the
//! reasoning in front of both. Every grammar is compiled here, on a worker, and refused here if it cannot be held.

use std::time::{Duration, Instant};

use sconce_text::{
    CompiledGrammar, ConstraintPlan, Grammar, GrammarError, ReasoningGate, ReasoningParsing, ToolFormat,
};

use super::turn::Turn;
use crate::error::ApiError;
use crate::models::Model;

/// How long a function at fault is searched for.
const BLAME_TIME: Duration = Duration::from_secs(2);

/// The constraint of a turn; `None` if everything is allowed.
pub(super) fn plan(
    model: &Model,
    turn: &Turn,
    format: Option<&'static dyn ToolFormat>,
    reasoning: Option<&ReasoningParsing>,
    rendered: &str,
) -> Result<Option<ConstraintPlan>, ApiError> {
    let gate = reasoning.and_then(|reasoning| gate(reasoning, turn.reasoning.budget, rendered));
    let budgeted = gate.as_ref().is_some_and(|gate| gate.budget.is_some());
    if let Some(Wanted { param, grammar, trigger, promised, loosely }) = wanted(model, turn, format) {
        match compile(model, grammar, loosely) {
            Ok(grammar) => return Ok(Some(ConstraintPlan { grammar: Some(grammar), reasoning: gate, trigger })),
            // The same request may be held in a moment: it is not to be answered in another way than then.
            Err(GrammarError::Busy(why)) => return Err(ApiError::overloaded(why)),
            Err(error) if promised => return Err(blamed(model, turn, &param, &error)),
            // A schema that cannot be held leaves calls as free as the client allows them to be.
            Err(error) => tracing::debug!(?error, "calls are not held to their schemas"),
        }
    }
    let budget_alone = ConstraintPlan { reasoning: gate, ..ConstraintPlan::default() };
    Ok(budgeted.then_some(budget_alone))
}

/// Reasoning comes first, unless the prompt has closed it already.
fn gate(reasoning: &ReasoningParsing, budget: Option<u32>, rendered: &str) -> Option<ReasoningGate> {
    let ReasoningParsing { format, opened } = reasoning;
    if !opened && rendered.trim_end().ends_with(format.close) {
        return None;
    }
    Some(ReasoningGate { open: format.open.to_owned(), close: format.close.to_owned(), opened: *opened, budget })
}

/// What cannot be held of schemas that are not strict is left out, as by OpenAI: the request has said no more than what it would like.
fn compile(model: &Model, grammar: Grammar, loosely: bool) -> Result<CompiledGrammar, GrammarError> {
    let error = match model.grammars().compile(&grammar) {
        Err(error @ GrammarError::Invalid(_)) if loosely => error,
        result => return result,
    };
    tracing::debug!(?error, "a schema is held as far as it can be");
    model.grammars().compile(&Grammar::Loose(Box::new(grammar))).map_err(|_| error)
}

struct Wanted {
    /// To blame if it cannot be compiled.
    param: String,
    grammar: Grammar,
    /// Only after this text.
    trigger: Option<String>,
    /// Whether the client was promised it: what cannot be held is refused then.
    promised: bool,
    /// Whether what cannot be held of its schemas may be left out.
    loosely: bool,
}

fn wanted(model: &Model, turn: &Turn, format: Option<&'static dyn ToolFormat>) -> Option<Wanted> {
    let (Some(tools), Some(format)) = (&turn.tools, format) else {
        let form = turn.form.as_ref()?;
        return Some(Wanted {
            param: form.param.clone(),
            grammar: form.grammar.clone(),
            trigger: None,
            promised: true,
            loosely: form.loosely,
        });
    };
    let text = &model.served.text;
    let is_special =
        |marker: &str| text.token_to_id(marker).is_some_and(|id| text.special_token_ids().binary_search(&id).is_ok());
    let calls = || Grammar::Lark(format.grammar(&tools.callable, !tools.one_call, &is_special));
    let param = tools.place.list.to_owned();
    let loosely = !tools.strict();
    match &turn.form {
        _ if tools.required => Some(Wanted { param, grammar: calls(), trigger: None, promised: true, loosely }),
        Some(form) => {
            let either = Grammar::Either(vec![form.grammar.clone(), calls()]);
            let loosely = loosely && form.loosely;
            Some(Wanted { param: form.param.clone(), grammar: either, trigger: None, promised: true, loosely })
        }
        // Once a call begins, it is one of a function that exists: small models invent names and keys otherwise.
        None => {
            let rest = format.grammar_after_trigger(&tools.callable, !tools.one_call, &is_special)?;
            let trigger = format.trigger().map(str::to_owned);
            Some(Wanted { param, grammar: Grammar::Lark(rest), trigger, promised: tools.strict(), loosely })
        }
    }
}

/// Why the grammar of a turn cannot be held. With tools it is put together of schemas that the client wrote, so each is
/// tried by itself: the function, or else the form, at fault is named.
fn blamed(model: &Model, turn: &Turn, param: &str, error: &GrammarError) -> ApiError {
    let Some(tools) = &turn.tools else { return refused(param, error) };
    let error_of = |grammar: &Grammar| model.grammars().compile(grammar).err();
    let start = Instant::now();
    let functions = tools.callable.iter().enumerate().take_while(|_| start.elapsed() < BLAME_TIME);
    let of_function = functions.map(|(i, function)| {
        Some(match error_of(&Grammar::JsonSchema(function.parameters.clone()))? {
            GrammarError::Busy(why) => ApiError::overloaded(why),
            error => tools.blame(i, &error.to_string()),
        })
    });
    let of_form = || {
        let form = turn.form.as_ref().filter(|_| !tools.required)?;
        error_of(&form.grammar).map(|error| refused(&form.param, &error))
    };
    of_function.flatten().next().or_else(of_form).unwrap_or_else(|| refused(tools.place.list, error))
}

/// A form of a text completion, compiled.
pub(super) fn form(model: &Model, form: &super::format::Form) -> Result<ConstraintPlan, ApiError> {
    let compiled = compile(model, form.grammar.clone(), form.loosely);
    let compiled = compiled.map_err(|error| refused(&form.param, &error))?;
    Ok(ConstraintPlan { grammar: Some(compiled), ..ConstraintPlan::default() })
}

fn refused(param: &str, error: &GrammarError) -> ApiError {
    if let GrammarError::Busy(why) = error {
        return ApiError::overloaded(why.clone());
    }
    let (what, code) = match param {
        "response_format" => ("Invalid schema for response_format", "invalid_json_schema"),
        "text.format.schema" => ("Invalid schema for text.format", "invalid_json_schema"),
        // None of them by itself, and the grammar of all is nothing that the client wrote.
        "tools" | "functions" => {
            let message = match error {
                GrammarError::TooLarge(why) => format!("The schemas of the functions cannot be held together: {why}."),
                _ => "The schemas of the functions cannot be held together.".to_owned(),
            };
            return ApiError::invalid(param, message).code("invalid_function_parameters");
        }
        _ => ("Invalid constraint", "invalid_value"),
    };
    ApiError::invalid(param, format!("{what}: {error}.")).code(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_compilations_are_nobodys_fault() {
        let error = refused("response_format", &GrammarError::Busy("later".to_owned()));
        assert_eq!(error.status().as_u16(), 503);
        assert_eq!(error.body().error.code.as_deref(), Some("server_overloaded"));
    }

    #[test]
    fn the_grammar_of_all_functions_stays_unseen() {
        let told = |error: &GrammarError| refused("tools", error).body().error.message;
        assert_eq!(
            told(&GrammarError::Invalid("at 3: start: call".to_owned())),
            "The schemas of the functions cannot be held together."
        );
        assert!(told(&GrammarError::TooLarge("it has 9 bytes".to_owned())).ends_with(": it has 9 bytes."));
    }
}
