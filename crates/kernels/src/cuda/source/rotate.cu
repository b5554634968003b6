// Between the projections and attention, in one pass: queries and keys are normalized per head (if the model does that)
// and rotated, keys and values go to their pages. One warp a token and head; each part can be left out.
#include "common.cuh"

constexpr int HEADS_A_BLOCK = 4;
constexpr int MAX_HEAD_DIM = 256;
// The slot of a row that only fills a graph up.
constexpr unsigned NOWHERE = 0xffffffffu;

// Where heads come from and go to.
template <class T> struct Side {
    const T* from;
    int stride; // of a token, in elements
    int heads;
    void* to;            // T, or e4m3 where there are scales
    float* scales;       // of pages of e4m3: one for each token and head; else null
    const float* weight; // of the norm, or null
};

// Cosines and sines of each position, `half` a row.
struct Angles {
    const unsigned* positions;
    const float* cos;
    const float* sin;
    int half;
    int interleaved;
};

// `out[i] = x[i] cos ∓ x[partner] sin` for the element's pair.
__device__ inline float rotated(const float* x, int i, const Angles& angles, int token) {
    if (i >= 2 * angles.half) {
        return x[i];
    }
    bool first = angles.interleaved ? i % 2 == 0 : i < angles.half;
    int pair = angles.interleaved ? i / 2 : i % angles.half;
    int distance = angles.interleaved ? 1 : angles.half;
    size_t at = size_t(angles.positions[token]) * angles.half + pair;
    float cos = angles.cos[at], sin = angles.sin[at];
    return first ? x[i] * cos - x[i + distance] * sin : x[i] * cos + x[i - distance] * sin;
}

// Which of all heads in the pages.
__device__ inline size_t in_pages(unsigned slot, int head, int heads, int block_size) {
    return (size_t(slot / block_size) * heads + head) * block_size + slot % block_size;
}

// Writes a head as e4m3 with its scale, the greatest value over the greatest number of the type; `value(i)` gives its elements. A
// scale that is no number says that an element was none.
template <class F> __device__ inline void store_e4m3(unsigned char* to, float* scale, int dim, int lane, F value) {
    constexpr float MOST = 448.0f;
    float most = 0.0f;
    bool broken = false;
    for (int i = lane; i < dim; i += WARP) {
        float x = value(i);
        broken |= is_not_finite(x);
        most = fmaxf(most, fabsf(x));
    }
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, distance));
    }
    broken = __ballot_sync(0xffffffffu, broken) != 0;
    float inverse = most > 0.0f && !broken ? MOST / most : 0.0f;
    if (lane == 0) {
        *scale = broken ? __uint_as_float(0x7fc00000u) : most / MOST;
    }
    for (int i = lane; i < dim; i += WARP) {
        to[i] = broken ? 0 : to_e4m3(value(i) * inverse);
    }
}

template <class T>
__device__ inline void rotate_store(const Side<T>& q, const Side<T>& k, const Side<T>& v, const Angles& angles,
                                    const unsigned* slots, int block_size, int tokens, int dim, float eps) {
    __shared__ float staged[HEADS_A_BLOCK][MAX_HEAD_DIM];
    int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
    int units = q.heads + k.heads + v.heads;
    int unit = blockIdx.x * HEADS_A_BLOCK + warp;
    if (unit >= tokens * units) {
        return;
    }
    int token = unit / units, head = unit % units;
    bool is_q = head < q.heads, is_v = head >= q.heads + k.heads;
    head -= is_q ? 0 : is_v ? q.heads + k.heads : q.heads;
    int heads = is_q ? q.heads : k.heads;
    const float* weight = is_q ? q.weight : is_v ? nullptr : k.weight;
    const T* from = is_q ? q.from : is_v ? v.from : k.from;
    from += size_t(token) * (is_q ? q.stride : is_v ? v.stride : k.stride) + head * dim;

    float* x = staged[warp];
    float squares = 0.0f;
    for (int i = lane; i < dim; i += WARP) {
        x[i] = to_float(from[i]);
        squares += x[i] * x[i];
    }
    if (weight != nullptr) {
        float scale = rsqrtf(warp_sum(squares) / dim + eps);
        for (int i = lane; i < dim; i += WARP) {
            x[i] *= scale * weight[i];
        }
    }
    __syncwarp();
    bool paged = !is_q && slots != nullptr;
    if (paged && slots[token] == NOWHERE) {
        return;
    }
    void* to = is_q ? q.to : is_v ? v.to : k.to;
    float* scales = is_q ? nullptr : is_v ? v.scales : k.scales;
    size_t at = paged ? in_pages(slots[token], head, heads, block_size) : size_t(token) * heads + head;
    auto value = [&](int i) { return is_v ? x[i] : rotated(x, i, angles, token); };
    if (scales != nullptr) {
        store_e4m3(static_cast<unsigned char*>(to) + at * dim, scales + at, dim, lane, value);
        return;
    }
    for (int i = lane; i < dim; i += WARP) {
        static_cast<T*>(to)[at * dim + i] = from_float<T>(value(i));
    }
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void rotate_store_##T(                                                                       \
        const T* q, int q_stride, int q_heads, void* q_to, const float* q_weight, const T* k, int k_stride,           \
        int k_heads, void* k_to, const float* k_weight, const T* v, int v_stride, int v_heads, void* v_to,            \
        float* k_scales, float* v_scales, const unsigned* positions, const float* cos, const float* sin, int half,    \
        int interleaved, const unsigned* slots, int block_size, int tokens, int dim, float eps) {                     \
        rotate_store<T>({q, q_stride, q_heads, q_to, nullptr, q_weight},                                              \
                        {k, k_stride, k_heads, k_to, k_scales, k_weight},                                             \
                        {v, v_stride, v_heads, v_to, v_scales, nullptr}, {positions, cos, sin, half, interleaved},    \
                        slots, block_size, tokens, dim, eps);                                                          \
    }                                                                                                                  \
    EXPORT(rotate_store_##T)
KERNELS(bf16)
KERNELS(f16)
