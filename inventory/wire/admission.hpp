/// "May I format these? May I mount those?": asked once for all candidate drives of a machine, before the first write.
///
/// The inventory can only forbid. Whether a drive is blank is decided on the machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/wire/report.hpp"

namespace footing::wire {

struct AdmissionDrive {
    std::string path;
    DriveIdentity identity;
    std::uint64_t size = 0;
    std::string action;   // enroll resume; adopt: mount a disk that another machine of the cluster enrolled
    std::string evidence; // sha256 of the observation that the verdict stands on
    bool operator==(const AdmissionDrive&) const = default;
};

struct AdmissionRequest {
    std::string boot_id;
    std::string cluster;
    MachineIdentity machine;
    std::vector<std::string> macs;
    std::vector<AdmissionDrive> drives;
    Section<System> system;                    // these two say where it stands: before its first report, too, the
    Section<std::vector<Neighbour>> neighbours;  // formats of a machine count in its room
    std::uint64_t sequence = 0;                  // as Report::sequence, of the look that asks; 0: not told
    bool operator==(const AdmissionRequest&) const = default;
};

enum class AdmissionDecision {
    Admit,
    Refuse,  ///< final until a person changes something: was enrolled, seen in two machines
    Wait,    ///< ask again: a brake is on
};

struct AdmissionDriveAnswer {
    std::string path;
    DriveIdentity identity;
    AdmissionDecision decision = AdmissionDecision::Refuse;
    std::string code;      // admitted was_enrolled two_machines other_boot restored duplicate no_identity brake quarantined
    std::string sentence;
    bool operator==(const AdmissionDriveAnswer&) const = default;
};

struct AdmissionAnswer {
    std::string machine_id;
    std::vector<AdmissionDriveAnswer> drives;  // as many as asked, in the same order
    std::uint64_t ask_again_s = 0;             // 0: nothing waits
    bool operator==(const AdmissionAnswer&) const = default;
};

}  // namespace footing::wire
