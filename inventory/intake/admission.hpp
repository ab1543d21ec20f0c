/// An admission request: what is remembered of its drives, the decision (disks/admission.hpp), and its record.
///
/// Asking and recording are one transaction, so two machines can't both get the last format that a brake allows, nor
/// the right to one drive.
#pragma once

#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/admission.hpp"

namespace footing::inventory {

Result<void> check(const wire::AdmissionRequest& request);

/// The request must have passed check(). `named`: as take_report().
wire::AdmissionAnswer take_admission(Sql& sql, const wire::AdmissionRequest& request, const IntakeRules& rules,
                                     Instant now, const std::string& named);

/// The values of a request that identify its machine, under these rules.
std::vector<IdentityClaim> claims_of(const wire::AdmissionRequest& request, const IntakeRules& rules);

}  // namespace footing::inventory
