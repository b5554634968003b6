// RMS norm, alone and behind an addition, and layer norm: one block a row, sums in f32.
#include "common.cuh"

// Calls `use(index, value)` for this thread's share of a row.
template <class T, class F> __device__ inline void each_of_row(const T* row, int dim, F use) {
    if (dim % PACK == 0) {
        for (int i = threadIdx.x * PACK; i < dim; i += blockDim.x * PACK) {
            Pack<T> pack = load_pack(row + i);
            for (int j = 0; j < PACK; ++j) {
                use(i + j, to_float(pack.at[j]));
            }
        }
    } else {
        for (int i = threadIdx.x; i < dim; i += blockDim.x) {
            use(i, to_float(row[i]));
        }
    }
}

// Writes `of(index, value)` of this thread's share of a row; a thread's share is the same in every pass.
template <class T, class F> __device__ inline void map_row(T* to, const T* row, int dim, F of) {
    if (dim % PACK == 0) {
        for (int i = threadIdx.x * PACK; i < dim; i += blockDim.x * PACK) {
            Pack<T> pack = load_pack(row + i);
            for (int j = 0; j < PACK; ++j) {
                pack.at[j] = from_float<T>(of(i + j, to_float(pack.at[j])));
            }
            store_pack(to + i, pack);
        }
    } else {
        for (int i = threadIdx.x; i < dim; i += blockDim.x) {
            to[i] = from_float<T>(of(i, to_float(row[i])));
        }
    }
}

template <class T> __device__ inline void rms_norm(T* out, const T* row, const float* weight, int dim, float eps) {
    __shared__ float scratch[WARP];
    float squares = 0.0f;
    each_of_row(row, dim, [&](int, float value) { squares += value * value; });
    float scale = rsqrtf(block_sum(squares, scratch) / dim + eps);
    map_row(out, row, dim, [&](int i, float value) { return value * scale * weight[i]; });
}

template <class T>
__device__ inline void layer_norm(T* out, const T* row, const float* weight, const float* bias, int dim, float eps) {
    __shared__ float scratch[WARP];
    float sum = 0.0f, squares = 0.0f;
    each_of_row(row, dim, [&](int, float value) { sum += value; });
    float mean = block_sum(sum, scratch) / dim;
    each_of_row(row, dim, [&](int, float value) { squares += (value - mean) * (value - mean); });
    float scale = rsqrtf(block_sum(squares, scratch) / dim + eps);
    map_row(out, row, dim, [&](int i, float value) {
        return (value - mean) * scale * weight[i] + (bias == nullptr ? 0.0f : bias[i]);
    });
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(1024) rms_norm_##T(T* out, const T* x, const float* weight, int dim, float eps) {            \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        rms_norm(out + row, x + row, weight, dim, eps);                                                                \
    }                                                                                                                  \
    /* The norm is of the rounded sum, which is what the residual stream holds. */                                     \
    extern "C" __global__ void __launch_bounds__(1024) add_rms_norm_##T(T* sum, T* out, const T* x, const T* residual, const float* weight,   \
                                                int dim, float eps) {                                                  \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        map_row(sum + row, x + row, dim,                                                                               \
                [&](int i, float value) { return value + to_float(residual[row + i]); });                              \
        rms_norm(out + row, sum + row, weight, dim, eps);                                                              \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(1024) layer_norm_##T(T* out, const T* x, const float* weight, const float* bias, int dim,    \
                                              float eps) {                                                             \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        layer_norm(out + row, x + row, weight, bias, dim, eps);                                                        \
    }                                                                                                                  \
    EXPORT(rms_norm_##T)                                                                                               \
    EXPORT(add_rms_norm_##T)                                                                                           \
    EXPORT(layer_norm_##T)
KERNELS(bf16)
KERNELS(f16)
