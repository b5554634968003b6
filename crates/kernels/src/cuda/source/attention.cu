// Paged attention on tensor cores, for any mix of decode rows and prefill chunks: a launch for tiles of few queries, one for
// tiles of many, and one that puts split ones together, each only if there are any.
//
// The queries of a row that share a KV head (all its tokens times the group) are packed into tiles, so that keys and values
// are read once for all of them; a block takes one tile over a range of keys. Few queries: all four warps hold the
// same 16 queries, each takes a quarter of every 64 keys, and they merge at the end. Many: each warp holds 16 queries of
// its own. Softmax is online (Milakov and Gimelshein 2018, Dao et al. 2022); ranges of keys that were split over blocks
// are put together by `attention_combine` (Flash-Decoding).
#include "common.cuh"

constexpr int WARPS = 4;
constexpr int THREADS = WARPS * WARP;
constexpr int KEYS = 64;
// Rows in shared memory are this much longer than a head, so that eight of them lie in different banks.
constexpr int PAD = 8;
constexpr float LOG2_E = 1.4426950408889634f;

// As `plan.rs` writes it.
struct Item {
    int first;     // the row's first token in the batch
    int start;     // position of that token
    int query;     // the tile's first packed query
    int queries;   // packed queries of the row: tokens times group
    int table;     // where the row's blocks begin
    int kv_head;
    int key_begin; // keys [begin, end)
    int key_end;
    int partial;   // where its partial result begins, in tiles of 16 queries, or -1: this block writes the output
};

struct Inputs {
    const unsigned* tables;
    int heads, kv_heads, head_dim, block_size;
    float scale; // of scores
    int causal;
    int window;    // 0: none
    float softcap; // 0: none
};

// Results of ranges of keys: sums of weighted values `[partials, 16, head_dim]`, then greatest score and sum of weights
// `[partials, 16, 2]`.
struct Partials {
    float* values;
    float* stats;
};

// Keys or values of a layer: T, or bytes of e4m3 with a scale for each token and head.
template <class P> struct Pages {
    const P* values;
    const float* scales;
};

// exp2 of a difference to the greatest score, which is -inf where nothing was seen.
__device__ inline float weight_of(float score, float greatest) {
    return exp2f(score - (greatest == -INFINITY ? 0.0f : greatest));
}

