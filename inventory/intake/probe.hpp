/// A probe: is what the machine would report what is known? Then it is only noted that it is alive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/probe.hpp"

namespace footing::inventory {

Result<void> check(const wire::Probe& probe);

/// The machine that a probe is of, and the sections that it has to tell anew: all of them when anything happened to the
/// machine since they were taken (a person's change, a rule's, another machine's that took a drive of it), or an alarm is open
/// about a drive of it, which only a look at the drive closes.
struct ProbedMachine {
    MachineRow row;
    std::vector<std::string> wanted;
    std::uint64_t seq = 0;  // of its last change when its digests were taken
    std::string claims;     // digest of the values that identified it; empty where its drives weren't told then
    std::string hardware{}; // that it ran on then
};
std::optional<ProbedMachine> probed_machine(Sql& sql, const wire::Probe& probe, const IntakeRules& rules);

/// An unchanged machine is alive. In another boot its place is drawn again: a move that lasts is one, and boots that
/// contradict a lock are counted. Whether it was drawn.
bool heard_unchanged(Sql& sql, const ProbedMachine& known, const wire::Probe& probe, const IntakeRules& rules, Instant now);

/// The probe must have passed check().
wire::ProbeAnswer take_probe(Sql& sql, const wire::Probe& probe, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
