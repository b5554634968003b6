//! Where a model runs, as operators write it.

use std::fmt;
use std::str::FromStr;

/// A device, or the best one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// The first GPU if this build has CUDA and the machine has one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU of this number.
    Cuda(usize),
}

impl Placement {
    /// Is it a GPU, as far as this build and this machine decide it?
    #[must_use]
    pub fn is_gpu(self) -> bool {
        match self {
            Self::Auto => crate::cuda::is_usable(0),
            Self::Cpu => false,
            Self::Cuda(_) => true,
        }
    }
}

impl FromStr for Placement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a device: write auto, cpu, cuda or cuda:1");
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let index = text.strip_prefix("cuda:").ok_or_else(wrong)?;
                Ok(Self::Cuda(index.parse().map_err(|_| wrong())?))
            }
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(0) => f.write_str("cuda"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

/// Why a device cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DeviceError(pub String);

impl From<candle_core::Error> for DeviceError {
    /// Without candle's backtrace, which is for its developers.
    fn from(error: candle_core::Error) -> Self {
        match error {
            candle_core::Error::WithBacktrace { inner, .. } => Self(inner.to_string()),
            other => Self(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (text, placement) in [
            ("auto", Placement::Auto),
            ("cpu", Placement::Cpu),
            ("cuda", Placement::Cuda(0)),
            ("cuda:3", Placement::Cuda(3)),
        ] {
            assert_eq!(text.parse::<Placement>().unwrap(), placement);
            assert_eq!(placement.to_string(), text);
        }
        for text in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU"] {
            assert!(text.parse::<Placement>().unwrap_err().contains("is not a device"), "{text}");
        }
    }
}
