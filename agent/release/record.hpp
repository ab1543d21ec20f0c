/// The record of one release: who, when, which disk, and what was destroyed. A file on this machine, written and
/// fsynced before the first wipe and again at each step on the way.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "agent/model/plan.hpp"
#include "agent/release/pre_image.hpp"

namespace footing {

/// Who asked for it, as the kernel and sudo say.
struct Actor {
    std::string user;       // SUDO_USER, else the name of the login uid; empty: nobody logged in
    std::string login_uid;  // /proc/self/loginuid; empty when unset
    unsigned uid = 0;       // getuid(2)
};

Actor who_asks();

struct ReleaseRecord {
    Disk disk;
    Judgement judgement;                // the verdict before, with the evidence
    std::vector<Signature> signatures;
    std::string first_bytes;            // hex of the disk's first 64 bytes
    Actor by;
    std::string begun_at;
    std::string boot_id;
    std::string state = "begun";        // begun wiping released failed
    std::string error;
    PreImage pre_image;
    std::uint64_t wiped_to = 0;         // from the end of the head on; the head goes last
};

nlohmann::json to_json_record(const ReleaseRecord& record);

/// Writes it to `file`, and makes sure that the file survives a power cut.
Result<void> keep(const ReleaseRecord& record, const std::string& file);

/// How far an earlier release of this very disk came that was cut short in this boot; 0 if there was none. A disk that
/// was away meanwhile has another diskseq, and starts anew.
std::uint64_t wiped_before(const std::string& folder, const Disk& disk, const std::string& boot_id);

}  // namespace footing
