/// Switches locator LEDs as people wish, while the service runs.
#pragma once

#include <memory>

#include "inventory/bmc/session.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/identity/placeholders.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Threads that ask BMCs, each one at a time, until it is destroyed: what is asked then is cut, and asked again by the
/// next start.
class LedKeeper {
public:
    LedKeeper(Store& store, BmcAccess access, Placeholders placeholders, Clock clock);
    ~LedKeeper();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footing::inventory
