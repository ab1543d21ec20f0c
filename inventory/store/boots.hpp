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

/// A report of a boot after which another began. It counts when it is one that this boot hadn't sent before.
void record_late(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence, Instant now);

/// What a boot of this id ran on, and when any machine was last heard of in it: merged machines share their boots.
struct Run {
    std::string hardware;   // empty: not known, or not the same each time
    std::string last_seen;  // empty: never
};
Run run_of(Sql& sql, const std::string& boot_id);

}  // namespace footing::inventory
