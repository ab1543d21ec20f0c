/// May this machine format these drives? The second memory's answer.
///
/// Pure: it gets what the inventory remembers and answers each drive by the first rule that matches:
///
///     quarantined    the machine could be two known ones                                      refuse
///     duplicate      the request names one identity twice                                     refuse
///     two_machines   another machine has the right to a drive of this identity (store/rights.hpp), or is alive and
///                    holds one                                                                refuse; adopt: wait
///     other_boot     this machine has the right to it since another boot, on other hardware that may be alive
///                    (intake/boots.hpp)                                                       wait
///     no_identity    adopt, and nothing tells this drive from another                         refuse
///     restored       adopt, and the inventory was restored of late (store/listening.hpp): another machine may have been
///                    given the drive since the copy was made                                  wait
///     admitted       adopt: a disk that another machine enrolled is to be mounted, not made   admit, not counted
///     was_enrolled   the drive was reported enrolled, and no later admission explains this    refuse
///     restored       the inventory was restored right now: what was admitted since the copy may be under way  wait
///     admitted       the same was admitted to this machine and boot before                    admit, not counted again
///     admitted       resume, and an earlier admission of this drive is on record              admit, not counted
///     brake          as many formats as set were admitted in this room in the last hour       wait
///     admitted       else                                                                     admit
///
/// A drive without any usable identity has no memory: it is known by machine and path, and passes the same rules but
/// those that need an identity. Agents ask for such drives only where a rule says `identity: none`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/wire/admission.hpp"

namespace footing::inventory {

/// What is remembered of one drive, by any of its keys.
struct DriveMemory {
    std::string key;                        // what identifies it; "path|machine|path" without an identity
    std::string enrolled;                   // when it was first reported enrolled; empty: never
    std::string enrolled_where;             // the machine that reported it
    std::string admitted;                   // when it was last admitted; empty: never
    bool admitted_this_boot = false;        // the same action, by this machine in this boot
    std::vector<std::string> also_live_in;  // other live machines that hold it now
    bool has_identity = true;               // a WWN or a serial number that is no placeholder
    std::vector<std::string> promised_to{}; // other machines that may write to it, alive or not
    std::string other_boot{};               // of this machine, which may be alive and may write to it; empty: none
    std::string other_boot_heard{};         // when that one last was heard of
    bool released = false;                  // by a person, since the inventory was restored
};

struct AdmissionFacts {
    std::string machine_id;
    std::string quarantined;                // the sentence; empty: the machine is known
    std::string room;                       // empty: not located; such machines share one brake
    std::uint64_t formats_per_hour = 0;     // the brake; 0: none
    std::uint64_t formats_last_hour = 0;    // admitted in this room
    std::uint64_t oldest_format_ends_s = 0; // seconds until the oldest of them leaves the hour
    std::string restored{};                 // when, of late; empty: not
    std::string adoptions_wait_until{};     // because of that; empty: they don't
    std::string formats_wait_until{};
    std::vector<DriveMemory> drives;        // as many as asked, in the same order
};

wire::AdmissionAnswer decide_admission(const wire::AdmissionRequest& request, const AdmissionFacts& facts);

}  // namespace footing::inventory
