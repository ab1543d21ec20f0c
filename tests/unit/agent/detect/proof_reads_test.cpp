#include "agent/detect/proof_reads.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace footing;

namespace {

constexpr std::uint64_t mebibyte = 1ULL << 20;
constexpr std::uint64_t gibibyte = 1ULL << 30;
constexpr std::uint64_t tebibyte = 1ULL << 40;

bool reads(const std::vector<Range>& ranges, std::uint64_t offset)
{
    return std::ranges::any_of(ranges, [&](const Range& range) { return offset >= range.offset && offset < range.offset + range.size; });
}

}  // namespace

TEST_CASE("a small disk is read whole")
{
    CHECK(proof_ranges(512_MiB, {}, 1) == std::vector<Range>{{0, 512 * mebibyte}});
    CHECK(proof_ranges(Bytes{100 * mebibyte + 512}, {}, 1) == std::vector<Range>{{0, 100 * mebibyte + 512}});
}

TEST_CASE("ranges are sorted, don't overlap, stay on the disk, and begin at multiples of 4096")
{
    for (const Bytes disk : {513_MiB, 1_GiB, 300_GiB, 4_TiB, Bytes{16 * tebibyte - 4096}, Bytes{16 * tebibyte - 512}, 22_TiB}) {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            std::uint64_t end = 0;
            for (const auto& range : proof_ranges(disk, {}, seed)) {
                REQUIRE(range.offset >= end);
                REQUIRE(range.offset % 4096 == 0);
                REQUIRE(range.size > 0);
                end = range.offset + range.size;
            }
            REQUIRE(end == disk.count);
        }
    }
}

TEST_CASE("head, tail and every place of a known superblock are read")
{
    const auto big = proof_ranges(16_TiB, {}, 1);
    for (const std::uint64_t offset : std::vector<std::uint64_t>{0, 16 * mebibyte - 1, 16 * tebibyte - 16 * mebibyte, 16 * tebibyte - 1, 64 * mebibyte,
             256 * gibibyte, 32768ULL * 4096, tebibyte - 4096, 7 * (tebibyte - 4096) + mebibyte})
        CHECK(reads(big, offset));
    const auto small = proof_ranges(1_GiB, {}, 1);
    for (const std::uint64_t quarter : {1U, 2U, 3U}) CHECK(reads(small, gibibyte / 4 * quarter));
}

TEST_CASE("copies of superblocks are read on a whole drive and in a partition that begins at 1 MiB")
{
    Proof proof;
    proof.samples = 0;
    const auto ranges = proof_ranges(16_TiB, proof, 1);
    CHECK(reads(ranges, 8 * tebibyte));  // NTFS's $MFTMirr
    for (const std::uint64_t start : {std::uint64_t{0}, mebibyte}) {
        CAPTURE(start);
        for (const std::uint64_t gib : {1U, 2U, 4U, 6U, 10U, 16U, 64U, 100U, 256U, 1000U, 1024U}) CHECK(reads(ranges, start + gib * gibibyte));
        for (const std::uint64_t mib : {16U, 19U, 64U, 128U, 129U}) CHECK(reads(ranges, start + mib * mebibyte));
        CHECK(reads(ranges, start + (128 + 32 * 1024) * 1024 + 1024));  // VxFS in VxVM
        for (const std::uint64_t unit : {16U, 32U, 64U}) CHECK(reads(ranges, start + 2 * unit * mebibyte - 8192));
        for (const std::uint64_t group : {1U, 3U, 5U, 7U, 9U, 25U, 27U, 49U, 81U, 2187U, 59049U, 78125U, 117649U})
            CHECK(reads(ranges, start + group * 32768 * 4096));
        CHECK_FALSE(reads(ranges, start + 11ULL * 32768 * 4096));
    }
}

TEST_CASE("one sample lies in each stratum, and another seed puts it elsewhere")
{
    Proof proof;
    proof.samples = 16;
    const auto strata_hit = [&](std::uint64_t seed) {
        const auto ranges = proof_ranges(8_TiB, proof, seed);
        unsigned hit = 0;
        const std::uint64_t part = (8 * tebibyte - 32 * mebibyte) / 16;
        for (unsigned i = 0; i < 16; ++i)
            hit += std::ranges::any_of(ranges, [&](const Range& range) {
                return range.offset >= 16 * mebibyte + i * part && range.offset < 16 * mebibyte + (i + 1) * part;
            });
        return hit;
    };
    CHECK(strata_hit(1) == 16);
    CHECK(proof_ranges(8_TiB, proof, 1) != proof_ranges(8_TiB, proof, 2));
    CHECK(proof_ranges(8_TiB, proof, 1) == proof_ranges(8_TiB, proof, 1));
}
