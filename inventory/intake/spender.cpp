#include "inventory/intake/spender.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/identity/claims.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/certificates.hpp"
#include "inventory/store/machines.hpp"

namespace footing::inventory {

namespace {

bool is_that_machine(Sql& sql, const std::string& machine_id, const IdentityClaim& uuid, const std::string& boot_id)
{
    const auto rows = claims_of(sql, machine_id);
    const auto is_uuid = [](const ClaimRow& row) { return row.active && row.claim.kind == ClaimKind::Uuid; };
    if (std::ranges::any_of(rows, [&](const ClaimRow& row) { return is_uuid(row) && row.claim.value == uuid.value; })) return true;
    return std::ranges::none_of(rows, is_uuid) && machines_with(sql, {uuid}).empty() && boot(sql, machine_id, boot_id).has_value();
}

}  // namespace

std::optional<std::string> refuse_spender(Sql& sql, const TokenRow& token, const std::string& certificate, const permits::Spending& by, Instant now)
{
    const IdentityClaim uuid{ClaimKind::Uuid, canonical_uuid(by.machine), by.machine};
    if (!certificate.empty())
        if (const auto its = standing_machine(sql, machine_of_certificate(sql, certificate)); !its.empty() && !is_that_machine(sql, its, uuid, by.boot_id)) {
            auto sentence = fmt::format("certificate '{}' is machine {}'s, and machine {} spends the permit", certificate, its, by.machine);
            raise_alarm(sql, alarm_false_speaker, "", its, sentence, now);
            return sentence;
        }
    if (token.machine_id.empty()) {
        if (!token.binds) return {};
        return fmt::format("token {} is no machine's yet: the first report makes it one's, and then it can spend a permit", token.id);
    }
    if (is_that_machine(sql, standing_machine(sql, token.machine_id), uuid, by.boot_id)) return {};
    auto sentence = fmt::format("token {} is machine {}'s and spends a permit for machine {}, whose UUID or boot that one never reported", token.id, token.machine_id, by.machine);
    raise_alarm(sql, alarm_false_speaker, "", token.machine_id, sentence, now);
    return sentence;
}

}  // namespace footing::inventory
