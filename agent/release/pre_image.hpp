/// What a disk holds where the proof of blankness reads: its digest, and a compressed copy for who must undo a release.
///
/// The file is gzip over "footing pre-image 1\n" and then, for each run of blocks that aren't blank: offset and size in
/// bytes (8 bytes each, little-endian), and the bytes. It is bounded: more than that is counted and digested, not kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

struct Piece {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

struct PreImage {
    std::string evidence;         // SHA-256 over offset and bytes of every block of 4 KiB that isn't blank
    std::uint64_t nonblank = 0;   // bytes in those blocks
    std::uint64_t kept = 0;       // of them, in the file
    std::string file;             // empty: no copy was made
    std::uint64_t file_size = 0;
    std::string file_sha256;
    bool operator==(const PreImage&) const = default;
};

/// Reads the pieces; writes and fsyncs `file` unless its name is empty. An existing file is an Error.
Result<PreImage> take_pre_image(const os::BlockDevice& device, const std::vector<Piece>& pieces, std::uint8_t fill,
                                const std::string& file, Bytes at_most);

}  // namespace footing
