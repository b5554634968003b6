#!/usr/bin/env bash
# Checks and measures sconce on a machine with an NVIDIA GPU, from a checkout and the folder that scripts/pack-cuda.sh
# made; needs Python with PyTorch (for the ceilings, and for CUDA's libraries), no Rust.
#
#   scripts/gpu-check.sh DIR OUT [options of gpu_check.py]
#
# Writes OUT/gpu-check.json and OUT/gpu-check.md. Exit code 1: something failed.
set -euo pipefail
DIR=$(cd "${1:?usage: gpu-check.sh DIR OUT}" && pwd)
OUT=${2:?usage: gpu-check.sh DIR OUT}
shift 2
ROOT=$(cd "$(dirname "$0")/.." && pwd)
PYTHON=${PYTHON:-python3}
# PyTorch brings CUDA's libraries along.
WHEELS=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
export LD_LIBRARY_PATH="$WHEELS/nvidia/cu13/lib:${LD_LIBRARY_PATH:-}"
export SCONCE_FIXTURES="$ROOT/tests/fixtures"
exec "$PYTHON" "$ROOT/scripts/gpu_check.py" --binaries "$DIR" --out "$OUT" "$@"
