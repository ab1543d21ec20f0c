/// What people said of a machine's place, and the form to say it.
#pragma once

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// Empty when nobody said anything, nor may. Needs the answer of the API's GET of the machine's location.
Html place_words(const Visit& visit, const std::string& machine_id, const Place& place);

}  // namespace footing::inventory
