//! Black-box tests of the sconce binary live in `tests/`; this library holds what they share. The official SDKs run from
//! `sdk/`, in environments made under `target/e2e`.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod interpreter;
pub mod load;

use std::path::PathBuf;

/// A folder of `tests/fixtures`.
///
/// # Panics
/// When it is missing.
#[must_use]
pub fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    assert!(path.is_dir(), "{} is missing", path.display());
    path.to_str().expect("fixture paths are UTF-8").to_owned()
}
