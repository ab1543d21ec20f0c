/// What an unchanged machine's probe, and its next report, are compared with: the digests of its last report that was taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct ProbeRow {
    std::string machine_id;
    std::map<std::string, std::string> digests;
    std::string rules;      // digest of the site's rules that it was understood by
    std::uint64_t seq = 0;  // the machine's version after it: what happened since makes the inventory look again
    std::string claims;     // digest of the values that identified it
    std::string hardware{}; // that it ran on (hardware_of() in identity/hardware.hpp); empty: not known
};
/// The digest of each drive as it was reported -> the disk that it is.
using ReportedDrives = std::map<std::string, std::string>;

std::optional<ProbeRow> probe_row(Sql& sql, const std::string& fingerprint);
/// Those of a row, which have many pages of the database: for whom it is worth it.
ReportedDrives reported_drives(Sql& sql, const std::string& fingerprint);
void keep_probe(Sql& sql, const std::string& fingerprint, const ProbeRow& row, const ReportedDrives& drives);
void forget_probes(Sql& sql, const std::string& machine_id);

}  // namespace footing::inventory
