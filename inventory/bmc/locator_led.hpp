/// The locator LED of a machine, switched by its BMC: Redfish's ComputerSystem, LocationIndicatorActive, or IndicatorLED
/// on boards that know only that (deprecated since DSP0268 2020.3).
///
/// No LED of another machine is ever switched: a system is changed only when its UUID is the machine's.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "inventory/bmc/session.hpp"
#include "inventory/identity/placeholders.hpp"

namespace footing::inventory {

enum class Led { Off, On };

struct LedAnswer {
    bool sent = false;  // the BMC may have done it, whatever `done` says
    Result<void> done;
};

/// All that is asked takes no longer.
inline constexpr std::chrono::seconds led_budget{45};

/// Errors: Retry for the network and a resource that somebody else changes; Refuse for an answer that is none and a
/// system without such an LED; Hold for another machine's BMC, and one of which nobody can tell: `uuid` or those of its
/// systems identify nothing.
LedAnswer switch_led(const BmcAccess& access, const std::string& address, const std::string& uuid, Led to, const Placeholders& placeholders,
                     const std::stop_token& stop = {});

}  // namespace footing::inventory
