#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "agent/os/files.hpp"
#include "inventory/commands/commands.hpp"
#include "inventory/commands/files.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/exchange/import.hpp"

namespace footing::inventory {

namespace {

constexpr const char* examples = R"(Columns (what stands before a semicolon must be there):
  racks      rack; site, room, row, units, numbering (up, down), note
  wire-map   switch, port; site, room, row, rack, unit, height, face, node
  machines   id, host_name, uuid, vendor, product, system_serial, board_serial, chassis_serial, asset_tag,
             chassis_location, bmc_mac, macs (with blanks between): what identifies it, a uuid
             or two of the others, serials with vendor and product
  locations  machine (id, serial, MAC, asset tag or host name); said (import, human), the levels as above, lock, note, by,
             until, since
  assets     asset_tag; kind (machine, drive, other), vendor, model, serial, owner, bought, warranty, note
  leases     mac; circuit_id, remote_id, address, seen_at
A column that isn't there leaves what is held, an empty cell clears it (but of machines).

Examples:
  footing-inventory import racks racks.csv --dry-run
  footing-inventory import locations survey.csv --partial
  footing-inventory import wire-map wires.csv --replace
  footing-inventory import leases /var/lib/dhcp/dhcpd.leases
  footing-inventory export assets | footing-inventory import assets - --database /tmp/copy.db)";

struct ImportWish {
    std::string kind, file, format;  // file "-": standard input; format empty: as the file tells
    ImportOptions options;
};

std::string person()
{
    for (const char* name : {"SUDO_USER", "USER"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return "footing-inventory import";
}

Result<std::string> text_for(const ImportWish& wish)
{
    if (wish.file != "-") return text_of_file(wish.file);
    auto text = os::read_to_end(STDIN_FILENO, "standard input");
    if (!text) return fail(ErrorKind::Refuse, "can't " + text.error().message, text.error().code);
    return text;
}

Format format_for(const ImportWish& wish, const std::string& text)
{
    return format_of(wish.format.empty() ? wish.file : "." + wish.format, text);
}

void print(const ImportResult& result, const ImportWish& wish)
{
    for (const auto& row : result.rows)
        if (row.outcome == Outcome::Failed) fmt::print(stderr, "footing-inventory: {}: {}\n", wish.file, sentence_of(row));
        else if (wish.options.dry_run) fmt::print("{}\n", sentence_of(row));
    fmt::print("{}: {}", wish.kind, sentence_of(result));
    if (result.written) fmt::print("; {} machines have another place\n", result.moved);
    else fmt::print(" ({}nothing is written)\n", wish.options.dry_run ? "dry run: " : "");
}

int run(const Config& config, const ImportWish& wish)
{
    const auto table = table_of(wish.kind);
    if (!table) return report_failure(table.error(), exit_usage);
    const auto text = text_for(wish);
    if (!text) return report_failure(text.error(), exit_config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    Progress progress;
    auto options = wish.options;
    options.progress = [&](std::size_t done, std::size_t all) { progress.show(fmt::format("{} %", 100 * done / all)); };
    const auto result = import_text(**store, **table, *text, format_for(wish, *text), options, {config.rules, now(), person()});
    progress.end();
    if (!result) {
        const bool wrong = result.error().kind == ErrorKind::Refuse;
        return report_failure({result.error().kind, wrong ? wish.file + ": " + result.error().message : result.error().message}, wrong ? exit_config : exit_failed);
    }
    print(*result, wish);
    if (result->failed == 0) return 0;
    return result->written ? exit_failed : exit_config;
}

}  // namespace

void add_import(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("import", "Take a table from a file: all of its rows or none");
    add_database(*command, common);
    auto wish = std::make_shared<ImportWish>();
    command->add_option("KIND", wish->kind, fmt::format("{}", fmt::join(table_kinds(), ", ")))->required()->check(CLI::IsMember(table_kinds()));
    command->add_option("FILE", wish->file, "CSV with a header, NDJSON, or YAML; leases: also dhcpd.leases or Kea's CSV; -: standard input")->required();
    command->add_option("--format", wish->format, "csv, ndjson or yaml; default: as the file's name and beginning tell")->check(CLI::IsMember({"csv", "ndjson", "yaml"}));
    command->add_flag("--dry-run", wish->options.dry_run, "say line by line what would change, write nothing");
    command->add_flag("--partial", wish->options.partial, "take the good rows when others are wrong");
    command->add_flag("--replace", wish->options.replace, "what the file doesn't name ends");
    command->footer(examples);
    command->callback([&common, &status, wish] {
        status = with_config(common, [&](const Config& config) { return run(config, *wish); });
    });
}

}  // namespace footing::inventory
