#include "inventory/bmc/locator_led.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "inventory/identity/claims.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr int changed_meanwhile = 412;

std::string uuid_of(const Resource& system)
{
    const Json* said = member(system.body, "UUID");
    return said != nullptr && said->is_string() ? said->get<std::string>() : "";
}

Result<Resource> system_of(const std::vector<Resource>& systems, const std::string& uuid, const Placeholders& placeholders)
{
    const std::string ours = identifying_uuid(uuid, placeholders);
    if (ours.empty()) return fail(ErrorKind::Hold, fmt::format("the machine's UUID '{}' identifies nothing: nobody can tell whose LED this BMC switches", uuid));
    std::vector<const Resource*> matching;
    std::string others;
    for (const auto& system : systems) {
        const std::string said = uuid_of(system);
        if (identifying_uuid(said, placeholders) == ours) matching.push_back(&system);
        else if (!said.empty()) others += (others.empty() ? "" : ", ") + said;
    }
    if (matching.size() == 1) return *matching.front();
    if (matching.size() > 1) return fail(ErrorKind::Hold, fmt::format("{} of its systems have the machine's UUID {}", matching.size(), uuid));
    if (others.empty()) return fail(ErrorKind::Hold, "its systems say no UUID: nobody can tell whose LED it switches");
    return fail(ErrorKind::Hold, fmt::format("it is the BMC of system {}, and the machine's UUID is {}", others, uuid));
}

/// What to try, in this order.
std::vector<Json> changes_of(const Resource& system, Led to)
{
    std::vector<Json> out;
    if (member(system.body, "LocationIndicatorActive") != nullptr) out.push_back({{"LocationIndicatorActive", to == Led::On}});
    if (member(system.body, "IndicatorLED") == nullptr) return out;
    if (to == Led::Off) {
        out.push_back({{"IndicatorLED", "Off"}});
        return out;
    }
    const Json* allowed = member(system.body, "IndicatorLED@Redfish.AllowableValues");
    for (const char* word : {"Blinking", "Lit"})
        if (allowed == nullptr || !allowed->is_array() || std::ranges::find(*allowed, Json(word)) != allowed->end()) out.push_back({{"IndicatorLED", word}});
    return out;
}

}  // namespace

LedAnswer switch_led(const BmcAccess& access, const std::string& address, const std::string& uuid, Led to, const Placeholders& placeholders,
                     const std::stop_token& stop)
{
    const auto bmc = BmcSession::open(access, address, led_budget, stop);
    if (!bmc) return {false, std::unexpected(bmc.error())};
    const auto root = bmc->get("/redfish/v1/");
    if (!root) return {false, std::unexpected(root.error())};
    const auto systems = bmc->members(*root, "Systems");
    if (!systems) return {false, std::unexpected(systems.error())};
    const auto system = system_of(*systems, uuid, placeholders);
    if (!system) return {false, std::unexpected(system.error())};
    int status = 0;
    bool sent = false;  // what is refused isn't done; of a server's own error nobody knows
    for (const auto& change : changes_of(*system, to)) {
        const auto answered = bmc->patch(*system, change);
        if (!answered) return {true, std::unexpected(answered.error())};
        status = *answered;
        sent = sent || status >= 500;
        if (status >= 200 && status < 300) return {true, {}};
        if (status == changed_meanwhile) return {sent, fail(ErrorKind::Retry, "somebody else changes its system at the same time")};
    }
    if (status == 0) return {false, fail(ErrorKind::Refuse, "its system has neither LocationIndicatorActive nor IndicatorLED")};
    return {sent, fail(ErrorKind::Refuse, fmt::format("it answers the change of {} with status {}", system->path, status))};
}

}  // namespace footing::inventory
