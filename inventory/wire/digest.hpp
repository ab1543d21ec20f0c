/// Digests of a report's lasting part, the same in the agent and in the inventory.
///
/// What differs at each look says nothing: the times of the stages, temperatures, hours of operation, which tool looked.
#pragma once

#include <map>
#include <string>

#include "inventory/wire/probe.hpp"
#include "inventory/wire/report.hpp"

namespace footing::wire {

/// The drive without what differs at each look.
Drive lasting(Drive drive);

/// The release without the copy of what was destroyed, which an inventory keeps elsewhere.
Release lasting(Release release);

/// SHA-256, 16 bytes in hex: of what identifies the machine (SMBIOS, permanent MACs, BMC), and of each section but stages.
std::string fingerprint(const Report& report);
std::map<std::string, std::string> section_digests(const Report& report);

Probe probe_of(const Report& report);

}  // namespace footing::wire
