/// A probe: is what the machine would report what is known? Then it is only noted that it is alive.
#pragma once

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/probe.hpp"

namespace footing::inventory {

Result<void> check(const wire::Probe& probe);

/// The probe must have passed check(). "unchanged" only if nothing happened to the machine since its report was taken:
/// a person's change, a rule's, or another machine's that took a drive of it wants the whole report again.
wire::ProbeAnswer take_probe(Sql& sql, const wire::Probe& probe, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
