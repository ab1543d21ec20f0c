#include "inventory/intake/boots.hpp"

#include "inventory/store/boots.hpp"
#include "inventory/store/listening.hpp"

namespace footing::inventory {

OtherBoots::OtherBoots(Sql& sql, std::string boot_id, std::string hardware, const IntakeRules& rules, Instant now)
    : sql_(sql), boot_id_(std::move(boot_id)), hardware_(std::move(hardware)), live_for_(rules.live_for), now_(now)
{
}

Instant OtherBoots::silent_before()
{
    if (silent_before_) return *silent_before_;
    const auto since = listening(sql_, now_).since;
    silent_before_ = !since || now_ - *since >= live_for_ ? now_ - live_for_ : Instant();
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
