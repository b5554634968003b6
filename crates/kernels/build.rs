//! With the feature `cuda`: compiles the kernels of `src/cuda/source` by nvcc, each to machine code for Hopper and PTX for
//! every GPU since Ampere. nvcc is `$NVCC`, `$CUDA_HOME/bin/nvcc` or `nvcc` in the path.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const SOURCE: &str = "src/cuda/source";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed={SOURCE}");
    for variable in ["NVCC", "REAL_NVCC", "CUDA_HOME", "NVCC_APPEND_FLAGS"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    if env::var_os("CARGO_FEATURE_CUDA").is_none() {
        return Ok(());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut sources: Vec<PathBuf> =
        fs::read_dir(SOURCE)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "cu"));
    sources.sort();
    // All at once: attention alone takes as long as all others together.
    let images: Vec<PathBuf> = sources
        .iter()
        .map(|source| out.join(source.with_extension("fatbin").file_name().unwrap_or_default()))
        .collect();
    std::thread::scope(|scope| {
        let compile = |(source, image): (&PathBuf, &PathBuf)| nvcc(source, image);
        let jobs: Vec<_> = sources.iter().zip(&images).map(|pair| scope.spawn(move || compile(pair))).collect();
        jobs.into_iter().try_for_each(|job| job.join().unwrap_or_else(|_| Err("nvcc's thread panicked".to_owned())))
    })?;
    let list: String = images.iter().map(|image| format!("    include_bytes!({:?}),\n", image.display())).collect();
    fs::write(out.join("cuda_images.rs"), format!("&[\n{list}]\n"))?;
    println!("cargo:rustc-env=SCONCE_CUDA_VERSION={}", version().unwrap_or(0));
    Ok(())
}

/// `$NVCC`, `$CUDA_HOME/bin/nvcc` or what the path has.
fn program() -> PathBuf {
    let home = env::var_os("CUDA_HOME").map(|home| Path::new(&home).join("bin/nvcc"));
    env::var_os("NVCC").map(PathBuf::from).or(home).unwrap_or_else(|| "nvcc".into())
}

/// The compiler's version as the driver writes versions, 13020 for 13.2; it ends its greeting in "release 13.2, V13.2.51".
fn version() -> Option<u32> {
    let greeting = String::from_utf8(Command::new(program()).arg("--version").output().ok()?.stdout).ok()?;
    let (major, minor) = greeting.split("release ").nth(1)?.split(',').next()?.split_once('.')?;
    Some(major.parse::<u32>().ok()? * 1000 + minor.parse::<u32>().ok()? * 10)
}

fn nvcc(source: &Path, image: &Path) -> Result<(), String> {
    let program = program();
    let mut command = Command::new(&program);
    command.args(["-std=c++17", "-O3", "-fatbin"]);
    command.args(["-gencode=arch=compute_80,code=compute_80", "-gencode=arch=compute_90,code=sm_90"]);
    command.arg("-o").arg(image).arg(source);
    match command.status() {
        Ok(status) if status.success() => check_image(image),
        Ok(status) => Err(format!("{} of {} ended with {status}", program.display(), source.display())),
        Err(error) => {
            Err(format!("cannot run {} ({error}): set CUDA_HOME or NVCC, see docs/cuda.md", program.display()))
        }
    }
}

/// A compiler that only pretends would be found out at the first launch, on somebody's GPU.
fn check_image(image: &Path) -> Result<(), String> {
    const FATBIN: [u8; 4] = 0xba55_ed50_u32.to_le_bytes();
    let bytes = fs::read(image).map_err(|error| format!("{}: {error}", image.display()))?;
    if bytes.starts_with(&FATBIN) { Ok(()) } else { Err(format!("{} is no image of kernels", image.display())) }
}
