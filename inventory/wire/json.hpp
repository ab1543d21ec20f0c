/// The wire types as JSON and back.
///
/// Reading is strict about types and lenient about additions: an unknown key is ignored (newer agents), a key of the
/// wrong type or a missing required key is an error that names its JSON pointer. Inside a section of a report such a
/// mistake makes the section a failed one, whose error is that sentence.
#pragma once

#include <string>
#include <string_view>

#include "agent/model/result.hpp"
#include "inventory/wire/admission.hpp"
#include "inventory/wire/probe.hpp"
#include "inventory/wire/report.hpp"

namespace footing::wire {

std::string to_json(const Report& report);
std::string to_json(const ReportAnswer& answer);
std::string to_json(const Probe& probe);
std::string to_json(const ProbeAnswer& answer);
std::string to_json(const AdmissionRequest& request);
std::string to_json(const AdmissionAnswer& answer);

Result<Report> report_from_json(std::string_view text);
Result<ReportAnswer> report_answer_from_json(std::string_view text);
Result<Probe> probe_from_json(std::string_view text);
Result<ProbeAnswer> probe_answer_from_json(std::string_view text);
Result<AdmissionRequest> admission_request_from_json(std::string_view text);
Result<AdmissionAnswer> admission_answer_from_json(std::string_view text);

}  // namespace footing::wire
