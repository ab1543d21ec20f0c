/// What is looked at right before a write. A proof takes seconds, and neither our lock nor O_EXCL holds up a program that
/// asks for neither (dd), or another machine that reaches the same drive.
#pragma once

#include <cstdint>

#include "agent/model/ledger.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// Nobody has written to the drive through this kernel since it had changed that many sectors
/// (BlockDevice::sectors_changed()), and its ends, where every format begins, still hold nothing but `fill`.
Result<void> check_untouched(const os::BlockDevice& device, std::uint64_t sectors_changed, Bytes size, std::uint8_t fill);

/// Both slots still hold what we know of them.
Result<void> check_ledger(const os::BlockDevice& device, const Ledger& known, std::uint8_t fill);

}  // namespace footing
