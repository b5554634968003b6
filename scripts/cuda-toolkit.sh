#!/usr/bin/env bash
# Makes a CUDA 13.0 toolkit out of NVIDIA's Python wheels, for machines without one. Nothing is installed outside DIR.
#
#   scripts/cuda-toolkit.sh DIR          compiler, headers and the libraries sconce links against (some 800 MB to fetch)
#   scripts/cuda-toolkit.sh DIR build    compiler and headers, stand-ins for the libraries (some 110 MB): enough to build
#
# Then: export CUDA_HOME=DIR CUDA_COMPUTE_CAP=80 CUDARC_CUDA_VERSION=13000; cargo build --release --features cuda
set -euo pipefail

DIR=${1:?usage: cuda-toolkit.sh DIR [build]}
MODE=${2:-full}
PYTHON=${PYTHON:-python3}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
READY="$DIR/.ready-13.0.2-$MODE"
if [ -e "$READY" ]; then
    echo "$DIR is ready"
    exit 0
fi

# The parts of CUDA 13.0 Update 2.
WHEELS=(nvidia-cuda-nvcc==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-cccl==13.0.85
        nvidia-cuda-runtime==13.0.96)
if [ "$MODE" = full ]; then
    WHEELS+=(nvidia-cublas==13.1.0.3 nvidia-curand==10.4.0.35 nvidia-cuda-nvrtc==13.0.88)
fi

WORK=$(mktemp -d "$DIR/.work.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
# Some systems have a Python without pip.
if ! "$PYTHON" -m pip --version > /dev/null 2>&1; then
    "$PYTHON" -m venv "$WORK/venv"
    PYTHON=$WORK/venv/bin/python
fi
"$PYTHON" -m pip download --quiet --no-deps --only-binary=:all: --disable-pip-version-check \
    --platform manylinux_2_27_x86_64 --platform manylinux_2_18_x86_64 --platform manylinux2014_x86_64 \
    --dest "$WORK/wheels" "${WHEELS[@]}"
for wheel in "$WORK"/wheels/*.whl; do
    "$PYTHON" -m zipfile -e "$wheel" "$WORK/tree"
done
cp -a "$WORK/tree/nvidia/cu13/." "$DIR/"
chmod +x "$DIR"/bin/* "$DIR"/nvvm/bin/*
ln -sfn lib "$DIR/lib64"
mkdir -p "$DIR/lib/stubs"

# libX.so -> libX.so.N, which linkers look for.
for library in "$DIR"/lib/lib*.so.*; do
    name=$(basename "$library")
    ln -sfn "$name" "$DIR/lib/${name%%.so.*}.so"
done

# A library that only has the names: stand_in NAME FILE < names
stand_in() {
    sort -u | sed 's/.*/void &(void){}/' > "$WORK/$1.c"
    cc -shared -fPIC -O0 -w -fno-builtin "-Wl,-soname,$2" -Wl,--default-symver -o "$DIR/lib/stubs/$2" "$WORK/$1.c"
    ln -sfn "$2" "$DIR/lib/stubs/lib$1.so"
}

# The driver's library comes with the driver; to link, its names are enough.
grep -ohE '\bcu[A-Z][A-Za-z0-9]*(_v[0-9]+)?(_pt[a-z]+)?\b' "$DIR/include/cuda.h" | stand_in cuda libcuda.so.1

if [ "$MODE" != full ]; then
    BINDINGS=$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/cudarc-0.* 2> /dev/null | sort -V | tail -1)
    if [ -z "$BINDINGS" ]; then
        echo "run 'cargo fetch' first: the libraries' names are read from cudarc" >&2
        exit 1
    fi
    names() { grep -ohE '\bfn (cublas|curand|nvrtc)[A-Za-z0-9_]*' "$BINDINGS/src/$1/sys/mod.rs" | awk '{print $2}'; }
    names cublas | stand_in cublas libcublas.so.13
    names cublaslt | stand_in cublasLt libcublasLt.so.13
    names curand | stand_in curand libcurand.so.10
    names nvrtc | stand_in nvrtc libnvrtc.so.13
fi
touch "$READY"
echo "$DIR is ready: $("$DIR/bin/nvcc" --version | sed -n 4p)"
