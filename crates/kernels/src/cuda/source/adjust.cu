// Changes rows of logits before tokens are drawn, as `Adjust::apply` does: one block a row, from the logits to a row of f32 of its own.
#include "scores.cuh"

constexpr int THREADS = 512;
constexpr unsigned NO_TOKEN = 0xffffffffu;

// As the host writes it. At `words`: pairs of bias (token, number), stops, the mask, then for each list of forbidden tokens its length and
// the tokens, then pairs of what was seen (token, how often generated).
struct Change {
    unsigned from; // row of the logits
    unsigned words;
    unsigned biased, end, stops;  // `end`: the token that gets the weights of the stops, or NO_TOKEN
    unsigned masked, mask_words;  // `masked`: is there a mask?
    unsigned lists, seen;
    float repetition, frequency, presence;
};

// The logarithm of the sum of both weights.
__device__ inline float log_add(float one, float other) {
    float more = fmaxf(one, other), less = fminf(one, other);
    return less == minus_infinity() ? more : more + log1pf(expf(less - more));
}

__device__ inline float penalized(float score, unsigned generated, const Change& it) {
    float repeated = score > 0.0f ? score / it.repetition : score * it.repetition;
    return repeated - it.frequency * float(generated) - (generated > 0 ? it.presence : 0.0f);
}

// Forbids the tokens of a list unless that leaves none; `left` counts, over the block, the tokens that may be drawn less those of the list.
__device__ inline void forbid(float* scores, int vocab, const unsigned* tokens, unsigned count, int& left) {
    if (threadIdx.x == 0) {
        left = 0;
    }
    __syncthreads();
    int mine = 0;
    for (int i = threadIdx.x; i < vocab; i += THREADS) {
        mine += scores[i] != minus_infinity();
    }
    for (unsigned i = threadIdx.x; i < count; i += THREADS) {
        mine -= scores[tokens[i]] != minus_infinity();
    }
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        mine += __shfl_xor_sync(0xffffffffu, mine, distance);
    }
    if (threadIdx.x % WARP == 0) {
        atomicAdd(&left, mine);
    }
    __syncthreads();
    if (left > 0) {
        for (unsigned i = threadIdx.x; i < count; i += THREADS) {
            scores[tokens[i]] = minus_infinity();
        }
    }
    __syncthreads();
}

// A logit that is not a finite number stays NaN through everything, so that the draw finds it.
template <class T>
__device__ inline void adjust(float* out, const T* logits, const Change* changes, const unsigned* words, int vocab) {
    __shared__ int left;
    const Change it = changes[blockIdx.x];
    const T* from = logits + size_t(it.from) * vocab;
    float* scores = out + size_t(blockIdx.x) * vocab;
    const unsigned* bias = words + it.words;
    const unsigned* stops = bias + 2 * it.biased;
    const unsigned* mask = stops + it.stops;
    const unsigned* list = mask + it.mask_words;
    for (int i = threadIdx.x; i < vocab; i += THREADS) {
        float score = to_float(from[i]);
        scores[i] = is_not_finite(score) ? __uint_as_float(0x7fc00000u) : score;
    }
    __syncthreads();
    for (unsigned i = threadIdx.x; i < it.biased; i += THREADS) {
        scores[bias[2 * i]] += __uint_as_float(bias[2 * i + 1]);
    }
    __syncthreads();
    if (threadIdx.x == 0 && it.end != NO_TOKEN) {
        float total = scores[it.end];
        for (unsigned i = 0; i < it.stops; ++i) {
            total = log_add(total, scores[stops[i]]);
        }
        scores[it.end] = total;
    }
    __syncthreads();
    for (int i = threadIdx.x; it.masked != 0 && i < vocab; i += THREADS) {
        unsigned word = unsigned(i) / 32 < it.mask_words ? mask[i / 32] : 0;
        if ((word >> (i % 32) & 1) == 0 && scores[i] == scores[i]) {
            scores[i] = minus_infinity();
        }
    }
    __syncthreads();
    for (unsigned i = 0; i < it.lists; ++i) {
        forbid(scores, vocab, list + 1, list[0], left);
        list += 1 + list[0];
    }
    for (unsigned i = threadIdx.x; i < it.seen; i += THREADS) {
        float& score = scores[list[2 * i]];
        score = penalized(score, list[2 * i + 1], it);
    }
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                              \
        adjust_##T(float* out, const T* logits, const Change* changes, const unsigned* words, int vocab) {             \
        adjust(out, logits, changes, words, vocab);                                                                    \
    }                                                                                                                  \
    EXPORT(adjust_##T)
KERNELS(bf16)
KERNELS(f16)
