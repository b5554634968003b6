//! `cargo xtask cuda`: what can be checked of the CUDA build without a GPU. Our own kernels are compiled by the real nvcc;
//! candle's, which take ten times as long and are not ours, are left out: the check needs their build script's files, not
//! their contents.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{cargo, root};

/// True when the code is sound and every kernel compiles.
pub(crate) fn check() -> Result<bool> {
    let home = toolkit()?;
    // A folder of its own: the feature changes what the dependencies are built with.
    let target = target().join("cuda");
    let nvcc = home.join("bin/nvcc");
    let words = ["clippy", "--package", "sconce", "--package", "sconce-models", "--features", "sconce/cuda"];
    let status = cargo(&words)
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", target)
        .env("NVCC", root().join("scripts/nvcc-stand-in"))
        .env("REAL_NVCC", nvcc)
        .env("CUDA_HOME", &home)
        .env("CUDA_COMPUTE_CAP", "80")
        .env("CUDARC_CUDA_VERSION", "13000")
        .status()
        .context("cannot start cargo")?;
    Ok(status.success())
}

/// That of `CUDA_HOME`, or one that is made below the target folder.
fn toolkit() -> Result<PathBuf> {
    if let Some(home) = env::var_os("CUDA_HOME") {
        return Ok(home.into());
    }
    let home = target().join("cuda-toolkit");
    // The script reads names out of the sources of a dependency.
    for command in [
        &mut cargo(&["fetch", "--locked"]),
        Command::new(root().join("scripts/cuda-toolkit.sh")).arg(&home).arg("build"),
    ] {
        if !command.status().with_context(|| format!("cannot start {command:?}"))?.success() {
            bail!("{command:?} failed");
        }
    }
    Ok(home)
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
