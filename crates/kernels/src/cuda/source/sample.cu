// Sampling: one block a row of logits. Temperature, min-p, top-k and top-p, then the inverse of the cumulative
// distribution in the order of ids, at a random number that is given. The vocabulary is never sorted: top-k and top-p are
// thresholds, found by a radix selection over the bits of scores (counts for top-k, weights for top-p).
//
// Weights are summed as integers, so that the result does not depend on the order in which threads add.
#include "scores.cuh"

constexpr int THREADS = 512;
constexpr int WARPS = THREADS / WARP;
constexpr int BINS = 256;
// The weight of the best token, 1, as an integer.
constexpr float UNIT = 1099511627776.0f; // 2^40
typedef unsigned long long Mass;

// As the host writes it; `temperature` 0: the best token.
struct Draw {
    float temperature;
    float min_p;  // 0: all
    float top_p;  // 1: all
    float uniform; // in [0, 1)
    unsigned top_k; // 0: all
    unsigned from;  // row of the logits
    unsigned to;    // place of the token
};

// What all threads of a block look at.
struct Board {
    Mass bins[BINS];
    Mass masses[WARPS];
    unsigned counts[WARPS];
    unsigned long long best; // candidate
    unsigned prefix;         // of the radix selection
    Mass wanted;
    unsigned token;
    unsigned broken;
};

template <class T> struct Row {
    const T* logits;
    int vocab;
    float best, inverse; // greatest score, 1 / temperature
    unsigned least;      // keys below are out (top-k and top-p)
    float min_p;

    __device__ float weight(float score) const { return expf((score - best) * inverse); }
    __device__ bool keeps(float score) const { return key_of(score) >= least && weight(score) >= min_p; }
    __device__ Mass mass(float score) const { return Mass(weight(score) * UNIT); }
};

// Low bits that are the same in all keys of one sign, whole bytes of them: a number of few bits is widened with zeros.
template <class T> struct Constant {
    static constexpr int BITS = 0;
};
template <> struct Constant<bf16> {
    static constexpr int BITS = 16;
};
template <> struct Constant<f16> {
    static constexpr int BITS = 8;
};

// Adds to bins with one atomic operation a warp and bin: the first bits of most logits are the same few. `adds` is used up.
__device__ inline void add_together(Mass* bins, const unsigned (&bin)[PACK], Mass (&adds)[PACK]) {
    for (;;) {
        bool waits = false;
        unsigned next = 0;
#pragma unroll
        for (int j = 0; j < PACK; ++j) {
            next = adds[j] > 0 ? bin[j] : next;
            waits |= adds[j] > 0;
        }
        unsigned left = __ballot_sync(0xffffffffu, waits);
        if (left == 0) {
            return;
        }
        unsigned mine = __shfl_sync(0xffffffffu, next, __ffs(left) - 1);
        Mass sum = 0;
#pragma unroll
        for (int j = 0; j < PACK; ++j) {
            sum += bin[j] == mine ? adds[j] : 0;
            adds[j] = bin[j] == mine ? 0 : adds[j];
        }
        sum = warp_total(sum);
        if (threadIdx.x % WARP == 0) {
            atomicAdd(&bins[mine], sum);
        }
    }
}

// The greatest bin at which the sum from the greatest on reaches `board.wanted`, from which what lies above it is taken away; the
// last one that holds anything even if rounding left a little missing. For one warp; lanes have eight bins each.
__device__ inline void find_bin(Board& board, unsigned prefix) {
    int lane = threadIdx.x % WARP, top = BINS - 1 - lane * PACK;
    Mass sum = 0, wanted = board.wanted;
#pragma unroll
    for (int j = 0; j < PACK; ++j) {
        sum += board.bins[top - j];
    }
    Mass upto = warp_prefix(sum, lane), above = upto - sum;
    unsigned reaches = __ballot_sync(0xffffffffu, upto >= wanted), holds = __ballot_sync(0xffffffffu, sum > 0);
    // The first lane that reaches it, else the last that holds anything.
    int owner = reaches != 0 ? __ffs(reaches) - 1 : holds != 0 ? WARP - 1 - __clz(int(holds)) : 0;
    __syncwarp();
    if (lane == owner) {
        int bin = top, last = top;
        for (int j = 0; j < PACK; ++j) {
            last = board.bins[top - j] > 0 ? top - j : last;
        }
        Mass missing = wanted - above;
        while (bin > last && board.bins[bin] < missing) {
            missing -= board.bins[bin];
            --bin;
        }
        board.wanted = missing;
        board.prefix = prefix << 8 | unsigned(bin);
    }
}

