#include <fmt/format.h>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

int token_add(const Config& config, const std::string& role, const std::string& label, const TokenBinding& binding, unsigned days)
{
    const auto known = role_from(role);
    if (!known)
        return report_failure({ErrorKind::Refuse, fmt::format("role '{}' is none of report, read, admin", role)}, exit_usage);
    if (const bool bound = binding.on_first_use || !binding.machine_id.empty(); bound && *known != Role::Report)
        return report_failure({ErrorKind::Refuse, fmt::format("a token with role {} isn't a machine's: --machine and --bind-on-first-use are for role report", role)}, exit_usage);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    if (!binding.machine_id.empty()) {
        const auto row = (*store)->read([&](Sql& sql) { return machine(sql, binding.machine_id); });
        if (!row) return report_failure(row.error(), exit_failed);
        if (!*row) return report_failure({ErrorKind::Refuse, fmt::format("no machine has the id '{}'", binding.machine_id)}, exit_failed);
    }
    const MintedToken token = mint_token(*known);
    const std::string expires = days == 0 ? "" : to_string(now() + std::chrono::days(days));
    const auto id = (*store)->write([&](Sql& sql) { return add_token(sql, *known, token.hash, label, now(), binding, expires); });
    if (!id) return report_failure(id.error(), exit_failed);
    fmt::print(stderr, "token {} with role {}; it is shown this once:\n", *id, role);
    fmt::print("{}\n", token.text);
    return 0;
}

int token_revoke(const Config& config, const std::string& id)
{
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    const auto revoked = (*store)->write([&](Sql& sql) { return revoke_token(sql, id, now()); });
    if (!revoked) return report_failure(revoked.error(), exit_failed);
    if (!*revoked)
        return report_failure({ErrorKind::Refuse, fmt::format("no valid token has the id '{}'", id)}, exit_failed);
    return 0;
}

int token_list(const Config& config)
{
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    const auto all = (*store)->read([](Sql& sql) { return tokens(sql); });
    if (!all) return report_failure(all.error(), exit_failed);
    fmt::print("{:10}{:8}{:26}{:26}{:26}{:38}{}\n", "id", "role", "made", "expires", "revoked", "machine", "label");
    for (const auto& token : *all)
        fmt::print("{:10}{:8}{:26}{:26}{:26}{:38}{}\n", token.id, token.role, token.created_at, token.expires_at.empty() ? "-" : token.expires_at,
                   token.revoked_at.empty() ? "-" : token.revoked_at,
                   !token.machine_id.empty() ? token.machine_id : token.binds ? "(the first)" : "-", token.label);
    return 0;
}

}  // namespace footing::inventory
