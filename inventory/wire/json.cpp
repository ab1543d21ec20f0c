#include "inventory/wire/json.hpp"

#include "inventory/wire/codec.hpp"

namespace footing::wire {

std::string to_json(const Report& report) { return write(report); }
std::string to_json(const ReportAnswer& answer) { return write(answer); }
std::string to_json(const Probe& probe) { return write(probe); }
std::string to_json(const ProbeAnswer& answer) { return write(answer); }
std::string to_json(const AdmissionRequest& request) { return write(request); }
std::string to_json(const AdmissionAnswer& answer) { return write(answer); }

Result<Report> report_from_json(std::string_view text)
{
    auto report = read<Report>(text);
    if (report && report->schema != report_schema)
        return fail(ErrorKind::Refuse,
                    fmt::format("/schema is '{}', expected '{}'", report->schema, report_schema));
    return report;
}

Result<ReportAnswer> report_answer_from_json(std::string_view text) { return read<ReportAnswer>(text); }
Result<ProbeAnswer> probe_answer_from_json(std::string_view text) { return read<ProbeAnswer>(text); }

Result<Probe> probe_from_json(std::string_view text)
{
    auto probe = read<Probe>(text);
    if (probe && probe->schema != probe_schema)
        return fail(ErrorKind::Refuse, fmt::format("/schema is '{}', expected '{}'", probe->schema, probe_schema));
    return probe;
}

Result<AdmissionRequest> admission_request_from_json(std::string_view text) { return read<AdmissionRequest>(text); }
Result<AdmissionAnswer> admission_answer_from_json(std::string_view text) { return read<AdmissionAnswer>(text); }

}  // namespace footing::wire
