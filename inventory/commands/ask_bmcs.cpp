#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "inventory/bmc/redfish.hpp"
#include "inventory/commands/commands.hpp"
#include "inventory/commands/files.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/identity/placeholders.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/store.hpp"
#include "inventory/views/bmcs.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t at_once = 16;     // BMCs, each with a thread of its own
constexpr std::size_t one_write = 128;  // answers that are kept in one transaction

struct Asked {
    KnownBmc bmc;
    Result<RedfishPlacement> answer = RedfishPlacement{};
};

void ask(const BmcAccess& access, const Placeholders& placeholders, std::span<Asked> some, const std::function<void()>& answered)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(at_once, some.size()); ++i)
        threads.emplace_back([&] {
            for (std::size_t mine = next++; mine < some.size(); mine = next++) {
                auto& [bmc, answer] = some[mine];
                answer = ask_placement(access, bmc.address, bmc.uuid, placeholders);
                answered();
            }
        });
}

int ask_bmcs(const Config& config)
{
    if (!config.bmc) return report_failure({ErrorKind::Refuse, "the configuration has no 'bmc': nothing says how a BMC is reached"}, exit_config);
    const auto access = access_of(*config.bmc);
    if (!access) return report_failure(access.error(), exit_config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    auto all = (*store)->read([](Sql& sql) {
        std::vector<Asked> out;
        for (auto& bmc : known_bmcs(sql)) out.push_back({std::move(bmc)});
        return out;
    });
    if (!all) return report_failure(all.error(), exit_failed);
    Progress progress;
    std::atomic<std::size_t> answered = 0;
    std::size_t placed = 0, silent = 0, failed = 0, moved = 0;
    for (std::size_t from = 0; from < all->size(); from += one_write) {
        const auto some = std::span(*all).subspan(from, std::min(one_write, all->size() - from));
        ask(*access, config.rules.placeholders, some, [&] { progress.show(fmt::format("{} of {} BMCs", ++answered, all->size())); });
        progress.end();
        const Instant at = now();
        const auto kept = (*store)->write([&](Sql& sql) {
            std::size_t changed = 0;
            for (const auto& one : some) {
                const bool is_anothers = !one.answer && one.answer.error().kind == ErrorKind::Hold;  // what it said before isn't believed either
                if (one.answer || is_anothers)
                    changed += !keep_placement(sql, one.bmc.machine_id, is_anothers ? RedfishPlacement{} : *one.answer, config.rules, at).changed.empty();
            }
            return changed;
        });
        if (!kept) return report_failure(kept.error(), exit_failed);
        moved += *kept;
        for (const auto& one : some) {
            ++(!one.answer ? failed : one.answer->empty() ? silent : placed);
            if (!one.answer) fmt::print(stderr, "footing-inventory: BMC {} of machine {}: {}\n", one.bmc.address, one.bmc.machine_id, one.answer.error().message);
        }
    }
    fmt::print("{} BMCs asked: {} say a place, {} say none, {} could not be asked; {} machines stand elsewhere now\n", all->size(), placed, silent, failed, moved);
    return failed == 0 ? 0 : exit_failed;
}

}  // namespace

void add_ask_bmcs(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("ask-bmcs", "Ask every machine's BMC by Redfish where it stands (`bmc` of the configuration)");
    add_database(*command, common);
    command->footer("Example:\n  footing-inventory ask-bmcs --config footing-inventory.yaml");
    command->callback([&] { status = with_config(common, ask_bmcs); });
}

}  // namespace footing::inventory
