// Runs blocks as fibers; see emulation.h. A fiber is entered once by `swapcontext`, afterwards by `_longjmp`, which
// makes no system call.
#include "emulation.h"

#include <csetjmp>
#include <memory>
#include <string>
#include <ucontext.h>
#include <vector>

namespace emulation {

Index thread_index, block_index, block_size, grid_size;

namespace {

constexpr size_t STACK = 128 << 10;
constexpr int WARP_SIZE = 32;

struct Copy {
    void* to;
    const void* from;
    bool valid;
};

enum class Waits { No, Warp, Block, Ended };

struct Fiber {
    std::unique_ptr<unsigned char[]> stack{new unsigned char[STACK]};
    ucontext_t start;
    jmp_buf place;
    bool begun = false;
    Waits waits = Waits::No;
    std::vector<Copy> copies;
    unsigned exchanges = 0;
};

// What lanes gave; the last exchange and the one before it, whose values slower lanes still read.
struct Exchange {
    alignas(64) unsigned char values[2][WARP_SIZE * STRIDE];
    int arrived = 0;
};

std::vector<Fiber> fibers;
std::vector<Exchange> warps;
std::vector<unsigned char> shared_bytes;
void (*body)(void*);
void* context;
size_t current;
jmp_buf scheduler;
ucontext_t scheduler_context;
std::string message;

[[noreturn]] void back_to_scheduler() { _longjmp(scheduler, 1); }

void wait(Waits what) {
    fibers[current].waits = what;
    if (_setjmp(fibers[current].place) == 0) {
        back_to_scheduler();
    }
}

void run_fiber() {
    body(context);
    copies_arrive();
    fibers[current].waits = Waits::Ended;
    back_to_scheduler();
}

// Lets a thread run until it waits or ends.
void resume(size_t thread) {
    current = thread;
    thread_index.x = unsigned(thread);
    Fiber& fiber = fibers[thread];
    if (_setjmp(scheduler) != 0) {
        return;
    }
    if (fiber.begun) {
        _longjmp(fiber.place, 1);
    }
    fiber.begun = true;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.get();
    fiber.start.uc_stack.ss_size = STACK;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, run_fiber, 0);
    swapcontext(&scheduler_context, &fiber.start);
}

// Runs a warp until all of it waits for the block, or has ended.
void run_warp(size_t warp) {
    bool moved = true;
    while (moved && message.empty()) {
        moved = false;
        for (size_t thread = warp * WARP_SIZE; thread < (warp + 1) * WARP_SIZE && message.empty(); ++thread) {
            if (fibers[thread].waits == Waits::No) {
                resume(thread);
                moved = true;
            }
        }
    }
}

size_t count(Waits what) {
    size_t number = 0;
    for (const Fiber& fiber : fibers) {
        number += fiber.waits == what;
    }
    return number;
}

void run_block() {
    std::fill(shared_bytes.begin(), shared_bytes.end(), 0xff);
    for (Fiber& fiber : fibers) {
        fiber.begun = false;
        fiber.waits = Waits::No;
        fiber.exchanges = 0;
        fiber.copies.clear();
    }
    for (Exchange& warp : warps) {
        warp.arrived = 0;
    }
    while (message.empty()) {
        for (size_t warp = 0; warp < warps.size(); ++warp) {
            run_warp(warp);
        }
        if (!message.empty() || count(Waits::Ended) == fibers.size()) {
            return;
        }
        if (count(Waits::Block) != fibers.size()) {
            message = "not all threads reach a barrier";
            return;
        }
        for (Fiber& fiber : fibers) {
            fiber.waits = Waits::No;
        }
    }
}

} // namespace

void fail(const char* why) {
    message = why;
    back_to_scheduler();
}

void block_barrier() { wait(Waits::Block); }

const unsigned char* exchange(const void* mine, int bytes) {
    Exchange& warp = warps[current / WARP_SIZE];
    unsigned char* values = warp.values[fibers[current].exchanges++ % 2];
    std::memcpy(values + lane() * STRIDE, mine, bytes);
    if (++warp.arrived < WARP_SIZE) {
        wait(Waits::Warp);
    } else {
        warp.arrived = 0;
        size_t first = current / WARP_SIZE * WARP_SIZE;
        for (size_t thread = first; thread < first + WARP_SIZE; ++thread) {
            fibers[thread].waits = Waits::No;
        }
    }
    return values;
}

void copy_later(void* to, const void* from, bool valid) { fibers[current].copies.push_back({to, from, valid}); }

void copies_arrive() {
    for (const Copy& copy : fibers[current].copies) {
        if (copy.valid) {
            std::memcpy(copy.to, copy.from, 16);
        } else {
            std::memset(copy.to, 0, 16);
        }
    }
    fibers[current].copies.clear();
}

unsigned char* dynamic_shared() {
    // The space was allocated with room to align it.
    auto address = reinterpret_cast<uintptr_t>(shared_bytes.data());
    return shared_bytes.data() + (128 - address % 128) % 128;
}

int lane() { return int(current % WARP_SIZE); }

// Runs `kernel(arguments)` for every thread of every block; an empty message is success.
const char* launch(unsigned blocks, unsigned threads, unsigned shared, void (*kernel)(void*), void* arguments) {
    message.clear();
    if (threads == 0 || threads % WARP_SIZE != 0 || threads > 1024) {
        message = "blocks are whole warps of at most 1024 threads";
        return message.c_str();
    }
    fibers.resize(threads);
    warps.resize(threads / WARP_SIZE);
    shared_bytes.resize(shared + 128);
    body = kernel;
    context = arguments;
    block_size = {threads, 1, 1};
    grid_size = {blocks, 1, 1};
    for (unsigned block = 0; block < blocks && message.empty(); ++block) {
        block_index = {block, 0, 0};
        run_block();
    }
    return message.c_str();
}

} // namespace emulation
