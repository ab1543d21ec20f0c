/// The plan and the services as the wire says them, beside what is collected of the machine.
#pragma once

#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/model/wanted.hpp"
#include "agent/start/start.hpp"
#include "inventory/wire/report.hpp"

namespace footing::report {

wire::DriveIdentity to_wire(const Identity& identity);
wire::Drive to_wire(const PlanEntry& entry);

/// Who this machine is: SMBIOS, with the UUID of the configuration where that names one, as the ledgers have it.
wire::Section<wire::MachineIdentity> who_it_is(const Config& config);

/// A whole report, with a fresh id. `sequence` is the look's, or a little more for what is said of it again. Where what it lets
/// go isn't `noted` (run/look.hpp), its drives are a section that failed: that ends no right.
Result<wire::Report> build_report(const Config& config, const Plan& plan, const std::vector<StageTime>& stages,
                                  const std::vector<ServiceState>& services, std::uint64_t sequence, const Result<void>& noted);

}  // namespace footing::report
