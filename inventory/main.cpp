#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "inventory/commands/commands.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

constexpr const char* default_config = "/etc/footing-inventory/footing-inventory.yaml";

constexpr const char* summary = R"(Exit statuses: 0 done, 1 failed, 64 usage, 78 configuration or a file wrong.

Examples:
  footing-inventory serve --listen 127.0.0.1:8080 --listen-reports 0.0.0.0:8081 --database /tmp/inventory.db
  footing-inventory token add --role report --label par-1 --database /tmp/inventory.db
  footing-inventory import wire-map wires.csv --dry-run --database /tmp/inventory.db
Each command's --help has its own.)";

constexpr const char* import_examples = R"(Columns (what stands before a semicolon must be there):
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

struct Arguments {
    std::string config, database, listen, listen_reports;
    bool open_read = false;
    std::string role, label, id, file, at;
    ImportCommand import;
    TokenBinding binding;
    unsigned days = 0;
};

/// The file's values, under those of the command line. Without --config the default file, if there is one.
Result<Config> config_of(const Arguments& given)
{
    Config config;
    const bool named = !given.config.empty();
    if (named || CLI::ExistingFile(default_config).empty()) {
        auto read = read_config(named ? given.config : default_config);
        if (!read) return read;
        config = std::move(*read);
    }
    if (!given.database.empty()) config.database = given.database;
    if (given.open_read) config.open_read = true;
    if (!given.listen.empty()) {
        auto endpoint = parse_endpoint(given.listen);
        if (!endpoint) return in_context("--listen", endpoint.error());
        config.listen = *endpoint;
    }
    if (!given.listen_reports.empty()) {
        auto endpoint = parse_endpoint(given.listen_reports);
        if (!endpoint) return in_context("--listen-reports", endpoint.error());
        config.listen_reports = *endpoint;
    }
    return config;
}

int parse_failure(const CLI::App& app, const CLI::ParseError& e)
{
    const int status = app.exit(e);
    return status == 0 ? 0 : exit_usage;
}

}  // namespace