// The key at which the sum of `amount(score)` over keys that are not smaller reaches `wanted`; leaves in `board.wanted`
// what is still missing when all greater keys are counted. `amount` is 0 for scores that do not take part.
template <class T, class F>
__device__ inline unsigned select(Board& board, const Row<T>& row, Mass wanted, F amount) {
    if (threadIdx.x == 0) {
        board.prefix = 0;
        board.wanted = wanted;
    }
    constexpr int LAST = Constant<T>::BITS;
    for (int shift = 24; shift >= LAST; shift -= 8) {
        for (int i = threadIdx.x; i < BINS; i += THREADS) {
            board.bins[i] = 0;
        }
        __syncthreads();
        unsigned prefix = board.prefix;
        for (int start = 0; start < row.vocab; start += THREADS * PACK) {
            Eight<T> eight(row.logits, row.vocab, start + threadIdx.x * PACK, row.vocab);
            unsigned bin[PACK];
            Mass adds[PACK];
#pragma unroll
            for (int j = 0; j < PACK; ++j) {
                unsigned key = key_of(eight.at(j));
                bin[j] = key >> shift & (BINS - 1);
                bool counts = eight.there(j) && (shift == 24 || key >> (shift + 8) == prefix);
                adds[j] = counts ? amount(eight.at(j)) : 0;
            }
            if (shift == 24) {
                add_together(board.bins, bin, adds);
                continue;
            }
#pragma unroll
            for (int j = 0; j < PACK; ++j) {
                if (adds[j] > 0) {
                    atomicAdd(&board.bins[bin[j]], adds[j]);
                }
            }
        }
        __syncthreads();
        if (threadIdx.x < WARP) {
            find_bin(board, prefix);
        }
        __syncthreads();
    }
    // Keys of positive scores begin with a one.
    unsigned prefix = board.prefix, positive = prefix >> (31 - LAST) & 1;
    return LAST == 0 ? prefix : prefix << (LAST & 31) | (positive ? 0 : (1u << LAST) - 1);
}

// Is this no score? Of a changed row (f32) minus infinity is one: that of a token that may not be drawn.
template <class T> __device__ inline bool is_broken(float score, T) { return is_not_finite(score); }
__device__ inline bool is_broken(float score, float) { return is_not_finite(score) && score != minus_infinity(); }

// The best token, and whether every logit is a score.
template <class T> __device__ inline void find_best(Board& board, const Row<T>& row) {
    if (threadIdx.x == 0) {
        board.best = 0;
        board.broken = 0;
    }
    __syncthreads();
    unsigned long long best = 0;
    bool broken = false;
    each_score(row.logits, row.vocab, [&](int i, float score) {
        broken |= is_broken(score, T());
        unsigned long long other = candidate(score, unsigned(i));
        best = other > best ? other : best;
    });
    best = warp_greatest(best);
    if (threadIdx.x % WARP == 0) {
        atomicMax(&board.best, best);
    }
    if (broken) {
        atomicMax(&board.broken, 1u);
    }
    __syncthreads();
}