// The keys of a tile, as a warp loads them: its lanes find the heads of sixteen keys once, for keys and values, and tell each other.
// That a key's block is looked up costs more than all else where every thread does it for every load.
template <class T, int DIM> struct Keys {
    static constexpr int STRIDE = DIM + PAD;
    static constexpr int CHUNKS = DIM / PACK;
    static constexpr int AT_ONCE = WARP / CHUNKS; // keys of a warp's load
    static constexpr int LOADS = KEYS / WARPS / AT_ONCE;
    // So many loads of bytes are under way before the first is widened.
    static constexpr int UNDER_WAY = LOADS < 8 ? LOADS : 8;
    static_assert(WARP % CHUNKS == 0 && KEYS / WARPS <= WARP, "a lane for every key of a warp");

    // Which of the tile's keys this warp's load number `load` gets in place `at`.
    __device__ static int key(int load, int at) { return threadIdx.x / WARP * AT_ONCE + at + load * WARPS * AT_ONCE; }

    // This lane's part of it: a head among all heads of a layer's pages, or -1 behind the last key. So there must be less than 2^31:
    // of 64 values in bf16 they would take 256 GiB a layer.
    __device__ static int find(const Item& item, const Inputs& in, int first) {
        int lane = threadIdx.x % WARP, position = first + key(lane / AT_ONCE, lane % AT_ONCE);
        if (lane >= LOADS * AT_ONCE || position >= item.key_end) {
            return -1;
        }
        int block = int(in.tables[item.table + position / in.block_size]);
        return (block * in.kv_heads + item.kv_head) * in.block_size + position % in.block_size;
    }

    // The head that this thread gets with load number `load`, of what the lanes found.
    __device__ static int head(int found, int load) {
        return __shfl_sync(0xffffffffu, found, load * AT_ONCE + threadIdx.x % WARP / CHUNKS);
    }

    __device__ static int chunk() { return threadIdx.x % CHUNKS * PACK; }

    __device__ static T* place(T* tile, int load) {
        return tile + key(load, threadIdx.x % WARP / CHUNKS) * STRIDE + chunk();
    }

    // Begins to copy the keys or values of a tile.
    __device__ static void load(T* tile, int head_dim, Pages<T> pages, int found) {
#pragma unroll
        for (int i = 0; i < LOADS; ++i) {
            int row = head(found, i);
            bool valid = row >= 0 && chunk() < head_dim;
            const T* from = pages.values + (long long)row * head_dim + chunk();
            copy_async(place(tile, i), valid ? from : pages.values, valid);
        }
    }

    // The same of e4m3, which is widened on the way.
    __device__ static void load(T* tile, int head_dim, Pages<unsigned char> pages, int found) {
#pragma unroll 1
        for (int begun = 0; begun < LOADS; begun += UNDER_WAY) {
            unsigned long long bytes[UNDER_WAY];
            float scales[UNDER_WAY];
#pragma unroll
            for (int i = 0; i < UNDER_WAY; ++i) {
                int row = head(found, begun + i);
                bool valid = row >= 0 && chunk() < head_dim;
                const unsigned char* from = pages.values + (long long)row * head_dim + chunk();
                bytes[i] = valid ? *reinterpret_cast<const unsigned long long*>(from) : 0;
                scales[i] = valid ? pages.scales[row] : 0.0f;
            }
#pragma unroll
            for (int i = 0; i < UNDER_WAY; ++i) {
                Pack<T> pack;
#pragma unroll
                for (int j = 0; j < PACK; ++j) {
                    pack.at[j] = from_float<T>(from_e4m3(bytes[i] >> (8 * j) & 0xff) * scales[i]);
                }
                store_pack(place(tile, begun + i), pack);
            }
        }
    }
};

