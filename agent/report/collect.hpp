/// What a report says about the machine around its drives: who it is, what runs on it, its network.
///
/// Every collector answers with a section: Ok or Empty is knowledge about the machine, Failed and NotCollected are
/// not, and say why. `root` is where /sys and /proc lie, so that a captured machine can be replayed.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/model/units.hpp"
#include "agent/os/command.hpp"
#include "agent/os/programs.hpp"
#include "inventory/wire/report.hpp"

namespace footing::report {

/// SMBIOS as /sys/class/dmi/id has it. Empty on a machine without; Failed when the serials may not be read (no root).
wire::Section<wire::MachineIdentity> collect_machine(const std::filesystem::path& root);

/// Host name, kernel, memory, and of the kernel command line footing.release= (the image) and footing.site=, room=,
/// row=, rack=, unit= (the location). Of a word given twice the last one counts, as in the kernel.
wire::Section<wire::System> collect_system(const std::filesystem::path& root, const std::string& agent_version);

/// The physical Ethernet NICs, by name: no VLANs, bonds, bridges, virtual functions or wireless ones. With a root
/// other than "/" there are no addresses, and the permanent MAC is sysfs's address if that was never changed.
wire::Section<std::vector<wire::Nic>> collect_nics(const std::filesystem::path& root);

/// A switch speaks every 30 s: before this, silence says nothing.
inline constexpr double lldp_patience_s = 120;

/// What lldpd heard (lldpcli). NotCollected without lldpd, and while the machine is not up for long enough to have
/// heard anything; Failed when lldpd does not run or can't be understood.
wire::Section<std::vector<wire::Neighbour>> collect_neighbours();

/// The same of a given answer of `lldpcli -f json0 show neighbors details` (lldpcli(8): json0 is the stable form).
wire::Section<std::vector<wire::Neighbour>> neighbours_of(const Result<os::CommandResult>& answer, double seconds_since_boot);

/// What these drives say of themselves (SMART, NVMe's log, SCSI's pages, by smartctl(8)), all asked at once; for the
/// report alone, no verdict comes of it. One that sleeps isn't woken. Who has nothing to say by the deadline isn't in it.
std::map<std::string, wire::DriveHealth> collect_health(const std::vector<std::string>& paths, std::chrono::milliseconds deadline,
                                                        const std::string& smartctl = os::programs::smartctl);

/// The same of one answer of `smartctl --json --health --attributes`; nothing: it says nothing about the drive's health.
std::optional<wire::DriveHealth> health_from(const std::string& smartctl_json);

/// SMBIOS type 2, "location in chassis"; empty where the firmware or the kernel (dmi-sysfs) has none.
std::string location_in_chassis(const std::filesystem::path& root);

/// Memory modules (SMBIOS type 17). NotCollected without dmi-sysfs.
wire::Section<std::vector<wire::Dimm>> collect_memory(const std::filesystem::path& root);

/// The records of `footing release` in its folder, the newest first, with at most `of_each` bytes of a pre-image (0:
/// none; wire/report.hpp has the bounds). Failed, with those that can be read, when one can't.
wire::Section<std::vector<wire::Release>> collect_releases(const std::filesystem::path& folder, Bytes of_each);

/// The BMC's MAC, address and FRU (ipmitool). NotCollected without /dev/ipmi0 or ipmitool.
wire::Section<wire::Bmc> collect_bmc(const std::filesystem::path& root);

/// The same of given answers of `ipmitool lan print` and `ipmitool fru print 0`; a FRU that fails is left out.
wire::Section<wire::Bmc> bmc_of(const Result<os::CommandResult>& lan, const Result<os::CommandResult>& fru);

}  // namespace footing::report
