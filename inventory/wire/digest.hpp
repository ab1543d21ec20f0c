/// Digests of a report's lasting part, the same in the agent and in the inventory.
///
/// What differs at each look says nothing: the times of the stages, temperatures, hours of operation, which tool looked.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/wire/probe.hpp"
#include "inventory/wire/report.hpp"

namespace footing::wire {

/// The drive without what differs at each look.
Drive lasting(Drive drive);

/// The release without the copy of what was destroyed, which an inventory keeps elsewhere.
Release lasting(Release release);

/// Each one's text, in their order: what the inventory compares a drive by, too.
std::vector<std::string> lasting_texts(const std::vector<Drive>& drives);

/// SHA-256, 16 bytes in hex: of a text; of what identifies the machine (SMBIOS, permanent MACs, BMC); of each section but
/// stages, where `drives` is the lasting_texts() of the report's.
std::string digest(std::string_view text);
std::string fingerprint(const Report& report);
std::map<std::string, std::string> section_digests(const Report& report, const std::vector<std::string>& drives);

Probe probe_of(const Report& report, const std::vector<std::string>& drives);
Probe probe_of(const Report& report);

}  // namespace footing::wire
