#include "agent/report/deliver.hpp"

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
    return answer;
}

}  // namespace footing::report
