/// What the probers must recognise at every start: pieces of real disks. Made by tests/fixtures/make_prober_fixtures.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace footing {

inline constexpr std::uint64_t fixture_disk_size = 512ULL << 20;

struct FixturePiece {
    std::uint64_t offset;
    std::string_view bytes;
};

struct Fixture {
    const char* name;
    const char* type;  // as libblkid names it
    std::vector<FixturePiece> pieces;
};

const std::vector<Fixture>& prober_fixtures();

}  // namespace footing
