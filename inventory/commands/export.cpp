#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/exchange/export.hpp"

namespace footing::inventory {

namespace {

struct ExportWish {
    std::string kind, format;
    std::string at;  // empty: as it is now
};

int run(const Config& config, const ExportWish& wish)
{
    auto table = listing_of(wish.kind);
    if (!table) return report_failure(table.error(), exit_usage);
    std::string when = latest;
    if (!wish.at.empty()) {
        const auto instant = parse_instant(wish.at);
        if (!instant) return report_failure({ErrorKind::Refuse, "--at: " + instant.error().message}, exit_usage);
        when = to_string(*instant);
    }
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    Export rows(**store, std::move(*table), wish.format == "ndjson" ? Format::Ndjson : Format::Csv, when);
    const bool seen = isatty(STDOUT_FILENO) == 1;  // the rows themselves are
    Progress progress;
    std::size_t written = 0;
    for (;;) {
        const auto piece = rows.next();
        if (!piece) return report_failure(piece.error(), exit_failed);
        if (std::fwrite(piece->data(), 1, piece->size(), stdout) != piece->size())
            throw std::system_error(errno, std::generic_category(), "standard output");  // as fmt::print does
        if (piece->empty()) return 0;
        written += piece->size();
        if (!seen) progress.show(fmt::format("{} KiB", written >> 10));
    }
}

}  // namespace

void add_export(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("export", "Print a table so that import takes it, or all disks");
    add_database(*command, common);
    auto wish = std::make_shared<ExportWish>();
    command->add_option("KIND", wish->kind, fmt::format("{}", fmt::join(listing_kinds(), ", ")))->required()->check(CLI::IsMember(listing_kinds()));
    command->add_option("--format", wish->format, "csv (default) or ndjson")->check(CLI::IsMember({"csv", "ndjson"}));
    command->add_option("--at", wish->at, "as it was then: 2026-10-01T12:00:00Z");
    command->footer("Examples:\n  footing-inventory export locations --format ndjson > locations.ndjson\n"
                    "  footing-inventory export disks --at 2026-10-01T12:00:00Z | head");
    command->callback([&common, &status, wish] {
        status = with_config(common, [&](const Config& config) { return run(config, *wish); });
    });
}

}  // namespace footing::inventory
