/// One step of what people's wishes for locator LEDs need: take the one that is due, ask its BMC, keep what came of it.
///
/// Lit and put out at its time; retried until it is done, also after a restart. Every end is an entry of the feed.
#pragma once

#include <functional>
#include <stop_token>

#include "inventory/bmc/locator_led.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/views/bmcs.hpp"

namespace footing::inventory {

using SwitchLed = std::function<LedAnswer(const KnownBmc& bmc, Led to)>;

/// Whether there was one. A BMC that was asked while the service was stopped is asked anew by the next. Errors: the
/// database's.
Result<bool> switch_one_led(Store& store, const SwitchLed& ask, const Clock& clock, const std::stop_token& stop = {});

}  // namespace footing::inventory
