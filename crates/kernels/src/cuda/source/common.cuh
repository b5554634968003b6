// What all kernels share: types, 16-byte loads, sums over warps and blocks. Compiled by nvcc for a GPU, or by a C++
// compiler together with the emulation that tests run on.
#pragma once

#ifdef __CUDACC__
#include "device.cuh"
// For the emulation, which finds kernels by name.
#define EXPORT(NAME)
#else
#include "emulation.h"
#endif

using f32 = float;

constexpr int WARP = 32;
// Elements of a 16-byte load.
constexpr int PACK = 8;

template <class T> struct alignas(16) Pack {
    T at[PACK];
};

template <class T> __device__ inline Pack<T> load_pack(const T* from) {
    check_aligned(from);
    return *reinterpret_cast<const Pack<T>*>(from);
}

template <class T> __device__ inline void store_pack(T* to, const Pack<T>& pack) {
    check_aligned(to);
    *reinterpret_cast<Pack<T>*>(to) = pack;
}

// Infinite, or not a number.
__device__ inline bool is_not_finite(float value) { return (__float_as_uint(value) & 0x7f800000u) == 0x7f800000u; }

// A number of e4m3. Its exponent and fraction, put where those of a float are, make a number that is too small by the difference of
// the biases, also where it is subnormal.
__device__ inline float from_e4m3(unsigned char bits) {
    constexpr float BIAS = 1.329227995784916e36f; // 2^(127 - 7)
    return __uint_as_float(unsigned(bits & 0x80) << 24 | unsigned(bits & 0x7f) << 20) * BIAS;
}

__device__ inline float warp_sum(float value) {
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(0xffffffffu, value, distance);
    }
    return value;
}

// The sum over all threads of a block of whole warps, the same in each; `scratch` holds a float for each warp.
__device__ inline float block_sum(float value, float* scratch) {
    value = warp_sum(value);
    int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP, warps = blockDim.x / WARP;
    __syncthreads();
    if (lane == 0) {
        scratch[warp] = value;
    }
    __syncthreads();
    return warp_sum(lane < warps ? scratch[lane] : 0.0f);
}
