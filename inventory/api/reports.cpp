#include "inventory/store/reports.hpp"

#include "inventory/api/api.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/replay.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/json.hpp"

namespace footing::inventory {

Response Api::get_report(const Request&, const Captures& captures)
{
    const auto row = store_.read([&](Sql& sql) { return report_row(sql, captures.at("id")); });
    if (!row) return problem(row.error());
    if (!*row) return problem(404, "no report of this id is kept");
    const auto& kept = **row;
    const wire::Json body{{"report_id", kept.report_id}, {"machine", kept.machine_id}, {"boot_id", kept.boot_id},
                          {"sequence", kept.sequence}, {"received_at", kept.received_at},
                          {"sent_by", {{"token", text_or_null(kept.sender.token_id)}, {"certificate", text_or_null(kept.sender.certificate)}}},
                          {"result", kept.result},
                          {"answer", wire::Json::parse(kept.answer, nullptr, false)},
                          {"report", wire::Json::parse(kept.body, nullptr, false)}};
    return {200, "application/json", {}, wire::text_of(body)};
}

Response Api::post_replay(const Request&, const Captures& captures)
{
    const auto answer = store_.write([&](Sql& sql) { return replay_report(sql, captures.at("id"), rules_, clock_()); });
    if (!answer) return problem(answer.error());
    if (!*answer) return problem(answer->error());
    return {200, "application/json", {}, wire::to_json(**answer)};
}

}  // namespace footing::inventory
