// Stands in for a GPU: the kernels' own source, compiled as C++, runs on the CPU one block at a time. Every CUDA thread is
// a fiber. Barriers, shuffles and matrix instructions wait for the threads they need, so that a missing
// barrier shows as a wrong result; a barrier that not all reach, or a misaligned address, is an error. Dynamic shared memory
// begins as NaN, and asynchronous copies arrive as late as they may.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __launch_bounds__(n)

namespace emulation {

struct Index {
    unsigned x = 0, y = 0, z = 0;
};
extern Index thread_index, block_index, block_size, grid_size;

// Ends the launch with a message.
[[noreturn]] void fail(const char* message);
// Waits for all threads of the block.
void block_barrier();
// Each thread of a warp gives `bytes` (at most 64); returns those of all 32, `STRIDE` bytes apart.
constexpr int STRIDE = 64;
const unsigned char* exchange(const void* mine, int bytes);
void copy_later(void* to, const void* from, bool valid);
void copies_arrive();
unsigned char* dynamic_shared();
int lane();

template <class V> struct Warp {
    const unsigned char* all;
    V of(int lane) const {
        V value;
        std::memcpy(&value, all + lane * STRIDE, sizeof(V));
        return value;
    }
};

template <class V> Warp<V> share(const V& mine) {
    static_assert(sizeof(V) <= STRIDE, "fits its place");
    return {exchange(&mine, sizeof(V))};
}

} // namespace emulation

#define threadIdx emulation::thread_index
#define blockIdx emulation::block_index
#define blockDim emulation::block_size
#define gridDim emulation::grid_size

