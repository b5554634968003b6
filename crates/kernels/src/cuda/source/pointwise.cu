// Functions of single elements, and rows copied from the embedding table.
#include "common.cuh"

// In the order of `Activation`.
__device__ inline float activate(float x, int activation) {
    switch (activation) {
    case 0: return x / (1.0f + expf(-x));
    case 1: return 0.5f * x * (1.0f + erff(x * 0.70710678f));
    case 2: return 0.5f * x * (1.0f + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
    case 3: return fmaxf(x, 0.0f);
    default: return tanhf(x);
    }
}

// `[tokens, 2n]` → `[tokens, n]`, `count` = tokens * n.
template <class T>
__device__ inline void gated(T* out, const T* gate_up, unsigned count, int n, int activation) {
    unsigned step = gridDim.x * blockDim.x, first = blockIdx.x * blockDim.x + threadIdx.x;
    auto one = [&](float gate, float up) { return from_float<T>(activate(gate, activation) * up); };
    if (n % PACK == 0) {
        for (unsigned i = first; i < count / PACK; i += step) {
            unsigned token = i * PACK / n, at = i * PACK % n;
            const T* from = gate_up + size_t(token) * 2 * n + at;
            Pack<T> gate = load_pack(from), up = load_pack(from + n);
            for (int j = 0; j < PACK; ++j) {
                gate.at[j] = one(to_float(gate.at[j]), to_float(up.at[j]));
            }
            store_pack(out + size_t(i) * PACK, gate);
        }
    } else {
        for (unsigned i = first; i < count; i += step) {
            const T* from = gate_up + size_t(i / n) * 2 * n + i % n;
            out[i] = one(to_float(from[0]), to_float(from[n]));
        }
    }
}

template <class T> __device__ inline void activate_all(T* out, const T* x, unsigned count, int activation) {
    for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
        out[i] = from_float<T>(activate(to_float(x[i]), activation));
    }
}

// One block a token.
template <class T> __device__ inline void embedding(T* out, const T* table, const unsigned* ids, int hidden) {
    const T* from = table + size_t(ids[blockIdx.x]) * hidden;
    T* to = out + size_t(blockIdx.x) * hidden;
    if (hidden % PACK == 0) {
        for (int i = threadIdx.x * PACK; i < hidden; i += blockDim.x * PACK) {
            store_pack(to + i, load_pack(from + i));
        }
    } else {
        for (int i = threadIdx.x; i < hidden; i += blockDim.x) {
            to[i] = from[i];
        }
    }
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void gated_##T(T* out, const T* gate_up, unsigned count, int n, int activation) {           \
        gated(out, gate_up, count, n, activation);                                                                     \
    }                                                                                                                  \
    extern "C" __global__ void activate_##T(T* out, const T* x, unsigned count, int activation) {                     \
        activate_all(out, x, count, activation);                                                                       \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(1024) embedding_##T(T* out, const T* table, const unsigned* ids, int hidden) {               \
        embedding(out, table, ids, hidden);                                                                            \
    }                                                                                                                  \
    EXPORT(gated_##T)                                                                                                  \
    EXPORT(activate_##T)                                                                                               \
    EXPORT(embedding_##T)
KERNELS(bf16)
KERNELS(f16)
