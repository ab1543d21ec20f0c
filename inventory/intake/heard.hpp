/// A report, and all that follows from it alone: drawn where many can work, before the one that writes is asked.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/changes.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/wire/probe.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct HeardReport {
    wire::Report report;
    std::string body;                   // as it came
    std::vector<IdentityClaim> claims;
    std::vector<ClaimKind> complete;    // the kinds that it knows completely: missing values are gone
    std::string claims_digest;          // wire/digest.hpp
    std::string hardware;               // identity/hardware.hpp
    std::vector<std::string> drive_digests;  // of each drive without what differs at each look, in the report's order
    wire::Probe probe;                  // what an unchanged machine would have sent instead
    Facts lasting;                      // what makes a machine "changed"
    Facts passing;                      // what differs at every boot and doesn't
    std::vector<std::string> warnings;  // which sections failed, and whether it is another cluster's
};
HeardReport hear_report(wire::Report report, std::string body, const IntakeRules& rules);

/// What JSON types can't say: ids are there, numbers are sane. Refuse with a JSON pointer.
Result<void> check(const wire::Report& report);

/// The values of a report that identify its machine, under these rules.
std::vector<IdentityClaim> claims_of(const wire::Report& report, const IntakeRules& rules);

/// A section that says something of the machine.
template <typename T>
bool collected(const wire::Section<T>& section)
{
    return section.status == wire::SectionStatus::Ok || section.status == wire::SectionStatus::Empty;
}

}  // namespace footing::inventory
