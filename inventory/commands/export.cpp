#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/exchange/export.hpp"

namespace footing::inventory {

int export_command(const Config& config, const std::string& kind, const std::string& format, const std::string& at)
{
    auto table = listing_of(kind);
    if (!table) return report_failure(table.error(), exit_usage);
    std::string when = latest;
    if (!at.empty()) {
        const auto instant = parse_instant(at);
        if (!instant) return report_failure({ErrorKind::Refuse, "--at: " + instant.error().message}, exit_usage);
        when = to_string(*instant);
    }
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    Export rows(**store, std::move(*table), format == "ndjson" ? Format::Ndjson : Format::Csv, when);
    const bool seen = isatty(STDOUT_FILENO) == 1;  // the rows themselves are
    Progress progress;
    std::size_t written = 0;
    for (;;) {
        const auto piece = rows.next();
        if (!piece) return report_failure(piece.error(), exit_failed);
        if (std::fwrite(piece->data(), 1, piece->size(), stdout) != piece->size() || (piece->empty() && std::fflush(stdout) != 0))
            return report_failure({ErrorKind::Retry, "can't write to standard output"}, exit_failed);
        if (piece->empty()) return 0;
        written += piece->size();
        if (!seen) progress.show(fmt::format("{} KiB", written >> 10));
    }
}

}  // namespace footing::inventory
