// What the kernels behind the logits share: keys that order scores, sums over warps, and what stands for a token where there is none.
#pragma once

#include "common.cuh"

// A row with a logit that is not a finite number, and one of which no token may be drawn.
constexpr unsigned BROKEN = 0xffffffffu;
constexpr unsigned NONE_ALLOWED = 0xfffffffeu;

__device__ inline float minus_infinity() { return __uint_as_float(0xff800000u); }

// Greater scores have greater keys.
__device__ inline unsigned key_of(float score) {
    unsigned bits = __float_as_uint(score + 0.0f); // no negative zero
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ inline float score_of(unsigned key) {
    return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

template <class V> __device__ inline V warp_total(V value) {
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(0xffffffffu, value, distance);
    }
    return value;
}

// The sum of the values of all lanes up to this one.
template <class V> __device__ inline V warp_prefix(V value, int lane) {
    for (int distance = 1; distance < WARP; distance *= 2) {
        V below = __shfl_up_sync(0xffffffffu, value, distance);
        value += lane >= distance ? below : V(0);
    }
    return value;
}

// A key, then the complement of the id: of equal scores the lowest id is the greatest.
__device__ inline unsigned long long candidate(float score, unsigned id) {
    return (unsigned long long)key_of(score) << 32 | (0xffffffffu - id);
}

__device__ inline unsigned id_of(unsigned long long candidate) { return 0xffffffffu - unsigned(candidate); }

__device__ inline unsigned long long warp_greatest(unsigned long long value) {
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        unsigned long long other = __shfl_xor_sync(0xffffffffu, value, distance);
        value = other > value ? other : value;
    }
    return value;
}
