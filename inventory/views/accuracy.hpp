/// How well the places of machines are known.
#pragma once

#include <cstdint>
#include <string>

#include "inventory/views/views.hpp"

namespace footing::inventory {

/// What speaks for a machine's place.
struct Confidence {
    Place place;
    std::size_t unit_sources = 0;   // independent sources (Basis) that say this unit; 0: the unit isn't known
    bool contradicted = false;
    bool seen_by_person = false;    // somebody scanned it or locked its rack
    std::string through;            // the switch that its rack is known by; empty: by none
    bool confirmed() const { return unit_sources >= 2 && !contradicted; }
    bool operator==(const Confidence&) const = default;
};
/// Of a machine's facts; only those of its location are looked at.
Confidence confidence_of(const Facts& facts);

struct Accuracy {
    std::uint64_t machines = 0, with_unit = 0, confirmed = 0, contradicted = 0;
};
Accuracy operator+(Accuracy sum, const Confidence& one);

}  // namespace footing::inventory
