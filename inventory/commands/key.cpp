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

}  // namespace

int key_command(const Config& config, KeyCommand what)
{
    if (config.permit_key.empty()) return report_failure({ErrorKind::Refuse, "the configuration names no file for it (permit_key)"}, exit_config);
    return show(what == KeyCommand::Create ? permits::SigningKey::create(config.permit_key) : permits::SigningKey::read(config.permit_key));
}

}  // namespace footing::inventory