// The token at which the cumulative weight of kept tokens passes `uniform` of its total; of the tokens with the least
// key only the first `ties` are kept.
template <class T> __device__ inline void draw(Board& board, const Row<T>& row, float uniform, unsigned ties) {
    int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
    constexpr int STEP = WARP * PACK;
    int steps = (row.vocab + STEP - 1) / STEP, stretch = (steps + WARPS - 1) / WARPS * STEP, first = warp * stretch;
    int end = first + stretch < row.vocab ? first + stretch : row.vocab;
    Mass mass = 0, tied = 0;
    for (int start = first + lane * PACK; start < end; start += STEP) {
        Eight<T> eight(row.logits, row.vocab, start, end);
#pragma unroll
        for (int j = 0; j < PACK; ++j) {
            float score = eight.at(j);
            if (eight.there(j) && row.keeps(score)) {
                bool is_tie = key_of(score) == row.least;
                tied += is_tie;
                mass += is_tie ? 0 : row.mass(score);
            }
        }
    }
    mass = warp_total(mass);
    tied = warp_total(tied);
    if (lane == 0) {
        board.masses[warp] = mass;
        board.counts[warp] = unsigned(tied);
    }
    if (threadIdx.x == 0) {
        board.token = id_of(board.best);
    }
    __syncthreads();
    // Every thread adds up the same few numbers; this warp's part lies between `before` and `before + mine`.
    Mass tie_mass = row.mass(score_of(row.least)), total = 0, before = 0, mine = 0;
    unsigned seen = 0, seen_before = 0;
    for (int other = 0; other < WARPS; ++other) {
        unsigned left = ties > seen ? ties - seen : 0, kept = board.counts[other] < left ? board.counts[other] : left;
        Mass part = board.masses[other] + kept * tie_mass;
        if (other == warp) {
            before = total;
            mine = part;
            seen_before = seen;
        }
        total += part;
        seen += board.counts[other];
    }
    Mass target = Mass(double(uniform) * double(total));
    if (target >= before && target < before + mine) {
        Mass reached = before;
        unsigned counted = seen_before;
        for (int start = first; start < end; start += STEP) {
            Eight<T> eight(row.logits, row.vocab, start + lane * PACK, end);
            unsigned tied_here = 0;
#pragma unroll
            for (int j = 0; j < PACK; ++j) {
                tied_here += eight.there(j) && row.keeps(eight.at(j)) && key_of(eight.at(j)) == row.least;
            }
            unsigned rank = counted + warp_prefix(tied_here, lane) - tied_here;
            Mass adds[PACK], sum = 0;
#pragma unroll
            for (int j = 0; j < PACK; ++j) {
                float score = eight.at(j);
                bool kept = eight.there(j) && row.keeps(score), is_tie = kept && key_of(score) == row.least;
                rank += is_tie;
                adds[j] = !kept || (is_tie && rank > ties) ? 0 : is_tie ? tie_mass : row.mass(score);
                sum += adds[j];
            }
            Mass upto = reached + warp_prefix(sum, lane) - sum;
#pragma unroll
            for (int j = 0; j < PACK; ++j) {
                upto += adds[j];
                if (adds[j] > 0 && target < upto && target >= upto - adds[j]) {
                    board.token = unsigned(eight.first + j);
                }
            }
            reached += warp_total(sum);
            counted += warp_total(tied_here);
            if (target < reached) {
                break;
            }
        }
    }
    __syncthreads();
}

template <class T> __device__ inline void sample(unsigned* tokens, const T* logits, const Draw* draws, int vocab) {
    __shared__ Board board;
    Draw it = draws[blockIdx.x];
    Row<T> row = {logits + size_t(it.from) * vocab, vocab, 0.0f, 0.0f, 0, 0.0f};
    find_best(board, row);
    row.best = score_of(unsigned(board.best >> 32));
    bool none = row.best == minus_infinity();
    if (board.broken != 0 || none || it.temperature <= 0.0f) {
        if (threadIdx.x == 0) {
            tokens[it.to] = board.broken != 0 ? BROKEN : none ? NONE_ALLOWED : id_of(board.best);
        }
        return;
    }
    row.inverse = fminf(1.0f / it.temperature, 3.4e38f);
    row.min_p = it.min_p;
    unsigned ties = 0xffffffffu;
    if (it.top_k > 0 && it.top_k < unsigned(vocab)) {
        row.least = select(board, row, Mass(it.top_k), [](float) { return Mass(1); });
    }
    if (it.top_p < 1.0f) {
        Mass mass = 0;
        each_score(row.logits, vocab, [&](int, float score) { mass += row.keeps(score) ? row.mass(score) : 0; });
        mass = warp_total(mass);
        __syncthreads();
        if (threadIdx.x % WARP == 0) {
            board.masses[threadIdx.x / WARP] = mass;
        }
        __syncthreads();
        Mass total = 0;
        for (int warp = 0; warp < WARPS; ++warp) {
            total += board.masses[warp];
        }
        Mass wanted = Mass(double(it.top_p) * double(total));
        wanted = wanted > 0 ? wanted : 1;
        Row<T> among = row;
        row.least = select(board, row, wanted, [among](float score) { return among.keeps(score) ? among.mass(score) : 0; });
        Mass one = row.mass(score_of(row.least));
        ties = one == 0 ? 0xffffffffu : unsigned((board.wanted + one - 1) / one);
    }
    draw(board, row, it.uniform, ties);
    if (threadIdx.x == 0) {
        tokens[it.to] = board.token;
    }
}

#define KERNELS(T)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(THREADS) sample_##T(unsigned* tokens, const T* logits,               \
                                                                     const Draw* draws, int vocab) {                   \
        sample(tokens, logits, draws, vocab);                                                                          \
    }                                                                                                                  \
    EXPORT(sample_##T)
KERNELS(bf16)
KERNELS(f16)
KERNELS(f32)
