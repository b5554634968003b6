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

// Eight scores from place `first` of a row on; what lies behind its `end` is 0 and not `there`.
template <class T> struct Eight {
    int first, end;
    Pack<T> scores;

    // Rows of a length that is a multiple of eight lie where eight can be read at once.
    __device__ Eight(const T* row, int length, int first, int end) : first(first), end(end), scores() {
        if (length % PACK == 0 && first + PACK <= end) {
            scores = load_pack(row + first);
            return;
        }
#pragma unroll
        for (int j = 0; j < PACK; ++j) {
            if (there(j)) {
                scores.at[j] = row[first + j];
            }
        }
    }

    __device__ bool there(int j) const { return first + j < end; }
    __device__ float at(int j) const { return to_float(scores.at[j]); }
};

// Calls `use(place, score)` for this thread's share of a row.
template <class T, class F> __device__ inline void each_score(const T* row, int length, F use) {
    for (int first = threadIdx.x * PACK; first < length; first += blockDim.x * PACK) {
        Eight<T> eight(row, length, first, length);
#pragma unroll
        for (int j = 0; j < PACK; ++j) {
            if (eight.there(j)) {
                use(first + j, eight.at(j));
            }
        }
    }
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
