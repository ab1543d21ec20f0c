/// A fuzz target: one function that takes any bytes, as libFuzzer calls it.
///
/// It must neither crash nor break what it promises. `promise(false)` ends the program, with any build type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

inline void promise(bool kept)
{
    if (!kept) std::abort();
}
