/// Is that boot over? A machine that is known by its drives and its chassis may be another board beside the first one (a
/// shelf with two heads), and two that were merged may both be alive: each may write to what it was admitted to.
///
/// A boot is over for a message when it ran on the same hardware, which has booted again, or when nobody was heard in it
/// for `live_for`, all of which somebody listened (store/listening.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Who wasn't heard since then is silent; 0: nobody counts as that.
Instant silent_before(Sql& sql, const IntakeRules& rules, Instant now);

class OtherBoots {
public:
    /// Of the message that is taken: its boot, and the hardware that it comes from (identity/hardware.hpp; empty: not told).
    OtherBoots(Sql& sql, std::string boot_id, std::string hardware, const IntakeRules& rules, Instant now);

    /// When that one was last heard of, if it may be alive; nothing: it is this boot, or over.
    std::optional<std::string> alive(const std::string& boot_id);

    Instant silent_before();

private:
    Sql& sql_;
    const std::string boot_id_, hardware_;
    const IntakeRules& rules_;
    const Instant now_;
    std::optional<Instant> silent_before_;
    std::map<std::string, std::optional<std::string>> known_;
};

}  // namespace footing::inventory
