//! What the rest of the server wants to know of an encoder besides its contract: sizes for the log, labels and the
//! score's activation for a reranker, prompts and limits that the files of sentence-transformers name.

use crate::error::LoadError;
use crate::loader::{ModelSource, RawConfig};

/// Longest prompt taken from a file.
const MOST_PROMPT_BYTES: usize = 1 << 16;
/// Most prompts taken from a file.
const MOST_PROMPTS: usize = 256;

/// What was loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderInfo {
    /// As named in `config.json`.
    pub architecture: String,
    /// Parameters, those of the modules of sentence-transformers included.
    pub num_params: u64,
    /// Bytes of packed weights and tables.
    pub weights_bytes: u64,
    /// Width of the model.
    pub hidden_size: u32,
    /// Number of layers.
    pub num_layers: u32,
    /// The kernels in use.
    pub kernels: String,
    /// Names of the labels of a classification head, in order; empty for an embedder.
    pub labels: Vec<String>,
    /// What turns a logit into a score.
    pub score_activation: ScoreActivation,
    /// What turns the logits of several labels into probabilities.
    pub class_activation: ClassActivation,
    /// Texts to put before an input, by name (`query`, `document`, ...).
    pub prompts: Vec<(String, String)>,
    /// The prompt for inputs about which nothing is said.
    pub default_prompt: Option<String>,
    /// Must texts be put in lower case before the tokenizer sees them?
    pub lowercase: bool,
    /// Lengths that the author recommends to cut vectors to; empty when none are named.
    pub matryoshka_dimensions: Vec<u32>,
}

/// What turns the logit of a cross-encoder into a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreActivation {
    /// The logit is the score.
    Identity,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
}

/// What turns the logits of a classification head into probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassActivation {
    /// One of the labels fits.
    Softmax,
    /// Any number of them fit.
    Sigmoid,
    /// The logits are numbers of a regression.
    Identity,
}

impl ClassActivation {
    /// By `problem_type`, as transformers has it: unless that says something else one label fits, and of one label alone the
    /// score decides.
    pub(super) fn parse(raw: &RawConfig, num_labels: usize, score: ScoreActivation) -> Result<Self, LoadError> {
        match raw.text("problem_type")? {
            Some("regression") => Ok(Self::Identity),
            Some("multi_label_classification") => Ok(Self::Sigmoid),
            None | Some("single_label_classification") if num_labels != 1 => Ok(Self::Softmax),
            None | Some("single_label_classification") => match score {
                ScoreActivation::Identity => Ok(Self::Identity),
                ScoreActivation::Sigmoid => Ok(Self::Sigmoid),
            },
            Some(other) => Err(raw.error("problem_type", format!("is {other:?}"))),
        }
    }
}

impl ScoreActivation {
    /// As sentence-transformers decides: what the configuration names, else the sigmoid for a single label.
    pub(super) fn parse(raw: &RawConfig, num_labels: usize) -> Result<Self, LoadError> {
        let section = raw.section("sentence_transformers")?;
        let new = section.as_ref().map(|section| section.text("activation_fn")).transpose()?.flatten();
        let old = "sbert_ce_default_activation_function";
        let (field, class) = match new {
            Some(class) => ("sentence_transformers", Some(class)),
            None => (old, raw.text(old)?),
        };
        match class.map(|class| class.rsplit('.').next().unwrap_or_default()) {
            Some("Sigmoid") => Ok(Self::Sigmoid),
            Some("Identity") => Ok(Self::Identity),
            Some(other) => Err(raw.error(field, format!("is {other:?}; Sigmoid and Identity are supported"))),
            None => Ok(if num_labels == 1 { Self::Sigmoid } else { Self::Identity }),
        }
    }
}

/// What `config_sentence_transformers.json` and `sentence_bert_config.json` say.
#[derive(Default)]
pub(super) struct Extras {
    pub prompts: Vec<(String, String)>,
    pub default_prompt: Option<String>,
    pub lowercase: bool,
    /// Most tokens of an input, as its author trained or tested it.
    pub max_len: Option<usize>,
    pub matryoshka: bool,
}

/// Where sentence-transformers looks for the length, in its order.
const LENGTH_FILES: &[&str] = &[
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
    "sentence_xlm-roberta_config.json",
];

impl Extras {
    pub(super) fn read(source: &ModelSource) -> Result<Self, LoadError> {
        let mut extras = Self::default();
        if let Some(raw) = config(source, "config_sentence_transformers.json")? {
            extras.read_prompts(&raw)?;
            extras.matryoshka = is_matryoshka(&raw)?;
        }
        for file in LENGTH_FILES {
            let Some(raw) = config(source, file)? else { continue };
            extras.max_len = raw.optional_count("max_seq_length", crate::loader::config::most::LEN)?;
            extras.lowercase = raw.flag("do_lower_case")?;
            break;
        }
        // Files without a limit have a number here that no sequence reaches.
        if extras.max_len.is_none()
            && let Some(raw) = config(source, "tokenizer_config.json")?
        {
            let limit = raw.optional_number("model_max_length", 1.0..=f64::MAX)?;
            extras.max_len = limit.filter(|&limit| limit < 1e9).map(|limit| limit as usize);
        }
        Ok(extras)
    }

    fn read_prompts(&mut self, raw: &RawConfig) -> Result<(), LoadError> {
        if let Some(prompts) = raw.section("prompts")? {
            for name in prompts.names().take(MOST_PROMPTS) {
                let Some(text) = prompts.text(name)? else { continue };
                if text.len() > MOST_PROMPT_BYTES {
                    return Err(prompts.error(name, format!("is longer than {MOST_PROMPT_BYTES} bytes")));
                }
                self.prompts.push((name.to_owned(), text.to_owned()));
            }
        }
        self.default_prompt = raw.text("default_prompt_name")?.map(str::to_owned);
        match &self.default_prompt {
            Some(name) if !self.prompts.iter().any(|(known, _)| known == name) => {
                Err(raw.error("default_prompt_name", format!("is {name:?}, which is none of the prompts")))
            }
            _ => Ok(()),
        }
    }
}

/// Does a configuration say that vectors may be cut?
pub(super) fn is_matryoshka(raw: &RawConfig) -> Result<bool, LoadError> {
    Ok(raw.flag("is_matryoshka")? || !raw.token_ids("matryoshka_dimensions")?.is_empty())
}

fn config(source: &ModelSource, name: &str) -> Result<Option<RawConfig>, LoadError> {
    source.read(name)?.map(|bytes| RawConfig::parse(&source.describe(name), &bytes)).transpose()
}
