//! Fill in the middle: how each family of code models is asked for the text between a prefix and a suffix.
//!
//! A prompt is made of token ids, never of text, so the markers are themselves whatever the tokenizer makes of their
//! spelling. A model fills in the middle exactly if its tokenizer has all markers of a line of the table.
//! Read next: `model.rs`.

use crate::{TextError, TextModel};

/// A family's markers.
struct Format {
    prefix: &'static str,
    suffix: &'static str,
    /// After it the middle is written. `None`: the suffix comes first, and the middle simply follows the prefix.
    middle: Option<&'static str>,
    /// What else ends a middle, beside the markers and the model's own end of text.
    ends: &'static [&'static str],
}

const fn prefix_first(markers: [&'static str; 3], ends: &'static [&'static str]) -> Format {
    Format { prefix: markers[0], suffix: markers[1], middle: Some(markers[2]), ends }
}

/// The first line whose markers are all tokens counts.
const FORMATS: &[Format] = &[
    // Qwen2.5-Coder and Qwen3-Coder, CodeGemma.
    prefix_first(
        ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
        &["<|endoftext|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<|file_separator|>"],
    ),
    // StarCoder 1 and 2, Granite Code.
    prefix_first(
        ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
        &["<|endoftext|>", "<fim_pad>", "<filename>", "<file_sep>", "<reponame>", "<repo_name>"],
    ),
    // SantaCoder.
    prefix_first(["<fim-prefix>", "<fim-suffix>", "<fim-middle>"], &["<|endoftext|>", "<fim-pad>"]),
    // CodeLlama; the blanks of its `<PRE> a <SUF>b <MID>` belong to the markers (`▁`), and the prefix has the blank that
    // its tokenizer puts before every text.
    prefix_first(["▁<PRE>", "▁<SUF>", "▁<MID>"], &["▁<EOT>"]),
    prefix_first(["<PRE>", "<SUF>", "<MID>"], &["<EOT>"]),
    // DeepSeek-Coder, DeepSeek-V2 and later.
    prefix_first(["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"], &["<|EOT|>"]),
    // GLM-4.
    prefix_first(["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"], &["<|endoftext|>"]),
    // Codestral.
    Format { prefix: "[PREFIX]", suffix: "[SUFFIX]", middle: None, ends: &["[MIDDLE]"] },
];

/// Stands in front of a suffix while it is tokenized, so that no blank is put there; then it is taken off. No text makes a
/// token with it: where it is none of its own it falls apart into bytes.
const GUARD: &str = "☺";

/// How one model fills in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillMiddle {
    prefix: u32,
    suffix: u32,
    middle: Option<u32>,
    stops: Vec<u32>,
}

impl FillMiddle {
    /// The prompt for what is missing between the two.
    pub fn prompt(&self, prefix: &[u32], suffix: &[u32]) -> Vec<u32> {
        match self.middle {
            Some(middle) => [&[self.prefix], prefix, &[self.suffix], suffix, &[middle]].concat(),
            None => [&[self.suffix], suffix, &[self.prefix], prefix].concat(),
        }
    }

    /// The tokens that end a middle, beside the model's end of text: every marker, and what comes between files.
    pub fn stops(&self) -> &[u32] {
        &self.stops
    }
}

impl TextModel {
    /// How this model fills in the middle, if its tokenizer has the tokens for it.
    pub fn fill_middle(&self) -> Option<FillMiddle> {
        FORMATS.iter().find_map(|format| {
            let id = |marker| self.token_to_id(marker);
            let (prefix, suffix) = (id(format.prefix)?, id(format.suffix)?);
            let middle = match format.middle {
                Some(marker) => Some(id(marker)?),
                None => None,
            };
            let stops = [prefix, suffix].into_iter().chain(middle).chain(format.ends.iter().copied().filter_map(id));
            Some(FillMiddle { prefix, suffix, middle, stops: stops.collect() })
        })
    }

    /// The tokens of a text that goes on from another one: without the blank that some tokenizers put before a text.
    pub fn encode_continued(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let guard = self.encode(GUARD, false)?;
        if !guard.first().is_some_and(|&id| self.token(id).bytes.starts_with(b" ")) {
            return self.encode(text, false);
        }
        let guarded = self.encode(&format!("{GUARD}{text}"), false)?;
        match guarded.strip_prefix(&guard[..]) {
            Some(rest) => Ok(rest.to_vec()),
            None => self.encode(text, false),
        }
    }

    /// What this model's files put in front of every text (BOS), if anything.
    pub fn beginning(&self) -> Result<Vec<u32>, TextError> {
        let bare = self.encode(GUARD, false)?;
        let mut whole = self.encode(GUARD, true)?;
        let at = whole.windows(bare.len().max(1)).position(|window| window == bare).unwrap_or(0);
        whole.truncate(at);
        Ok(whole)
    }
}
