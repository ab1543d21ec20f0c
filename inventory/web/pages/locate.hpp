/// A machine's locator LED: whether it is lit, and the forms that have it lit and put out.
#pragma once

#include <string>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// Empty where nobody asked for it and nobody here could have it lit.
Html locate_section(const Visit& visit, const std::string& machine_id);

}  // namespace footing::inventory
