// RMS norm, alone and behind an addition, and layer norm: one block a row, sums in f32.
#include "common.cuh"

// So many elements at a time: eight where rows are of such a length, else one.
template <int N> struct Width {};

template <class T> __device__ inline Pack<T> load(const T* from, Width<PACK>) { return load_pack(from); }
template <class T> __device__ inline Pack<T> load(const T* from, Width<1>) {
    Pack<T> pack = {};
    pack.at[0] = *from;
    return pack;
}
template <class T> __device__ inline void store(T* to, const Pack<T>& pack, Width<PACK>) { store_pack(to, pack); }
template <class T> __device__ inline void store(T* to, const Pack<T>& pack, Width<1>) { *to = pack.at[0]; }

// Calls `use(width, index)` for this thread's share of a row, which is the same in every pass.
template <class F> __device__ inline void share_of_row(int dim, F use) {
    if (dim % PACK == 0) {
        for (int i = threadIdx.x * PACK; i < dim; i += blockDim.x * PACK) {
            use(Width<PACK>(), i);
        }
    } else {
        for (int i = threadIdx.x; i < dim; i += blockDim.x) {
            use(Width<1>(), i);
        }
    }
}

// `of(value, place)` of all elements at hand.
template <class T, int N, class F> __device__ inline void change(Pack<T>& pack, Width<N>, F of) {
#pragma unroll
    for (int j = 0; j < N; ++j) {
        pack.at[j] = from_float<T>(of(to_float(pack.at[j]), j));
    }
}

// The sum of `of(value)` of all elements at hand.
template <class T, int N, class F> __device__ inline float total(const Pack<T>& pack, Width<N>, F of) {
    float sum = 0.0f;
#pragma unroll
    for (int j = 0; j < N; ++j) {
        sum += of(to_float(pack.at[j]));
    }
    return sum;
}

__device__ inline float square(float value) { return value * value; }

// The norm of a row whose squares this thread has summed over its share.
template <class T>
__device__ inline void finish_rms_norm(T* out, const T* row, const float* weight, int dim, float eps, float squares) {
    __shared__ float scratch[WARP];
    float scale = rsqrtf(block_sum(squares, scratch) / dim + eps);
    share_of_row(dim, [&](auto width, int i) {
        Pack<T> x = load(row + i, width);
        Pack<float> weights = load(weight + i, width);
        change(x, width, [&](float value, int j) { return value * scale * weights.at[j]; });
        store(out + i, x, width);
    });
}

template <class T> __device__ inline void rms_norm(T* out, const T* row, const float* weight, int dim, float eps) {
    float squares = 0.0f;
    share_of_row(dim, [&](auto width, int i) { squares += total(load(row + i, width), width, square); });
    finish_rms_norm(out, row, weight, dim, eps, squares);
}

// The norm is of the rounded sum, which is what the residual stream holds.
template <class T>
__device__ inline void add_rms_norm(T* sum, T* out, const T* x, const T* residual, const float* weight, int dim, float eps) {
    float squares = 0.0f;
    share_of_row(dim, [&](auto width, int i) {
        Pack<T> both = load(x + i, width), other = load(residual + i, width);
        change(both, width, [&](float value, int j) { return value + to_float(other.at[j]); });
        store(sum + i, both, width);
        squares += total(both, width, square);
    });
    finish_rms_norm(out, sum, weight, dim, eps, squares);
}

template <class T>
__device__ inline void layer_norm(T* out, const T* row, const float* weight, const float* bias, int dim, float eps) {
    __shared__ float scratch[WARP];
    float sum = 0.0f, squares = 0.0f;
    share_of_row(dim, [&](auto width, int i) {
        sum += total(load(row + i, width), width, [](float value) { return value; });
    });
    float mean = block_sum(sum, scratch) / dim;
    share_of_row(dim, [&](auto width, int i) {
        squares += total(load(row + i, width), width, [&](float value) { return (value - mean) * (value - mean); });
    });
    float scale = rsqrtf(block_sum(squares, scratch) / dim + eps);
    share_of_row(dim, [&](auto width, int i) {
        Pack<T> x = load(row + i, width);
        Pack<float> weights = load(weight + i, width), biases = {};
        if (bias != nullptr) {
            biases = load(bias + i, width);
        }
        change(x, width, [&](float value, int j) { return (value - mean) * scale * weights.at[j] + biases.at[j]; });
        store(out + i, x, width);
    });
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(1024)                                                                 \
        rms_norm_##T(T* out, const T* x, const float* weight, int dim, float eps) {                                    \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        rms_norm(out + row, x + row, weight, dim, eps);                                                                \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(1024)                                                                 \
        add_rms_norm_##T(T* sum, T* out, const T* x, const T* residual, const float* weight, int dim, float eps) {     \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        add_rms_norm(sum + row, out + row, x + row, residual + row, weight, dim, eps);                                 \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(1024)                                                                 \
        layer_norm_##T(T* out, const T* x, const float* weight, const float* bias, int dim, float eps) {               \
        size_t row = size_t(blockIdx.x) * dim;                                                                         \
        layer_norm(out + row, x + row, weight, bias, dim, eps);                                                        \
    }                                                                                                                  \
    EXPORT(rms_norm_##T)                                                                                               \
    EXPORT(add_rms_norm_##T)                                                                                           \
    EXPORT(layer_norm_##T)
KERNELS(bf16)
KERNELS(f16)
