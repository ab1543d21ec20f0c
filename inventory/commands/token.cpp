#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

namespace {

struct TokenWish {
    std::string role, label;
    TokenBinding binding;
    unsigned days = 0;  // 0: it never expires
};

/// Not by fmt::print, which throws: whom the token doesn't reach must hear which one to revoke.
int show_once(const std::string& id, const std::string& role, const std::string& text)
{
    std::signal(SIGPIPE, SIG_IGN);
    std::fputs(fmt::format("token {} with role {}; it is shown this once:\n", id, role).c_str(), stderr);
    std::fputs((text + "\n").c_str(), stdout);
    if (std::fflush(stdout) == 0) return 0;
    const auto words = fmt::format("token {0} was made and can't be shown: revoke it (footing-inventory token revoke {0})", id);
    return report_failure({ErrorKind::Retry, words}, exit_failed);
}

int add(const Config& config, const TokenWish& wish)
{
    const auto known = role_from(wish.role);
    if (!known)
        return report_failure({ErrorKind::Refuse, fmt::format("role '{}' is none of report, read, admin", wish.role)}, exit_usage);
    if (const bool bound = wish.binding.on_first_use || !wish.binding.machine_id.empty(); bound && *known != Role::Report)
        return report_failure({ErrorKind::Refuse, fmt::format("a token with role {} isn't a machine's: --machine and --bind-on-first-use are for role report", wish.role)}, exit_usage);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    if (!wish.binding.machine_id.empty()) {
        const auto row = (*store)->read([&](Sql& sql) { return machine(sql, wish.binding.machine_id); });
        if (!row) return report_failure(row.error(), exit_failed);
        if (!*row) return report_failure({ErrorKind::Refuse, fmt::format("no machine has the id '{}'", wish.binding.machine_id)}, exit_failed);
    }
    const MintedToken token = mint_token(*known);
    const std::string expires = wish.days == 0 ? "" : to_string(now() + std::chrono::days(wish.days));
    const auto id = (*store)->write([&](Sql& sql) { return add_token(sql, *known, token.hash, wish.label, now(), wish.binding, expires); });
    if (!id) return report_failure(id.error(), exit_failed);
    return show_once(*id, wish.role, token.text);
}

int revoke(const Config& config, const std::string& id)
{
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    const auto revoked = (*store)->write([&](Sql& sql) { return revoke_token(sql, id, now()); });
    if (!revoked) return report_failure(revoked.error(), exit_failed);
    if (!*revoked)
        return report_failure({ErrorKind::Refuse, fmt::format("no valid token has the id '{}'", id)}, exit_failed);
    return 0;
}

int list(const Config& config)
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

}  // namespace

void add_token(CLI::App& app, Common& common, int& status)
{
    auto* token = app.add_subcommand("token", "Tokens of agents and people")->require_subcommand(1);
    token->footer("Example:\n  footing-inventory token add --role report --label par-1");

    auto* add_one = token->add_subcommand("add", "Make a token and print it, once");
    add_database(*add_one, common);
    auto wish = std::make_shared<TokenWish>();
    add_one->add_option("--role", wish->role, "report, read or admin")->required()->check(CLI::IsMember({"report", "read", "admin"}));
    add_one->add_option("--days", wish->days, "how long it is valid; default: for ever")->check(CLI::Range(1U, 36500U));
    add_one->add_option("--label", wish->label, "whose it is");
    auto* of_one = add_one->add_option("--machine", wish->binding.machine_id, "id of the only machine that a report token speaks for");
    add_one->add_flag("--bind-on-first-use", wish->binding.on_first_use, "the machine that uses a report token first is the only one")->excludes(of_one);
    add_one->footer("Examples:\n  footing-inventory token add --role report --label par-1\n"
                    "  footing-inventory token add --role read --days 90 --label ana");
    add_one->callback([&common, &status, wish] {
        status = with_config(common, [&](const Config& config) { return add(config, *wish); });
    });

    auto* revoke_one = token->add_subcommand("revoke", "Make a token invalid, at once");
    add_database(*revoke_one, common);
    auto id = std::make_shared<std::string>();
    revoke_one->add_option("ID", *id, "as `token list` shows it")->required();
    revoke_one->footer("Example:\n  footing-inventory token list && footing-inventory token revoke 21b0886c");
    revoke_one->callback([&common, &status, id] {
        status = with_config(common, [&](const Config& config) { return revoke(config, *id); });
    });

    auto* list_all = token->add_subcommand("list", "List tokens, never their texts");
    add_database(*list_all, common);
    list_all->footer("Example:\n  footing-inventory token list");
    list_all->callback([&] { status = with_config(common, list); });
}

}  // namespace footing::inventory
