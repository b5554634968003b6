#!/usr/bin/env bash
# Builds what scripts/gpu-check.sh needs and puts it into DIR: the server with CUDA and the parity tests, without
# debug information, for a machine that has no Rust.
#
#   CUDA_HOME=... scripts/pack-cuda.sh DIR
set -euo pipefail
DIR=${1:?usage: pack-cuda.sh DIR}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
cd "$(dirname "$0")/.."

export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-80} CUDARC_CUDA_VERSION=${CUDARC_CUDA_VERSION:-13000}
export LIBRARY_PATH="$CUDA_HOME/lib:$CUDA_HOME/lib/stubs:${LIBRARY_PATH:-}"
cargo build --release --locked --package sconce --features cuda
# The executables of these tests, as cargo names them.
tests=$(cargo test --release --locked --no-run --message-format json --features sconce-models/cuda \
    --package sconce-kernels --package sconce-models --test cuda --test cuda_tail --test graphs |
    python3 -c 'import json, sys
for line in sys.stdin:
    found = json.loads(line)
    if found.get("executable"):
        print(found["manifest_path"].split("/")[-2] + "-" + found["target"]["name"], found["executable"])')
install --strip "${CARGO_TARGET_DIR:-target}/release/sconce" "$DIR/sconce"
while read -r crate executable; do
    install --strip "$executable" "$DIR/test-$crate"
done <<< "$tests"
ls -l "$DIR"
