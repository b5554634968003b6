// Log-probabilities of tokens that were drawn, and of the most likely ones, from the logits as they were: one block a row.
#include "scores.cuh"

constexpr int THREADS = 512;
constexpr int WARPS = THREADS / WARP;

// As the host writes it.
struct Wish {
    unsigned from;  // row of the logits
    unsigned token; // place of the drawn token
    unsigned top;   // how many of the most likely tokens
    unsigned to;    // where to write: log-probability and rank of the token, then pairs of the most likely (token, log-probability)
};

// The greatest candidate below `limit`, over the block.
template <class T>
__device__ inline unsigned long long next_best(unsigned long long& shared, const T* logits, int vocab, unsigned long long limit) {
    __syncthreads();
    if (threadIdx.x == 0) {
        shared = 0;
    }
    __syncthreads();
    unsigned long long best = 0;
    each_score(logits, vocab, [&](int i, float score) {
        unsigned long long other = candidate(score, unsigned(i));
        best = other > best && other < limit ? other : best;
    });
    best = warp_greatest(best);
    if (threadIdx.x % WARP == 0) {
        atomicMax(&shared, best);
    }
    __syncthreads();
    return shared;
}

template <class T>
__device__ inline void logprobs(unsigned* out, const T* all, const Wish* wishes, const unsigned* tokens, int vocab) {
    __shared__ unsigned long long shared;
    __shared__ float sums[WARPS];
    __shared__ unsigned above;
    Wish it = wishes[blockIdx.x];
    unsigned token = tokens[it.token];
    if (token >= unsigned(vocab)) { // there is none
        return;
    }
    const T* logits = all + size_t(it.from) * vocab;
    unsigned* to = out + it.to;
    if (threadIdx.x == 0) {
        above = 0;
    }
    unsigned long long best = next_best(shared, logits, vocab, ~0ull);
    float greatest = score_of(unsigned(best >> 32)), chosen = to_float(logits[token]), sum = 0.0f;
    unsigned long long mine = candidate(chosen, token);
    unsigned better = 0;
    each_score(logits, vocab, [&](int i, float score) {
        sum += expf(score - greatest);
        better += candidate(score, unsigned(i)) > mine;
    });
    sum = block_sum(sum, sums);
    atomicAdd(&above, better);
    __syncthreads();
    float log_sum = greatest + logf(sum);
    if (threadIdx.x == 0) {
        to[0] = __float_as_uint(chosen - log_sum);
        to[1] = above + 1;
    }
    for (unsigned i = 0; i < it.top; ++i) {
        if (i > 0) {
            best = next_best(shared, logits, vocab, best);
        }
        if (threadIdx.x == 0) {
            to[2 + 2 * i] = id_of(best);
            to[3 + 2 * i] = __float_as_uint(score_of(unsigned(best >> 32)) - log_sum);
        }
    }
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                              \
        logprobs_##T(unsigned* out, const T* logits, const Wish* wishes, const unsigned* tokens, int vocab) {          \
        logprobs(out, logits, wishes, tokens, vocab);                                                                  \
    }                                                                                                                  \
    EXPORT(logprobs_##T)
KERNELS(bf16)
KERNELS(f16)
