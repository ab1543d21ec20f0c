/// What a report in order changes about the machine that it was recognised as.
///
/// A section that failed or wasn't collected changes nothing; nor does LLDP that heard nobody.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/probe.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// In how many seconds the next word of a machine is wanted.
std::uint64_t wish(const IntakeRules& rules);

/// What a report made known: of a machine unless that is empty. A writer has the feed to itself until its transaction ends.
std::vector<wire::Event> events_since(Sql& sql, std::uint64_t seq, const std::string& machine_id = "");

/// The place that is known, and what contradicts it.
void add_place(wire::ReportAnswer& answer, const Facts& facts);

/// How a machine was known that wasn't looked for.
inline constexpr const char* as_before = "as reported before";

/// Fills the answer, too, but for its events.
void conclude(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
              wire::ReportAnswer& answer);

/// The same of a report that was `received` then and is understood anew. Nobody was heard now: no right to a drive begins or
/// ends, the machine is no more alive than it was, and what is known from newer words stays.
void conclude_again(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, Instant received, const IntakeRules& rules, Instant now,
                    wire::ReportAnswer& answer);

/// Whether the machine has all values that identify it, and all that says where it stands, as when it reported last in this
/// boot: then it is recognised and stands where it did, and only what is in it needs to be looked at.
bool is_as_it_was(const HeardReport& heard, const ProbedMachine& probed);

/// The same as conclude(), of a machine that is as it was.
void conclude_contents(Sql& sql, const HeardReport& heard, const std::string& machine_id, const IntakeRules& rules, Instant now,
                       wire::ReportAnswer& answer);

}  // namespace footing::inventory
