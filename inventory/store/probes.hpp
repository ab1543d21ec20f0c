/// What an unchanged machine's probe is compared with: the digests of its last report that was taken.
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
};

std::optional<ProbeRow> probe_row(Sql& sql, const std::string& fingerprint);
void keep_probe(Sql& sql, const std::string& fingerprint, const ProbeRow& row);
void forget_probes(Sql& sql, const std::string& machine_id);

}  // namespace footing::inventory
