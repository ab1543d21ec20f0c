#include "inventory/intake/boots.hpp"

#include "inventory/store/boots.hpp"
#include "inventory/store/listening.hpp"

namespace footing::inventory {

Instant silent_before(Sql& sql, const IntakeRules& rules, Instant now)
{
    const auto since = listening(sql, rules.live_for, now).since;
    return !since || now - *since >= rules.live_for ? now - rules.live_for : Instant();
}

OtherBoots::OtherBoots(Sql& sql, std::string boot_id, std::string hardware, const IntakeRules& rules, Instant now)
    : sql_(sql), boot_id_(std::move(boot_id)), hardware_(std::move(hardware)), rules_(rules), now_(now)
{
}

Instant OtherBoots::silent_before()
{
    if (!silent_before_) silent_before_ = footing::inventory::silent_before(sql_, rules_, now_);
    return *silent_before_;
}

std::optional<std::string> OtherBoots::alive(const std::string& boot_id)
{
    if (boot_id == boot_id_) return {};
    const auto [at, is_new] = known_.try_emplace(boot_id);
    if (!is_new) return at->second;
    const Run run = run_of(sql_, boot_id);
    const bool ended = !run.hardware.empty() && run.hardware == hardware_;
    const bool silent = !run.last_seen.empty() && run.last_seen < to_string(silent_before());
    if (!ended && !silent) at->second = run.last_seen;
    return at->second;
}

}  // namespace footing::inventory
