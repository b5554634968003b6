//! Names of tensors: llama.cpp's on one side, Hugging Face's on the other.

use super::header::Metadata;
use crate::error::LoadError;

/// The divisors of rotary frequencies, which Hugging Face has in its configuration.
pub(super) const FACTORS: &str = "rope_freqs.weight";

/// Outside the layers.
const WHOLE: &[(&str, &str)] =
    &[("token_embd.", "model.embed_tokens."), ("output_norm.", "model.norm."), ("output.", "lm_head.")];

/// Inside a layer.
const LAYER: &[(&str, &str)] = &[
    ("attn_norm.", "input_layernorm."),
    ("attn_q.", "self_attn.q_proj."),
    ("attn_k.", "self_attn.k_proj."),
    ("attn_v.", "self_attn.v_proj."),
    ("attn_output.", "self_attn.o_proj."),
    ("attn_q_norm.", "self_attn.q_norm."),
    ("attn_k_norm.", "self_attn.k_norm."),
    ("ffn_norm.", "post_attention_layernorm."),
    ("ffn_gate.", "mlp.gate_proj."),
    ("ffn_up.", "mlp.up_proj."),
    ("ffn_down.", "mlp.down_proj."),
];

/// The name families ask for; one that is not known stays as it is, and will be reported as unused.
pub(super) fn translated(name: &str) -> String {
    let replaced = |table: &[(&str, &str)], rest: &str| {
        table.iter().find_map(|(from, to)| rest.strip_prefix(from).map(|end| format!("{to}{end}")))
    };
    let in_layer = || {
        let (layer, rest) = name.strip_prefix("blk.")?.split_once('.')?;
        Some(format!("model.layers.{layer}.{}", replaced(LAYER, rest)?))
    };
    replaced(WHOLE, name).or_else(in_layer).unwrap_or_else(|| name.to_owned())
}

/// How many heads of queries and keys are stored with the pairs of the rotary embedding side by side: the converter for
/// llama.cpp does that to models of the Llama kind, and to no other kind here.
pub(super) struct PairedHeads(Option<(usize, usize)>);

impl PairedHeads {
    pub(super) fn of(metadata: &Metadata) -> Result<Self, LoadError> {
        if metadata.text("general.architecture") != Some("llama") {
            return Ok(Self(None));
        }
        let heads = metadata.count("llama.attention.head_count")?;
        let kv_heads = metadata.count("llama.attention.head_count_kv")?.or(heads);
        Ok(Self(heads.zip(kv_heads).filter(|&(heads, kv_heads)| heads > 0 && kv_heads > 0)))
    }

    /// Heads of a tensor by its translated name.
    pub(super) fn of_tensor(&self, name: &str) -> Option<usize> {
        let (heads, kv_heads) = self.0?;
        if name.contains(".self_attn.q_proj.") {
            Some(heads)
        } else {
            name.contains(".self_attn.k_proj.").then_some(kv_heads)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_translated() {
        for (from, to) in [
            ("token_embd.weight", "model.embed_tokens.weight"),
            ("output_norm.weight", "model.norm.weight"),
            ("output.weight", "lm_head.weight"),
            ("blk.12.attn_q.bias", "model.layers.12.self_attn.q_proj.bias"),
            ("blk.0.attn_q_norm.weight", "model.layers.0.self_attn.q_norm.weight"),
            ("blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"),
            ("blk.0.ffn_down_exps.weight", "blk.0.ffn_down_exps.weight"),
            ("v.patch_embd.weight", "v.patch_embd.weight"),
        ] {
            assert_eq!(translated(from), to);
        }
    }
}
