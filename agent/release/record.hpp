/// The record of one release: who, when, which disk, and what was destroyed. A file on this machine, written and
/// fsynced before the first wipe and again at each step on the way.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "agent/model/plan.hpp"
#include "agent/release/pre_image.hpp"
#include "inventory/permits/permit.hpp"

namespace footing {

/// Who asked for it, as the kernel and sudo say.
struct Actor {
    std::string user;       // SUDO_USER, else the name of the login uid; empty: nobody logged in
    std::string login_uid;  // /proc/self/loginuid; empty when unset
    unsigned uid = 0;       // getuid(2)
};

Actor who_asks();

/// An earlier release that had begun to wipe and may go on.
struct CutShort {
    std::uint64_t wiped_to = 0;
    std::string permit_id;  // empty: it was by serial number
};

struct ReleaseRecord {
    Disk disk;
    Judgement judgement;                // the verdict before, with the evidence
    std::vector<Signature> signatures;
    std::string first_bytes;            // hex of the disk's first 64 bytes
    Actor by;
    std::string begun_at;
    std::uint64_t since_boot = 0;       // microseconds since boot_id's boot: their order, whatever the clock did
    std::string boot_id;
    std::string state = "begun";        // begun wiping released failed refused
    std::string error;
    PreImage pre_image;
    std::string head_evidence;          // PreImage::evidence of the head alone, which is wiped last
    std::uint64_t wiped_to = 0;         // from the end of the head on; the head goes last
    std::optional<permits::Permit> permit;  // by which it is released, if not by its serial number
    std::optional<CutShort> cut_short;      // what this one goes on with; not in the file
};

nlohmann::json to_json_record(const ReleaseRecord& record);

/// Writes it to `file`, and makes sure that the file survives a power cut.
Result<void> keep(const ReleaseRecord& record, const std::string& file);

/// The newest release of this drive in this boot that may have written to it, if it was cut short. One that came to its
/// end, well or not, is not gone on with, nor is anything before it. Nor is a disk that was away meanwhile (another
/// diskseq) or whose head is not what it was: somebody has used it.
std::optional<CutShort> cut_short_before(const std::string& folder, const Disk& disk, const std::string& boot_id, const std::string& head_evidence);

/// True if a release by that permit was carried out here.
bool was_released_by(const std::string& folder, const std::string& permit_id);

}  // namespace footing
