//! Compiles every kernel of `crates/kernels/src/cuda/source` as C++, together with the emulation of a GPU. Where there is
//! no C++ compiler, `sconce_emulate::kernels()` says so.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rustc-check-cfg=cfg(no_cpp)");
    let (source, out) = (Path::new("../kernels/src/cuda/source"), PathBuf::from(env::var("OUT_DIR")?));
    for folder in [source, Path::new("cpp")] {
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    let mut names = fs::read_dir(source)?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    let kernels = names.iter().filter_map(|name| name.to_str()).filter(|name| name.ends_with(".cu"));
    // nvcc compiles each file alone: what they define for themselves must not meet here.
    let include = |(number, name)| {
        format!("namespace file{number} {{\n#include \"{name}\"\n}}\n#undef HEADS\n#undef KERNEL\n#undef KERNELS\n")
    };
    let text: String = kernels.enumerate().map(include).collect();
    fs::write(out.join("all_kernels.h"), format!("#include \"scores.cuh\"\n{text}"))?;

    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").opt_level(3).warnings(false).include("cpp").include(source).include(&out);
    // Fibers jump between stacks, which the checking version of longjmp takes for a mistake.
    build.flag("-U_FORTIFY_SOURCE").files(["cpp/emulation.cpp", "cpp/kernels.cpp"]);
    // Asked for by running it: the name of a compiler is known even where there is none.
    let runs = |tool: cc::Tool| tool.to_command().arg("--version").output().is_ok();
    if !build.try_get_compiler().is_ok_and(runs) {
        println!("cargo:rustc-cfg=no_cpp");
        return Ok(());
    }
    build.compile("sconce_emulation");
    Ok(())
}
