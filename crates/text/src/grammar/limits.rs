//! What a grammar may cost: sizes that are checked before anything is compiled, and the bounds given to llguidance.
//! Grammars come from clients, so every number here is a bound on somebody's harm. Read next: `compiler.rs`.

use llguidance::api::ParserLimits;
use serde_json::Value;

use super::GrammarError;

/// Bounds of one grammar and of the cache of compiled ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrammarLimits {
    /// Most bytes of a schema's texts, and of all choices together.
    pub max_bytes: usize,
    /// Most bytes of a regular expression, a Lark or a GBNF grammar, without the schemas in it.
    pub max_text_bytes: usize,
    /// Deepest nesting: of arrays and objects in a schema, of brackets in a regular expression or Lark text.
    pub max_depth: usize,
    /// Most values in a schema, keywords' values included.
    pub max_values: usize,
    /// Most properties of an object, and most definitions.
    pub max_properties: usize,
    /// Most different `$ref` targets in a schema.
    pub max_references: usize,
    /// Most states of a grammar's lexer over its whole life; a state takes about 1.5 KiB.
    pub max_lexer_states: usize,
    /// Most compiled grammars that are kept.
    pub cache_entries: usize,
    /// Most memory, in bytes, that the kept ones may take.
    pub cache_bytes: usize,
}

impl Default for GrammarLimits {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 10,
            max_text_bytes: 32 << 10,
            max_depth: 64,
            max_values: 20_000,
            max_properties: 1000,
            max_references: 512,
            max_lexer_states: 50_000,
            cache_entries: 128,
            cache_bytes: 256 << 20,
        }
    }
}

impl GrammarLimits {
    pub(super) fn check_bytes(&self, bytes: usize) -> Result<(), GrammarError> {
        at_most(bytes, self.max_bytes)
    }

    /// Does not recurse, so that it can be asked about anything.
    pub(super) fn check_json(&self, value: &Value) -> Result<(), GrammarError> {
        let mut values = 0;
        let mut bytes = 0;
        let mut stack = vec![(value, 1)];
        while let Some((value, depth)) = stack.pop() {
            values += 1;
            if depth > self.max_depth {
                let max = self.max_depth;
                return Err(GrammarError::TooLarge(format!("the schema is nested deeper than {max} levels")));
            }
            if values > self.max_values {
                let max = self.max_values;
                return Err(GrammarError::TooLarge(format!("the schema has more than {max} values")));
            }
            match value {
                Value::Array(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
                Value::Object(map) => {
                    bytes += map.keys().map(String::len).sum::<usize>();
                    stack.extend(map.values().map(|value| (value, depth + 1)));
                }
                Value::String(text) => bytes += text.len(),
                _ => bytes += 1,
            }
            self.check_bytes(bytes)?;
        }
        Ok(())
    }

    /// Size and depth of a text with brackets. Brackets in literals count too: nobody nests those so deep either.
    pub(super) fn check_text(&self, text: &str) -> Result<(), GrammarError> {
        at_most(text.len(), self.max_text_bytes)?;
        let mut depth = 0_usize;
        for byte in text.bytes() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                // Alternatives of a rule may leave brackets of literals open; a new line begins afresh.
                b'\n' if depth <= self.max_depth => depth = 0,
                _ => {}
            }
            if depth > self.max_depth {
                let max = self.max_depth;
                return Err(GrammarError::TooLarge(format!("brackets are nested deeper than {max} levels")));
            }
        }
        Ok(())
    }

    pub(super) fn parser(&self) -> ParserLimits {
        ParserLimits {
            max_lexer_states: self.max_lexer_states,
            initial_lexer_fuel: 600_000,
            max_grammar_size: 100_000,
            // A state may go on with each optional property of an object, which takes some four items for each.
            max_items_in_row: 8 * self.max_properties,
            verbose_errors: false,
            ..ParserLimits::default()
        }
    }
}

fn at_most(bytes: usize, max: usize) -> Result<(), GrammarError> {
    if bytes <= max {
        return Ok(());
    }
    Err(GrammarError::TooLarge(format!("the grammar has {bytes} bytes; at most {max} are allowed")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_checked_without_recursion() {
        let limits = GrammarLimits { max_bytes: 100, max_depth: 4, max_values: 20, ..GrammarLimits::default() };
        assert!(limits.check_json(&json!({"a": {"b": {"c": 1}}})).is_ok());
        assert!(limits.check_json(&json!({"a": {"b": {"c": {}, "d": [1]}}})).is_err());
        assert!(limits.check_json(&json!(vec![1; 19])).is_ok());
        assert!(limits.check_json(&json!(vec![1; 20])).is_err());
        assert!(limits.check_json(&json!("x".repeat(101))).is_err());
        let mut deep = json!(1);
        for _ in 0..100_000 {
            deep = Value::Array(vec![deep]);
        }
        assert!(limits.check_json(&deep).is_err());
        // Dropping it recursively would overflow the stack.
        std::mem::forget(deep);
        assert!(limits.check_text("((((a))))").is_ok());
        assert!(limits.check_text("(((((a)))))").is_err());
        assert!(limits.check_text("\"(\"\n\"(\"\n\"(\"\n\"(\"\n\"(\"").is_ok());
    }
}
