// The kernels by name, called as the driver calls them: with pointers to their arguments.
#include "emulation.h"

#include <string>
#include <utility>
#include <vector>

namespace emulation {

const char* launch(unsigned blocks, unsigned threads, unsigned shared, void (*kernel)(void*), void* arguments);

namespace {

struct Entry {
    std::string name;
    void (*run)(void*);
    size_t num_arguments;
};

std::vector<Entry>& entries() {
    static std::vector<Entry> all;
    return all;
}

template <auto KERNEL, class... A, size_t... I>
void call(void (*)(A...), void** arguments, std::index_sequence<I...>) {
    KERNEL(*static_cast<A*>(arguments[I])...);
}

template <auto KERNEL, class... A> bool enter(const char* name, void (*kernel)(A...)) {
    auto run = [](void* arguments) {
        call<KERNEL>(KERNEL, static_cast<void**>(arguments), std::index_sequence_for<A...>());
    };
    (void)kernel;
    entries().push_back({name, run, sizeof...(A)});
    return true;
}

} // namespace
} // namespace emulation

#define EXPORT(NAME) static const bool entered_##NAME = emulation::enter<NAME>(#NAME, NAME);
// Made by the build script: includes every kernel.
#include "all_kernels.h"

// Null on success, else what went wrong.
extern "C" const char* sconce_emulate(const char* name, unsigned blocks, unsigned threads, unsigned shared,
                                      void** arguments, size_t count) {
    for (const emulation::Entry& entry : emulation::entries()) {
        if (entry.name == name) {
            if (entry.num_arguments != count) {
                return "the kernel takes another number of arguments";
            }
            const char* message = emulation::launch(blocks, threads, shared, entry.run, arguments);
            return *message == '\0' ? nullptr : message;
        }
    }
    return "there is no such kernel";
}
