//! `--kv-memory`: `auto`, `2GiB`, `50%` of what is free, or `4096blocks`. Text on the outside, numbers inside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much memory the KV cache gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum KvMemorySetting {
    /// What the device can spare.
    #[default]
    Auto,
    Bytes(u64),
    /// Of the memory that is free after loading, 0 to 1.
    Fraction(f64),
    Blocks(u32),
}

const UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl FromStr for KvMemorySetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a size: write auto, 2GiB, 512MiB, 50% (of free memory) or 4096blocks");
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        let split = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, unit) = (&trimmed[..split], trimmed[split..].trim());
        let number: f64 = number.parse().map_err(|_| wrong())?;
        if unit == "%" {
            return if number > 0.0 && number <= 95.0 { Ok(Self::Fraction(number / 100.0)) } else { Err(wrong()) };
        }
        if unit.eq_ignore_ascii_case("blocks") {
            let whole = number.fract() == 0.0 && number >= 1.0 && number <= f64::from(u32::MAX);
            return if whole { Ok(Self::Blocks(number as u32)) } else { Err(wrong()) };
        }
        let (_, factor) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(wrong)?;
        let bytes = number * *factor as f64;
        if (1.0..1e18).contains(&bytes) { Ok(Self::Bytes(bytes as u64)) } else { Err(wrong()) }
    }
}

impl fmt::Display for KvMemorySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Fraction(fraction) => write!(f, "{}%", fraction * 100.0),
            Self::Blocks(blocks) => write!(f, "{blocks}blocks"),
            Self::Bytes(bytes) => {
                let fits = |(_, factor): &&(&str, u64)| bytes.is_multiple_of(*factor);
                let (unit, factor) = UNITS[..4].iter().rev().find(fits).unwrap_or(&("B", 1));
                write!(f, "{}{unit}", bytes / factor)
            }
        }
    }
}

impl TryFrom<String> for KvMemorySetting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<KvMemorySetting> for String {
    fn from(setting: KvMemorySetting) -> Self {
        setting.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sizes_are_bytes_shares_or_blocks() {
        for (text, expected, shown) in [
            ("Auto", KvMemorySetting::Auto, "auto"),
            ("2GiB", KvMemorySetting::Bytes(2 << 30), "2GiB"),
            ("1.5 GiB", KvMemorySetting::Bytes(3 << 29), "1536MiB"),
            ("512mib", KvMemorySetting::Bytes(512 << 20), "512MiB"),
            ("1GB", KvMemorySetting::Bytes(1_000_000_000), "1000000000B"),
            ("50%", KvMemorySetting::Fraction(0.5), "50%"),
            ("14blocks", KvMemorySetting::Blocks(14), "14blocks"),
        ] {
            let parsed: KvMemorySetting = text.parse().unwrap();
            assert_eq!(parsed, expected, "{text}");
            assert_eq!(parsed.to_string(), shown);
            assert_eq!(shown.parse::<KvMemorySetting>().unwrap(), expected, "what is shown can be read");
        }
    }

    #[test]
    fn nonsense_is_refused_with_examples() {
        for text in ["", "2", "GiB", "0%", "96%", "-1GiB", "2 QiB", "0blocks", "1.5blocks", "nan%", "1e99GiB", "..GiB"]
        {
            let error = text.parse::<KvMemorySetting>().unwrap_err();
            assert!(error.contains("2GiB"), "{error}");
        }
    }
}
