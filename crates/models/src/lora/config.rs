//! `adapter_config.json` of PEFT: what is served, and by how much a module's product is scaled. Which modules are changed,
//! and at what rank, is seen from the tensors. What would be misread is refused.

use regex::Regex;

use crate::error::LoadError;
use crate::loader::RawConfig;

/// Far above every scale in use, far below an overflow.
const MOST_ALPHA: f64 = 1e6;

/// Fields that, if they are set, change more than the plain products.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("use_dora", "magnitudes of columns (DoRA)"),
    ("use_qalora", "pooled inputs (QALoRA)"),
    ("use_bdlora", "block-diagonal matrices"),
    ("lora_bias", "biases of adapters"),
    ("modules_to_save", "whole modules of an adapter's own"),
    ("trainable_token_indices", "embeddings of an adapter's own"),
    ("target_parameters", "adapters of parameters that are no modules"),
    ("layer_replication", "repeated layers"),
    ("alora_invocation_tokens", "adapters that are invoked by tokens"),
    ("arrow_config", "routing between adapters"),
    ("kasa_config", "scaled inner dimensions (KaSA)"),
];

/// First values of the matrices that leave the model's own weights as they are; the others change those, too.
const PLAIN_INITS: [&str; 4] = ["gaussian", "eva", "orthogonal", "mica"];

/// How products are scaled.
#[derive(Debug)]
pub(super) struct Config {
    alpha: f64,
    /// Modules whose alpha is another; the first that fits counts.
    alphas: Vec<(Regex, f64)>,
    /// alpha / √rank instead of alpha / rank (D. Kalajdzievski, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA",
    /// 2023).
    rank_stabilized: bool,
}

impl Config {
    pub(super) fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        match raw.text("peft_type")? {
            Some("LORA") => {}
            other => {
                return Err(raw.error("peft_type", format!("is {}; LORA is supported", other.unwrap_or("missing"))));
            }
        }
        if let Some((field, what)) = UNSUPPORTED.iter().find(|(field, _)| raw.is_set(field)) {
            return Err(raw.error(field, format!("is set: {what} are not supported")));
        }
        if let Some(bias) = raw.text("bias")?.filter(|&bias| bias != "none") {
            return Err(raw.error("bias", format!("is {bias:?}: biases of adapters are not supported")));
        }
        // A boolean otherwise.
        let init = raw.text("init_lora_weights").ok().flatten().map(str::to_lowercase);
        if let Some(init) = init.filter(|init| !PLAIN_INITS.contains(&init.as_str())) {
            let reason =
                format!("is {init:?}, which changes the model's weights, too; save the adapter as a plain one");
            return Err(raw.error("init_lora_weights", reason));
        }
        let range = -MOST_ALPHA..=MOST_ALPHA;
        Ok(Self {
            alpha: raw.number_or("lora_alpha", range, 8.0)?,
            alphas: raw.section("alpha_pattern")?.map(|patterns| alphas(&patterns)).transpose()?.unwrap_or_default(),
            rank_stabilized: raw.flag("use_rslora")?,
        })
    }

    /// The factor of a module's product.
    pub(super) fn scale(&self, module: &str, rank: usize) -> f64 {
        let own = self.alphas.iter().find(|(pattern, _)| pattern.is_match(module));
        let alpha = own.map_or(self.alpha, |(_, alpha)| *alpha);
        let rank = rank as f64;
        alpha / if self.rank_stabilized { rank.sqrt() } else { rank }
    }
}

/// Patterns name the last parts of a module's path, as in PEFT.
fn alphas(patterns: &RawConfig) -> Result<Vec<(Regex, f64)>, LoadError> {
    let alpha = |name: &str| {
        let pattern = Regex::new(&format!(r"^(?:.*\.)?(?:{name})$"));
        let pattern = pattern.map_err(|_| patterns.error(name, "is not a pattern of module names"))?;
        Ok((pattern, patterns.number_or(name, -MOST_ALPHA..=MOST_ALPHA, 0.0)?))
    };
    patterns.names().map(alpha).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(text: &str) -> Result<Config, LoadError> {
        Config::parse(&RawConfig::parse("adapter_config.json", text.as_bytes()).unwrap())
    }

    #[test]
    fn products_are_scaled_by_alpha_and_rank() {
        let plain = parse(r#"{"peft_type": "LORA", "r": 4, "lora_alpha": 6}"#).unwrap();
        assert_eq!(plain.scale("model.layers.0.mlp.up_proj", 4), 1.5);
        let own = r#"{"peft_type": "LORA", "lora_alpha": 6, "use_rslora": true, "use_dora": false, "modules_to_save": null,
            "init_lora_weights": true, "alpha_pattern": {"1.self_attn.q_proj": 8, "k_proj|v_proj": 2}}"#;
        let own = parse(own).unwrap();
        assert_eq!(own.scale("model.layers.1.self_attn.q_proj", 4), 4.0);
        assert_eq!(own.scale("model.layers.0.self_attn.q_proj", 4), 3.0);
        assert_eq!(own.scale("model.layers.0.self_attn.v_proj", 16), 0.5);
        assert_eq!(own.scale("model.layers.0.self_attn.xv_proj", 16), 1.5);
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        let refused = [
            (r#"{"lora_alpha": 6}"#, "`peft_type` is missing"),
            (r#"{"peft_type": "IA3"}"#, "IA3"),
            (r#"{"peft_type": "LORA", "use_dora": true}"#, "DoRA"),
            (r#"{"peft_type": "LORA", "modules_to_save": ["lm_head"]}"#, "`modules_to_save`"),
            (r#"{"peft_type": "LORA", "bias": "all"}"#, "`bias`"),
            (r#"{"peft_type": "LORA", "init_lora_weights": "pissa"}"#, "pissa"),
            (r#"{"peft_type": "LORA", "lora_alpha": 1e9}"#, "`lora_alpha`"),
            (r#"{"peft_type": "LORA", "alpha_pattern": {"(": 1}}"#, "`alpha_pattern.(`"),
            (r#"{"peft_type": "LORA", "alpha_pattern": {"q": "1"}}"#, "`alpha_pattern.q`"),
        ];
        for (text, what) in refused {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
    }
}