inline unsigned __float_as_uint(float value) {
    unsigned bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

inline float __uint_as_float(unsigned bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

// bfloat16, rounded to nearest even; NaN stays NaN.
struct bf16 {
    uint16_t bits = 0;
};

inline float to_float(bf16 value) { return __uint_as_float(unsigned(value.bits) << 16); }

inline bf16 round_bf16(float value) {
    unsigned bits = __float_as_uint(value);
    if (std::isnan(value)) {
        return {uint16_t(bits >> 16 | 0x40)};
    }
    return {uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16)};
}

// IEEE half precision.
struct f16 {
    _Float16 value = 0;
};

inline float to_float(f16 value) { return float(value.value); }
inline float to_float(float value) { return value; }

template <class T> inline T from_float(float value);
template <> inline bf16 from_float<bf16>(float value) { return round_bf16(value); }
template <> inline f16 from_float<f16>(float value) { return {_Float16(value)}; }
template <> inline float from_float<float>(float value) { return value; }

// The nearest number of e4m3 (ties to even), at most 448 from zero; NaN stays NaN. OCP 8-bit Floating Point Specification.
inline unsigned char to_e4m3(float value) {
    unsigned char sign = __float_as_uint(value) >> 31 << 7;
    if (std::isnan(value)) {
        return sign | 0x7f;
    }
    float size = std::fabs(value);
    if (size >= 448.0f) {
        return sign | 0x7e;
    }
    // The least normal number is 2^-6; below it steps are 2^-9.
    int exponent = size < 0.015625f ? -6 : std::ilogb(size);
    int steps = int(std::nearbyint(std::ldexp(size, 3 - exponent)));
    return sign | (size < 0.015625f ? steps : (exponent + 6) * 8 + steps);
}

template <class T> inline unsigned pack_two(float low, float high, T) {
    T pair[2] = {from_float<T>(low), from_float<T>(high)};
    unsigned packed;
    std::memcpy(&packed, pair, 4);
    return packed;
}

inline float rsqrtf(float value) { return 1.0f / std::sqrt(value); }

inline void __syncthreads() { emulation::block_barrier(); }

inline void __syncwarp() { emulation::share(0); }

inline void whole_warp(unsigned mask) {
    if (mask != 0xffffffffu) {
        emulation::fail("only whole warps are emulated");
    }
}

template <class V> inline V __shfl_xor_sync(unsigned mask, V value, int other) {
    whole_warp(mask);
    return emulation::share(value).of(emulation::lane() ^ other);
}

template <class V> inline V __shfl_up_sync(unsigned mask, V value, int distance) {
    whole_warp(mask);
    int lane = emulation::lane();
    return emulation::share(value).of(lane >= distance ? lane - distance : lane);
}

template <class V> inline V __shfl_sync(unsigned mask, V value, int from) {
    whole_warp(mask);
    return emulation::share(value).of(from % 32);
}

inline unsigned __ballot_sync(unsigned mask, bool vote) {
    whole_warp(mask);
    auto votes = emulation::share(vote);
    unsigned all = 0;
    for (int lane = 0; lane < 32; ++lane) {
        all |= unsigned(votes.of(lane)) << lane;
    }
    return all;
}

inline int __ffs(unsigned bits) { return __builtin_ffs(int(bits)); }

inline int __clz(int bits) { return bits == 0 ? 32 : __builtin_clz(unsigned(bits)); }

// Threads run one at a time.
template <class V> inline V atomicAdd(V* place, V value) {
    V before = *place;
    *place += value;
    return before;
}

template <class V> inline V atomicMax(V* place, V value) {
    V before = *place;
    *place = value > before ? value : before;
    return before;
}

inline unsigned char* shared_memory() { return emulation::dynamic_shared(); }

inline void check_aligned(const void* pointer) {
    if (reinterpret_cast<uintptr_t>(pointer) % 16 != 0) {
        emulation::fail("a load or store of 16 bytes is not aligned");
    }
}

inline void copy_async(void* to, const void* from, bool valid) {
    if (reinterpret_cast<uintptr_t>(to) % 16 != 0 || (valid && reinterpret_cast<uintptr_t>(from) % 16 != 0)) {
        emulation::fail("an asynchronous copy is not aligned to 16 bytes");
    }
    emulation::copy_later(to, from, valid);
}

inline void wait_copies() { emulation::copies_arrive(); }

// Rows of four 8x8 matrices of 16-bit values, by the lanes that named them.
inline void load_matrix_rows(unsigned (&to)[4], const void* row, bool transposed) {
    if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
        emulation::fail("a row of a matrix is not aligned to 16 bytes");
    }
    auto rows = emulation::share(row);
    int major = emulation::lane() / 4, minor = emulation::lane() % 4 * 2;
    for (int matrix = 0; matrix < 4; ++matrix) {
        uint16_t pair[2];
        for (int i = 0; i < 2; ++i) {
            int r = transposed ? minor + i : major, c = transposed ? major : minor + i;
            pair[i] = static_cast<const uint16_t*>(rows.of(matrix * 8 + r))[c];
        }
        std::memcpy(&to[matrix], pair, 4);
    }
}

inline void load_matrices(unsigned (&to)[4], const void* row) { load_matrix_rows(to, row, false); }

inline void load_matrices_transposed(unsigned (&to)[4], const void* row) { load_matrix_rows(to, row, true); }

template <class T> inline void multiply(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, T) {
    struct Operands {
        unsigned a[4], b[2];
    };
    Operands mine = {{a[0], a[1], a[2], a[3]}, {b0, b1}};
    auto warp = emulation::share(mine);
    auto value = [&](int lane, int index) {
        T found;
        std::memcpy(static_cast<void*>(&found), warp.all + lane * emulation::STRIDE + index * int(sizeof(T)), sizeof(T));
        return to_float(found);
    };
    int row = emulation::lane() / 4, column = emulation::lane() % 4 * 2;
    for (int i = 0; i < 4; ++i) {
        int m = row + i / 2 * 8, n = column + i % 2;
        for (int k = 0; k < 16; ++k) {
            float left = value(m % 8 * 4 + k % 8 / 2, (m / 8 + k / 8 * 2) * 2 + k % 2);
            d[i] += left * value(n * 4 + k % 8 / 2, (4 + k / 8) * 2 + k % 2);
        }
    }
}
