/// The two probers: what a disk's bytes are recognised as.
///
/// libblkid is run as wipefs runs it (superblocks and partition tables, bad checksums and forced GPT included) and to
/// its end, so that two signatures on one disk are two findings and not an ambivalent silence. The second opinion is a
/// small table of our own.
#pragma once

#include <string>
#include <vector>

#include "agent/model/observation.hpp"
#include "agent/model/result.hpp"

namespace footing {

/// What libblkid recognises on an open disk or file. Reads through the page cache: drop it first.
Result<std::vector<Signature>> probe_with_libblkid(int fd);

/// What our own table recognises in the first bytes of a disk (`head` from offset 0) and in its last (`tail`).
std::vector<Signature> probe_with_table(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail, Bytes size);

/// Proves on embedded fixtures that both probers recognise what they must. The Error names the first they missed.
Result<void> self_test();

}  // namespace footing
