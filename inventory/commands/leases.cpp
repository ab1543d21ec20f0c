#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "inventory/commands/commands.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/statements.hpp"

namespace footing::inventory {

int leases_import(const Config& config, const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return report_failure({ErrorKind::Refuse, fmt::format("can't read lease file '{}'", file)}, exit_config);
    const auto relayed = read_leases(text.str());
    if (!relayed) return report_failure({ErrorKind::Refuse, file + ": " + relayed.error().message}, exit_config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    std::size_t moved = 0;
    const auto changed = (*store)->write([&](Sql& sql) {
        const auto kept = keep_relays(sql, *relayed, now);
        if (kept != 0) moved = locate_all(sql, config.rules, now);
        return kept;
    });
    if (!changed) return report_failure(changed.error(), exit_failed);
    fmt::print("{} leases with option 82: {} new or changed; {} machines have another place\n", relayed->size(), *changed, moved);
    return 0;
}

}  // namespace footing::inventory