// One tile. QUERY_WARPS warps lie side by side over queries, the others over keys.
template <class T, class P, int DIM, int QUERY_WARPS> struct Attention {
    static constexpr int KEY_WARPS = WARPS / QUERY_WARPS;
    static constexpr int QUERIES = 16 * QUERY_WARPS;
    static constexpr int MY_KEYS = KEYS / KEY_WARPS;
    static constexpr int STRIDE = Keys<T, DIM>::STRIDE;

    const Item& item;
    const Inputs& in;
    T *q_tile, *k_tile, *v_tile;
    int lane, query_warp, key_warp, group;
    float values[DIM / 8][4] = {};
    float greatest[2] = {-INFINITY, -INFINITY};
    float sum[2] = {};

    __device__ Attention(const Item& item, const Inputs& in) : item(item), in(in) {
        q_tile = reinterpret_cast<T*>(shared_memory());
        k_tile = q_tile + QUERIES * STRIDE;
        v_tile = k_tile + KEYS * STRIDE;
        int warp = threadIdx.x / WARP;
        lane = threadIdx.x % WARP;
        query_warp = warp % QUERY_WARPS;
        key_warp = warp / QUERY_WARPS;
        group = in.heads / in.kv_heads;
    }

    // First element of a packed query's head in `[tokens, heads, head_dim]`.
    __device__ size_t place(int query) const {
        int token = item.first + query / group, head = item.kv_head * group + query % group;
        return (size_t(token) * in.heads + head) * in.head_dim;
    }

    // Begins to copy the tile's queries, zeros behind the last one.
    __device__ void load_queries(const T* q) {
        constexpr int CHUNKS = DIM / PACK;
        int chunk = threadIdx.x % CHUNKS * PACK;
        for (int row = threadIdx.x / CHUNKS; row < QUERIES; row += THREADS / CHUNKS) {
            int query = item.query + row;
            bool valid = query < item.queries && chunk < in.head_dim;
            copy_async(q_tile + row * STRIDE + chunk, valid ? q + place(query) + chunk : q, valid);
        }
    }

    // Scores of this warp's queries and keys; the keys of fragment n begin at `8n`.
    __device__ void score(float (&scores)[MY_KEYS / 8][4]) const {
        const T* q_rows = q_tile + (query_warp * 16 + lane % 16) * STRIDE + lane / 16 * 8;
        const T* k_rows = k_tile + (key_warp * MY_KEYS + lane / 16 * 8 + lane % 8) * STRIDE + lane / 8 % 2 * 8;
#pragma unroll
        for (int d = 0; d < DIM; d += 16) {
            unsigned a[4];
            load_matrices(a, q_rows + d);
#pragma unroll
            for (int n = 0; n < MY_KEYS / 8; n += 2) {
                unsigned b[4];
                load_matrices(b, k_rows + n * 8 * STRIDE + d);
                multiply(scores[n], a, b[0], b[1], T());
                multiply(scores[n + 1], a, b[2], b[3], T());
            }
        }
    }

    __device__ bool sees(int query, int key) const {
        int distance = item.start + query / group - key;
        bool before = distance >= 0 || !in.causal;
        int away = distance < 0 ? -distance : distance;
        return key < item.key_end && before && (in.window == 0 || away < in.window);
    }

    // Scores become weights; what was gathered before is scaled to the new greatest score.
    __device__ void weigh(float (&scores)[MY_KEYS / 8][4], int first) {
        int keys = first + key_warp * MY_KEYS + lane % 4 * 2;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            int query = item.query + query_warp * 16 + lane / 4 + half * 8;
            float most = greatest[half];
#pragma unroll
            for (int n = 0; n < MY_KEYS / 8; ++n) {
#pragma unroll
                for (int j = 0; j < 2; ++j) {
                    float& score = scores[n][half * 2 + j];
                    score *= in.scale;
                    if (in.softcap != 0.0f) {
                        score = in.softcap * tanhf(score / in.softcap);
                    }
                    score = sees(query, keys + n * 8 + j) ? score * LOG2_E : -INFINITY;
                    most = fmaxf(most, score);
                }
            }
            // Four lanes hold a query's scores.
            most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 1));
            most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 2));
            float shrink = weight_of(greatest[half], most);
            greatest[half] = most;
            sum[half] *= shrink;
#pragma unroll
            for (int n = 0; n < DIM / 8; ++n) {
                values[n][half * 2] *= shrink;
                values[n][half * 2 + 1] *= shrink;
            }
