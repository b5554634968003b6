//! `--device`: `auto`, `cpu`, `cuda` or `cuda:1`. Text on the outside, a [`Placement`] inside.

use std::fmt;
use std::str::FromStr;

use sconce_models::Placement;
use serde::{Deserialize, Serialize};

/// Where models run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct DeviceSetting(pub(crate) Placement);

impl FromStr for DeviceSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl fmt::Display for DeviceSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for DeviceSetting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<DeviceSetting> for String {
    fn from(setting: DeviceSetting) -> Self {
        setting.to_string()
    }
}
