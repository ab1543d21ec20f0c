#include <CLI/CLI.hpp>

#include <string>

#include "inventory/commands/commands.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

constexpr const char* default_config = "/etc/footing-inventory/footing-inventory.yaml";

constexpr const char* examples = R"(Examples:
  footing-inventory token add --role report --label par-1 --database /tmp/inventory.db
  footing-inventory wiremap import wires.csv --dry-run --database /tmp/inventory.db
  footing-inventory replay --config footing-inventory.yaml
  footing-inventory serve --listen 127.0.0.1:8080 --listen-reports 0.0.0.0:8081 --database /tmp/inventory.db

Exit statuses: 0 done, 1 failed, 64 usage, 78 configuration or import file wrong.)";

struct Arguments {
    std::string config, database, listen, listen_reports;
    bool open_read = false;
    std::string role, label, id, file;
    TokenBinding binding;
    bool dry_run = false;
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
    app.footer(examples);
    app.set_version_flag("--version", "footing-inventory " FOOTING_VERSION);
    app.require_subcommand(1);
    const auto common = [&](CLI::App* command) {
        command->add_option("--config", given.config, std::string("configuration file (YAML); default ") + default_config);
        command->add_option("--database", given.database, "SQLite file or postgresql://…; default /var/lib/footing-inventory/inventory.db");
        return command;
    };

    auto* serve_command = common(app.add_subcommand("serve", "Serve reports, admissions, pages and the REST API"));
    serve_command->add_option("--listen", given.listen, "ADDRESS:PORT for people; default 127.0.0.1:8080; port 0: any");
    serve_command->add_option("--listen-reports", given.listen_reports, "ADDRESS:PORT for agents; default: the same");
    serve_command->add_flag("--open-read", given.open_read, "GET needs no token (labs)");

    auto* check = common(app.add_subcommand("check", "Read the configuration, say what is wrong with it, do nothing else"));

    auto* token = app.add_subcommand("token", "Tokens of agents and people")->require_subcommand(1);
    auto* add = common(token->add_subcommand("add", "Make a token and print it, once"));
    add->add_option("--role", given.role, "report, read or admin")->required()->check(CLI::IsMember({"report", "read", "admin"}));
    add->add_option("--days", given.days, "how long it is valid; default: for ever")->check(CLI::Range(1U, 36500U));
    add->add_option("--label", given.label, "whose it is");
    auto* of_one = add->add_option("--machine", given.binding.machine_id, "id of the only machine that a report token speaks for");
    add->add_flag("--bind-on-first-use", given.binding.on_first_use, "the machine that uses a report token first is the only one")->excludes(of_one);
    auto* revoke = common(token->add_subcommand("revoke", "Make a token invalid, at once"));
    revoke->add_option("ID", given.id, "as `token list` shows it")->required();
    auto* list = common(token->add_subcommand("list", "List tokens, never their texts"));

    auto* key = app.add_subcommand("key", "The key that signs permits to release drives (permit_key)")->require_subcommand(1);
    auto* create = common(key->add_subcommand("create", "Make it, readable by its owner alone, and print its public half"));
    common(key->add_subcommand("show", "Print its public half: the agents' release.permit_keys"));

    auto* wiremap = app.add_subcommand("wiremap", "Which place the cable in a switch port leads to")->require_subcommand(1);
    auto* import = common(wiremap->add_subcommand("import", "Replace the wire map by a CSV or YAML file"));
    import->add_option("FILE", given.file, "columns switch,port and any of site,room,row,rack,unit,height,face,node")->required();
    import->add_flag("--dry-run", given.dry_run, "say what would change, write nothing");

    auto* leases = app.add_subcommand("leases", "What DHCP servers know of switch ports")->require_subcommand(1);
    auto* leases_file = common(leases->add_subcommand("import", "Take option 82 out of dhcpd.leases or Kea's lease CSV"));
    leases_file->add_option("FILE", given.file, "the lease file")->required();
    auto* replay_command = common(app.add_subcommand("replay", "Understand every machine's newest report anew, after a rule has changed"));

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return parse_failure(app, e);
    }
    const auto config = config_of(given);
    if (!config) return report_failure(config.error(), exit_config);
    if (*check) return 0;
    if (*serve_command) return serve(*config);
    if (*leases_file) return leases_import(*config, given.file);
    if (*replay_command) return replay(*config);
    if (*add) return token_add(*config, given.role, given.label, given.binding, given.days);
    if (*revoke) return token_revoke(*config, given.id);
    if (*list) return token_list(*config);
    if (*key) return key_command(*config, *create ? KeyCommand::Create : KeyCommand::Show);
    return wiremap_import(*config, given.file, given.dry_run ? Import::DryRun : Import::ForGood);
}
