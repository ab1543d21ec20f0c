/// Open alarms, with a button for who may acknowledge them.
#pragma once

#include <vector>

#include "inventory/store/alarms.hpp"
#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// Nothing when there are none.
Html alarm_list(const Visit& visit, const std::vector<AlarmRow>& alarms);

}  // namespace footing::inventory
