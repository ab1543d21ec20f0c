#include "agent/report/deliver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/wire/digest.hpp"
#include "inventory/wire/json.hpp"

namespace footing::report {

Result<wire::ReportAnswer> deliver(const InventoryAccess& access, const wire::Report& report, std::chrono::milliseconds deadline,
                                   const World& world)
{
    const auto body = ask(access, "reports", wire::to_json(report), deadline, world);
    if (!body) return std::unexpected(body.error());
    auto answer = wire::report_answer_from_json(*body);
    // 2xx, but not our inventory's: a proxy's page, or a newer inventory's. It may pass.
    if (!answer) return fail(ErrorKind::Retry, "the inventory at " + access.url + " answers nonsense: " + answer.error().message);
    if (answer->result == "stale")
        return fail(ErrorKind::Hold, fmt::format("the inventory at {} has a newer report of machine {} than this one", access.url, answer->machine_id));
    return answer;
}

Result<wire::ReportAnswer> tell(const InventoryAccess& access, const wire::Report& report, std::chrono::milliseconds deadline,
                                const World& world)
{
    const auto end = world.now() + deadline;
    const auto body = ask(access, "reports/probe", wire::to_json(wire::probe_of(report)), deadline, world);
    if (!body && body.error().kind == ErrorKind::Retry) return std::unexpected(body.error());
    const auto probed = body ? wire::probe_answer_from_json(*body) : Result<wire::ProbeAnswer>(std::unexpected(body.error()));
    if (probed && probed->result == "unchanged") {
        wire::ReportAnswer answer;
        answer.machine_id = probed->machine_id;
        answer.result = probed->result;
        answer.match = "known by its digests";
        answer.location = probed->location;
        answer.next_report_s = probed->next_report_s;
        return answer;
    }
    return deliver(access, report, std::max(end - world.now(), std::chrono::milliseconds(1)), world);
}

}  // namespace footing::report
