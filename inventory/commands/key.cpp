#include <fmt/format.h>

#include "inventory/commands/commands.hpp"
#include "inventory/permits/signing.hpp"

namespace footing::inventory {

namespace {

int show(const Result<permits::SigningKey>& key)
{
    if (!key) return report_failure(key.error(), exit_failed);
    fmt::print(stderr, "key {}: give the agents this, under release.permit_keys\n", permits::key_id_of(key->public_key()));
    fmt::print("{}\n", key->public_key());
    return 0;
}

enum class What { Create, Show };

int run(const Config& config, What what)
{
    if (config.permit_key.empty()) return report_failure({ErrorKind::Refuse, "the configuration names no file for it (permit_key)"}, exit_config);
    return show(what == What::Create ? permits::SigningKey::create(config.permit_key) : permits::SigningKey::read(config.permit_key));
}

}  // namespace

void add_key(CLI::App& app, Common& common, int& status)
{
    auto* key = app.add_subcommand("key", "The key that signs permits to release drives (permit_key)")->require_subcommand(1);
    key->footer("Example:\n  footing-inventory key create && footing-inventory key show");
    auto* create = key->add_subcommand("create", "Make it, readable by its owner alone, and print its public half");
    add_config(*create, common);
    create->footer("Example:\n  footing-inventory key create --config footing-inventory.yaml");
    create->callback([&] { status = with_config(common, [](const Config& config) { return run(config, What::Create); }); });
    auto* show_it = key->add_subcommand("show", "Print its public half: the agents' release.permit_keys");
    add_config(*show_it, common);
    show_it->footer("Example:\n  footing-inventory key show");
    show_it->callback([&] { status = with_config(common, [](const Config& config) { return run(config, What::Show); }); });
}

}  // namespace footing::inventory
