#include "agent/report/deliver.hpp"

#include <fmt/format.h>

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

}  // namespace footing::report