int main(int argc, char** argv)
{
    Arguments given;
    CLI::App app{"footing-inventory: which machine stands where, with which drives", "footing-inventory"};
    app.set_version_flag("--version", "footing-inventory " FOOTING_VERSION);
    app.require_subcommand(1);
    const auto common = [&](CLI::App* command, const std::string& examples) {
        command->footer(examples);
        command->add_option("--config", given.config, std::string("configuration file (YAML); default ") + default_config);
        command->add_option("--database", given.database, "SQLite file or postgresql://…; default /var/lib/footing-inventory/inventory.db");
        return command;
    };

    auto* serve_command = common(app.add_subcommand("serve", "Serve reports, admissions, pages and the REST API"),
        "Examples:\n  footing-inventory serve --listen 127.0.0.1:8080 --listen-reports 0.0.0.0:8081 --database /tmp/inventory.db\n"
        "  footing-inventory serve --database postgresql://footing@db.example.org/inventory");
    serve_command->add_option("--listen", given.listen, "ADDRESS:PORT for people; default 127.0.0.1:8080; port 0: any");
    serve_command->add_option("--listen-reports", given.listen_reports, "ADDRESS:PORT for agents; default: the same");
    serve_command->add_flag("--open-read", given.open_read, "GET needs no token (labs)");

    auto* check = common(app.add_subcommand("check", "Read the configuration and the files that it names, say what serve and ask-bmcs would refuse, do nothing else"),
        "Example:\n  footing-inventory check --config new.yaml && mv new.yaml /etc/footing-inventory/footing-inventory.yaml");

    auto* token = app.add_subcommand("token", "Tokens of agents and people")->require_subcommand(1);
    auto* add = common(token->add_subcommand("add", "Make a token and print it, once"),
        "Examples:\n  footing-inventory token add --role report --label par-1\n"
        "  footing-inventory token add --role read --days 90 --label ana");
    add->add_option("--role", given.role, "report, read or admin")->required()->check(CLI::IsMember({"report", "read", "admin"}));
    add->add_option("--days", given.days, "how long it is valid; default: for ever")->check(CLI::Range(1U, 36500U));
    add->add_option("--label", given.label, "whose it is");
    auto* of_one = add->add_option("--machine", given.binding.machine_id, "id of the only machine that a report token speaks for");
    add->add_flag("--bind-on-first-use", given.binding.on_first_use, "the machine that uses a report token first is the only one")->excludes(of_one);
    auto* revoke = common(token->add_subcommand("revoke", "Make a token invalid, at once"),
        "Example:\n  footing-inventory token list && footing-inventory token revoke 21b0886c");
    revoke->add_option("ID", given.id, "as `token list` shows it")->required();
    auto* list = common(token->add_subcommand("list", "List tokens, never their texts"),
        "Example:\n  footing-inventory token list");

    auto* key = app.add_subcommand("key", "The key that signs permits to release drives (permit_key)")->require_subcommand(1);
    auto* create = common(key->add_subcommand("create", "Make it, readable by its owner alone, and print its public half"),
        "Example:\n  footing-inventory key create --config footing-inventory.yaml");
    common(key->add_subcommand("show", "Print its public half: the agents' release.permit_keys"),
        "Example:\n  footing-inventory key show");

    auto* import = common(app.add_subcommand("import", "Take a table from a file: all of its rows or none"), import_examples);
    import->add_option("KIND", given.import.kind, fmt::format("{}", fmt::join(table_kinds(), ", ")))->required()->check(CLI::IsMember(table_kinds()));
    import->add_option("FILE", given.import.file, "CSV with a header, NDJSON, or YAML; leases: also dhcpd.leases or Kea's CSV; -: standard input")->required();
    import->add_option("--format", given.import.format, "csv, ndjson or yaml; default: as the file's name and beginning tell")->check(CLI::IsMember({"csv", "ndjson", "yaml"}));
    import->add_flag("--dry-run", given.import.options.dry_run, "say line by line what would change, write nothing");
    import->add_flag("--partial", given.import.options.partial, "take the good rows when others are wrong");
    import->add_flag("--replace", given.import.options.replace, "what the file doesn't name ends");

    auto* export_ = common(app.add_subcommand("export", "Print a table so that import takes it, or all disks"),
        "Examples:\n  footing-inventory export locations --format ndjson > locations.ndjson\n"
        "  footing-inventory export disks --at 2026-10-01T12:00:00Z | head");
    export_->add_option("KIND", given.import.kind, fmt::format("{}", fmt::join(listing_kinds(), ", ")))->required()->check(CLI::IsMember(listing_kinds()));
    export_->add_option("--format", given.import.format, "csv (default) or ndjson")->check(CLI::IsMember({"csv", "ndjson"}));
    export_->add_option("--at", given.at, "as it was then: 2026-10-01T12:00:00Z");

    auto* backup = common(app.add_subcommand("backup", "Copy the SQLite database into a new file while it is in use"),
        "Example:\n  footing-inventory backup /backup/inventory-$(date +%F).db");
    backup->add_option("FILE", given.file, "is made; to restore, stop the service, remove the database's -wal and -shm, and put it in its place")->required();
    auto* ask = common(app.add_subcommand("ask-bmcs", "Ask every machine's BMC by Redfish where it stands (`bmc` of the configuration)"),
        "Example:\n  footing-inventory ask-bmcs --config footing-inventory.yaml");
    auto* replay_command = common(app.add_subcommand("replay", "Understand every machine's newest report anew, after a rule has changed"),
        "Example:\n  footing-inventory replay --config footing-inventory.yaml");

    app.footer(summary);  // after its commands, which would have it too

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return parse_failure(app, e);
    }
    const auto config = config_of(given);
    if (!config) return report_failure(config.error(), exit_config);
    if (*check) return check_command(*config);
    if (*serve_command) return serve(*config);
    if (*import) return import_command(*config, given.import);
    if (*export_) return export_command(*config, given.import.kind, given.import.format, given.at);
    if (*backup) return backup_command(*config, given.file);
    if (*ask) return ask_bmcs(*config);
    if (*replay_command) return replay(*config);
    if (*add) return token_add(*config, given.role, given.label, given.binding, given.days);
    if (*revoke) return token_revoke(*config, given.id);
    if (*list) return token_list(*config);
    return key_command(*config, *create ? KeyCommand::Create : KeyCommand::Show);
}