#pragma unroll
            for (int n = 0; n < MY_KEYS / 8; ++n) {
#pragma unroll
                for (int j = 0; j < 2; ++j) {
                    float& score = scores[n][half * 2 + j];
                    score = weight_of(score, most);
                    sum[half] += score;
                }
            }
        }
    }

    // Adds the weighted values; a pair of score fragments is an operand of the next product as it is.
    __device__ void gather(const float (&weights)[MY_KEYS / 8][4]) {
        const T* v_rows = v_tile + (key_warp * MY_KEYS + lane % 16) * STRIDE + lane / 16 * 8;
#pragma unroll
        for (int n = 0; n < MY_KEYS / 8; n += 2) {
            unsigned a[4];
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                a[i] = pack_two(weights[n + i / 2][i % 2 * 2], weights[n + i / 2][i % 2 * 2 + 1], T());
            }
#pragma unroll
            for (int d = 0; d < DIM / 8; d += 2) {
                unsigned b[4];
                load_matrices_transposed(b, v_rows + n * 8 * STRIDE + d * 8);
                multiply(values[d], a, b[0], b[1], T());
                multiply(values[d + 1], a, b[2], b[3], T());
            }
        }
    }

    // While keys are scored, values arrive, and where the next keys lie; while values are gathered, the next keys arrive.
    __device__ void run(const T* q, Pages<P> k_pages, Pages<P> v_pages) {
        using Loader = Keys<T, DIM>;
        int found = Loader::find(item, in, item.key_begin);
        load_queries(q);
        Loader::load(k_tile, in.head_dim, k_pages, found);
        for (int first = item.key_begin; first < item.key_end; first += KEYS) {
            wait_copies();
            __syncthreads();
            Loader::load(v_tile, in.head_dim, v_pages, found);
            found = Loader::find(item, in, first + KEYS);
            float scores[MY_KEYS / 8][4] = {};
            score(scores);
            weigh(scores, first);
            wait_copies();
            __syncthreads();
            if (first + KEYS < item.key_end) {
                Loader::load(k_tile, in.head_dim, k_pages, found);
            }
            gather(scores);
        }
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            sum[half] += __shfl_xor_sync(0xffffffffu, sum[half], 1);
            sum[half] += __shfl_xor_sync(0xffffffffu, sum[half], 2);
        }
    }

    // Puts the results of the warps that shared queries into warp 0 of them, by way of the keys' and values' place.
    __device__ void merge() {
        float* stats = reinterpret_cast<float*>(q_tile);    // [KEY_WARPS][QUERIES][2]
        float* shared = reinterpret_cast<float*>(k_tile);   // [KEY_WARPS][QUERIES][DIM]
        __syncthreads();
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            int row = key_warp * QUERIES + query_warp * 16 + lane / 4 + half * 8;
            if (lane % 4 == 0) {
                stats[row * 2] = greatest[half];
                stats[row * 2 + 1] = sum[half];
            }
#pragma unroll
            for (int n = 0; n < DIM / 8; ++n) {
#pragma unroll
                for (int j = 0; j < 2; ++j) {
                    shared[row * DIM + n * 8 + lane % 4 * 2 + j] = values[n][half * 2 + j];
                }
            }
        }
        __syncthreads();
        if (key_warp != 0) {
            return;
        }
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            int row = query_warp * 16 + lane / 4 + half * 8;
            for (int other = 1; other < KEY_WARPS; ++other) {
                int theirs = other * QUERIES + row;
                float most = fmaxf(greatest[half], stats[theirs * 2]);
                float mine = weight_of(greatest[half], most), factor = weight_of(stats[theirs * 2], most);
                greatest[half] = most;
                sum[half] = sum[half] * mine + stats[theirs * 2 + 1] * factor;
#pragma unroll
                for (int n = 0; n < DIM / 8; ++n) {
#pragma unroll
                    for (int j = 0; j < 2; ++j) {
                        float value = shared[theirs * DIM + n * 8 + lane % 4 * 2 + j];
                        values[n][half * 2 + j] = values[n][half * 2 + j] * mine + value * factor;
                    }
                }
            }
        }
    }

    __device__ void write(T* out, const Partials& partials) const {
        if (key_warp != 0) {
            return;
        }
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            int row = query_warp * 16 + lane / 4 + half * 8, query = item.query + row;
            if (query >= item.queries) {
                continue;
            }
            size_t partial = size_t(item.partial) * 16 + row;
            if (item.partial >= 0 && lane % 4 == 0) {
                partials.stats[partial * 2] = greatest[half];
                partials.stats[partial * 2 + 1] = sum[half];
            }
#pragma unroll
            for (int n = 0; n < DIM / 8; ++n) {
                int d = n * 8 + lane % 4 * 2;
                if (d >= in.head_dim) {
                    continue;
                }
                float low = values[n][half * 2], high = values[n][half * 2 + 1];
                if (item.partial >= 0) {
                    float* to = partials.values + partial * in.head_dim + d;
                    to[0] = low;
                    to[1] = high;
                } else {
                    unsigned pair = pack_two(low / sum[half], high / sum[half], T());
                    *reinterpret_cast<unsigned*>(out + place(query) + d) = pair;
                }
            }
        }
    }
};

