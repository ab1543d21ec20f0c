/// Release: what lies on one disk is destroyed, by a permission for that disk, so that it can be enrolled.
///
/// The whole disk is overwritten with the blank disk's fill, and afterwards the ordinary proof must find it blank. So
/// the judge needs no word for "dirty, but allowed", a permission can't outlive its use, and "only what is proved blank
/// is formatted" stays true without an exception. The price is time: a drive without a write-zeroes command is written
/// once from end to end.
///
/// Order: exclusive lock and claim, look again, record and pre-image on stable storage, before_wipe, partitions out of the kernel,
/// everything behind the head, flush, the head last, flush, the proof. Power may go anywhere: until the end the head
/// still says whose the disk was, it is held as before, and the release can be run again; in the same boot it goes on
/// where it was, if the head is untouched and no other release came between. After a proof that failed it starts over. The pre-image holds what the proof's places held, not the whole disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/os/block_device.hpp"
#include "agent/release/record.hpp"

namespace footing {

/// What release asks the stages before it, anew each time.
struct ReleaseOpinion {
    std::function<Result<Disk>()> describe;                                       // detect: the kernel's facts
    std::function<Observation(const os::BlockDevice&)> look;              // detect: the whole look
    std::function<Judgement(const Observation&)> judge;                   // judge: this disk alone
};

struct ReleaseOrder {
    Disk disk;
    std::string serial;             // as the person said it
    std::vector<Piece> pieces;      // where the proof reads: what the pre-image holds
    std::uint64_t head = 0;         // bytes that go last
    std::uint8_t fill = 0;
    std::string folder;             // of records
    Bytes pre_image_at_most{};
    std::function<Result<void>(const ReleaseRecord&)> before_wipe;  // the last word: an Error, and nothing is written
    std::function<void()> recorded;  // the record says "wiping", and nothing is wiped yet
};

/// Called with what begins, or how far the wipe is.
using TellRelease = std::function<void(const std::string&)>;

/// Releases the disk behind `device`, which is open for writing and locked. `record` says afterwards what was done,
/// also when it failed.
Result<void> release(const os::BlockDevice& device, const ReleaseOrder& order, const ReleaseOpinion& opinion,
                     const TellRelease& tell, ReleaseRecord& record);

/// Hex of the disk's first 64 bytes.
Result<std::string> first_bytes(const os::BlockDevice& device);

}  // namespace footing
