// `y = x · Wᵀ + b` for a few rows of x, where reading the weight once is all that matters: one warp an output, 16 bytes a
// lane and load. More rows go to cuBLASLt.
#include "common.cuh"

constexpr int OUTPUTS_A_BLOCK = 8;

template <class T, int ROWS>
__device__ inline void linear_rows(T* y, const T* x, const T* weight, const T* bias, int inn, int out) {
    int lane = threadIdx.x % WARP, n = blockIdx.x * OUTPUTS_A_BLOCK + threadIdx.x / WARP;
    if (n >= out) {
        return;
    }
    const T* row = weight + size_t(n) * inn;
    float sums[ROWS] = {};
#pragma unroll 4
    for (int i = lane * PACK; i < inn; i += WARP * PACK) {
        Pack<T> w = load_pack(row + i);
        for (int m = 0; m < ROWS; ++m) {
            Pack<T> a = load_pack(x + size_t(m) * inn + i);
            for (int j = 0; j < PACK; ++j) {
                sums[m] += to_float(a.at[j]) * to_float(w.at[j]);
            }
        }
    }
    for (int m = 0; m < ROWS; ++m) {
        float sum = warp_sum(sums[m]);
        if (lane == 0) {
            y[size_t(m) * out + n] = from_float<T>(sum + (bias == nullptr ? 0.0f : to_float(bias[n])));
        }
    }
}

#define KERNEL(T, ROWS)                                                                                                \
    extern "C" __global__ void linear_rows_##ROWS##_##T(T* y, const T* x, const T* weight, const T* bias, int inn,    \
                                                        int out) {                                                     \
        linear_rows<T, ROWS>(y, x, weight, bias, inn, out);                                                            \
    }                                                                                                                  \
    EXPORT(linear_rows_##ROWS##_##T)
#define KERNELS(T) KERNEL(T, 1) KERNEL(T, 2) KERNEL(T, 3) KERNEL(T, 4)
KERNELS(bf16)
KERNELS(f16)
