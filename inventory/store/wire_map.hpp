/// The wire map as it was imported, as intervals.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/location/wire_map.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

std::optional<WireMapLine> wire_map_line(Sql& sql, const PortKey& key, const std::string& at = latest);
/// In the order of their keys, after `after`.
std::vector<std::pair<PortKey, WireMapLine>> wire_map_lines(Sql& sql, const PortKey& after, std::size_t limit, const std::string& at = latest);

/// The switches whose names begin so, in any spelling, in the order of their names.
std::vector<std::string> switches_named(Sql& sql, const std::string& begin, std::size_t limit, const std::string& at = latest);

/// So it is from now on; what was before must have ended.
void put_wire_map_line(Sql& sql, const WireMapLine& line, Instant now);
void end_wire_map_line(Sql& sql, const PortKey& key, Instant now);

/// The lines that these neighbours could match.
WireMap wire_map_for(Sql& sql, const std::vector<wire::Neighbour>& neighbours, const std::string& at = latest);

}  // namespace footing::inventory
