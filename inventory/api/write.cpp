#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/admission.hpp"
#include "inventory/intake/report.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/json.hpp"

namespace footing::inventory {

Response Api::post_report(const Request& request, const Captures&)
{
    const auto report = wire::report_from_json(request.body);
    if (!report) return problem(report.error());
    if (auto checked = check(*report); !checked) return problem(checked.error());
    const auto answer =
        store_.write([&](Sql& sql) { return take_report(sql, *report, request.body, rules_, clock_()); });
    if (!answer) return problem(answer.error());
    counters_.count("footing_inventory_reports_total", "result=\"" + answer->result + "\"");
    return {200, "application/json", {}, wire::to_json(*answer)};
}

Response Api::post_admission(const Request& request, const Captures&)
{
    const auto asked = wire::admission_request_from_json(request.body);
    if (!asked) return problem(asked.error());
    if (auto checked = check(*asked); !checked) return problem(checked.error());
    const auto answer = store_.write([&](Sql& sql) { return take_admission(sql, *asked, rules_, clock_()); });
    if (!answer) return problem(answer.error());
    for (const auto& drive : answer->drives)
        counters_.count("footing_inventory_admissions_total",
                        std::string("decision=\"") + wire::word_of(drive.decision) + "\",code=\"" + drive.code + "\"");
    return {200, "application/json", {}, wire::to_json(*answer)};
}

}  // namespace footing::inventory