// As `plan.rs` writes it: the partial results of a tile.
struct Combination {
    int first, query, queries, kv_head;
    int partial; // the first one
    int count;
    int tile; // queries
};

// One block a tile.
template <class T>
__device__ inline void combine(T* out, const Partials& partials, const Combination& it, int heads, int kv_heads,
                               int head_dim) {
    int tile = it.tile, group = heads / kv_heads;
    for (int i = threadIdx.x; i < tile * head_dim; i += blockDim.x) {
        int row = i / head_dim, d = i % head_dim, query = it.query + row;
        if (query >= it.queries) {
            break;
        }
        float greatest = -INFINITY, sum = 0.0f, value = 0.0f;
        for (int part = 0; part < it.count; ++part) {
            size_t at = size_t(it.partial) * 16 + part * tile + row;
            greatest = fmaxf(greatest, partials.stats[at * 2]);
        }
        for (int part = 0; part < it.count; ++part) {
            size_t at = size_t(it.partial) * 16 + part * tile + row;
            float factor = weight_of(partials.stats[at * 2], greatest);
            sum += partials.stats[at * 2 + 1] * factor;
            value += partials.values[at * head_dim + d] * factor;
        }
        size_t token = it.first + query / group, head = it.kv_head * group + query % group;
        out[(token * heads + head) * head_dim + d] = from_float<T>(value / sum);
    }
}

#define KERNEL(T, P, DIM, NAME, QUERY_WARPS)                                                                           \
    extern "C" __global__ void __launch_bounds__(THREADS) attention_##NAME##_##T(                                      \
        T* out, float* partial_values, float* partial_stats, const T* q, const P* k_pages, const P* v_pages,          \
        const float* k_scales, const float* v_scales, const Item* items, const unsigned* tables, int heads,           \
        int kv_heads, int head_dim, int block_size, float scale, int causal, int window, float softcap) {             \
        Item item = items[blockIdx.x];                                                                                 \
        if (item.key_begin >= item.key_end) {                                                                          \
            return; /* room of a graph that this step does not need */                                                 \
        }                                                                                                              \
        Inputs in = {tables, heads, kv_heads, head_dim, block_size, scale, causal, window, softcap};                  \
        Attention<T, P, DIM, QUERY_WARPS> attention(item, in);                                                         \
        attention.run(q, {k_pages, k_scales}, {v_pages, v_scales});                                                    \
        if (QUERY_WARPS < WARPS) {                                                                                     \
            attention.merge();                                                                                         \
        }                                                                                                              \
        attention.write(out, {partial_values, partial_stats});                                                        \
    }                                                                                                                  \
    EXPORT(attention_##NAME##_##T)
#define HEADS(T, DIM)                                                                                                  \
    KERNEL(T, T, DIM, few_##DIM, 1)                                                                                    \
    KERNEL(T, T, DIM, many_##DIM, 4)                                                                                   \
    KERNEL(T, unsigned char, DIM, few_##DIM##_fp8, 1)                                                                  \
    KERNEL(T, unsigned char, DIM, many_##DIM##_fp8, 4)
#define KERNELS(T)                                                                                                     \
    HEADS(T, 64)                                                                                                       \
    HEADS(T, 128)                                                                                                      \
    HEADS(T, 256)                                                                                                      \
    extern "C" __global__ void attention_combine_##T(T* out, float* partial_values, float* partial_stats,              \
                                                     const Combination* combinations, int heads, int kv_heads,         \
                                                     int head_dim) {                                                   \
        combine(out, {partial_values, partial_stats}, combinations[blockIdx.x], heads, kv_heads, head_dim);            \
    }                                                                                                                  \
    EXPORT(attention_combine_##T)
KERNELS(bf16)
KERNELS(f16)
