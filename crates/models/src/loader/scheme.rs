//! What `quantization_config` says of a checkpoint's weights: the formats that are served as they are. How a tensor is
//! stored is seen from the tensor itself; here, what would be misread is refused.
//!
//! Format: compressed-tensors as vLLM's tools write it, W8A8 ("int-quantized"): per-channel or per-tensor int8 weights,
//! int8 activations quantized token by token at run time.

use super::RawConfig;
use crate::error::LoadError;

/// Errors unless the checkpoint is not quantized, or is in a form that is served.
pub(crate) fn check_quantization(raw: &RawConfig) -> Result<(), LoadError> {
    let Some(config) = raw.section("quantization_config")? else { return Ok(()) };
    expect(&config, "quant_method", &["compressed-tensors"])?;
    expect(&config, "format", &["int-quantized"])?;
    let groups = config.section("config_groups")?.ok_or_else(|| config.error("config_groups", "is missing"))?;
    for name in groups.names() {
        let group = groups.section(name)?.ok_or_else(|| groups.error(name, "is missing"))?;
        numbers(&group, "weights", &["channel", "tensor"], false)?;
        numbers(&group, "input_activations", &["token"], true)?;
    }
    Ok(())
}

/// Checks that the numbers of a group are symmetric int8 with one of these ways to choose scales.
fn numbers(group: &RawConfig, field: &str, strategies: &[&str], dynamic: bool) -> Result<(), LoadError> {
    let numbers = group
        .section(field)?
        .ok_or_else(|| group.error(field, "is missing; 8-bit weights and activations are supported"))?;
    expect(&numbers, "type", &["int"])?;
    expect(&numbers, "strategy", strategies)?;
    if numbers.count("num_bits", 64)? != 8 {
        return Err(numbers.error("num_bits", "is not 8"));
    }
    if numbers.optional_flag("symmetric")? == Some(false) {
        return Err(numbers.error("symmetric", "is false; symmetric scales are supported"));
    }
    if numbers.flag("dynamic")? != dynamic {
        return Err(numbers.error("dynamic", format!("is {}; {dynamic} is supported", !dynamic)));
    }
    Ok(())
}

fn expect(config: &RawConfig, field: &str, known: &[&str]) -> Result<(), LoadError> {
    match config.text(field)? {
        Some(value) if known.contains(&value) => Ok(()),
        Some(value) => Err(config.error(field, format!("is {value:?}; supported: {}", known.join(", ")))),
        None => Err(config.error(field, format!("is missing; supported: {}", known.join(", ")))),
    }
}
