#include "agent/report/spend_permit.hpp"

namespace footing::report {

Result<void> spend_permit(const InventoryAccess& access, const permits::Permit& permit, const permits::Spending& spending,
                          std::chrono::milliseconds deadline, const World& world)
{
    const auto body = ask(access, "permits/" + permit.id + "/spend", permits::to_json(spending), deadline, world);
    if (!body) return std::unexpected(body.error());
    const auto spent = permits::spent_from_json(*body);
    if (!spent) return in_context("the inventory at " + access.url, spent.error());
    if (spent->id != permit.id || spent->nonce != permit.nonce || spent->machine != spending.machine || spent->boot_id != spending.boot_id)
        return fail(ErrorKind::Hold, "the inventory at " + access.url + " answers about another permit, machine or boot");
    return {};
}

}  // namespace footing::report
