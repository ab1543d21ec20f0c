/// Where a proof of blankness reads: head, tail, every place at which a known superblock can lie, random samples.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

struct Range {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    bool operator==(const Range&) const = default;
};

/// The ranges, sorted, without overlap, multiples of 4096 except at the very end. A disk of at most 512 MiB is read
/// whole. One sample of 64 KiB lies in each of `samples` equal parts of what is between head and tail, at a place that
/// `seed` decides.
std::vector<Range> proof_ranges(Bytes disk, const Proof& proof, std::uint64_t seed);

/// Reads all of it in pieces of at most 1 MiB and shows each to `look`, which says whether to go on.
Result<void> read_ranges(const os::BlockDevice& device, const std::vector<Range>& ranges,
                         const std::function<bool(std::uint64_t offset, std::span<const std::uint8_t> bytes)>& look);

}  // namespace footing
