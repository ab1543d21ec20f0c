/// What was heard in which boot of which machine, and on which hardware.
#pragma once

#include <cstdint>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Records a report's sequence (0: the boot only asked for admission), and the hardware that it runs on (hardware_of() in
/// identity/hardware.hpp; empty: not told this time). A boot never heard of becomes the latest.
void record_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence,
                 const std::string& hardware, Instant now);

/// A boot that the machine has been in is its latest.
void set_latest_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id);

/// Two machines that were taken for one since a time: boots of `other`, and those begun since then, which may be either's, aren't
/// `machine_id`'s. Whoever reports in one next begins it; the latest is the one before. What they ran on stays known.
void part_boots(Sql& sql, const std::string& machine_id, const std::string& other, const std::string& since);

/// Somebody spoke in that boot and was refused: it may be alive all the same.
void note_heard(Sql& sql, const std::string& boot_id, Instant now);

/// A report of a boot after which another began. It counts when it is one that this boot hadn't sent before.
void record_late(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence, Instant now);

/// What a boot of this id ran on, and when any machine was last heard of in it: merged machines share their boots.
struct Run {
    std::string hardware;   // empty: not known, or not the same each time
    std::string last_seen;  // empty: never
};
Run run_of(Sql& sql, const std::string& boot_id);

}  // namespace footing::inventory
