/// One look at one drive: opens it, reads what its verdict needs, and writes nothing.
#pragma once

#include "agent/model/observation.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// Looks at a drive. What goes wrong is part of the observation, never silence. `seed` decides where samples lie.
Observation observe(const Disk& disk, const Config& config, std::uint64_t seed);

/// Who may have opened the disk exclusively: nobody, or we ourselves.
enum class Claim { Nobodys, Ours };

/// The same through a descriptor that is open already: the second look, under the lock.
Observation observe_open(const os::BlockDevice& device, const Disk& disk, const Config& config, std::uint64_t seed, Claim claim);

/// Reads back what an enrolment wrote (ledger, GPT, superblock), from the drive and not from a cache.
Observation read_back(const os::BlockDevice& device, const Disk& disk, const Config& config);

/// A drive that did not answer: `error` is its worker's.
Observation unanswered(const Disk& disk, const Error& error);

}  // namespace footing
