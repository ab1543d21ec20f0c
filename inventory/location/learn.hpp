/// What the machines whose place people confirmed teach about the wire map: suggestions, never more. Pure.
///
///     a switch whose confirmed machines, five or more, are to 90 % in one rack   is that rack's
///     a port that the wire map doesn't know, with a confirmed machine            leads to that machine's place
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "inventory/location/patterns.hpp"

namespace footing::inventory {

struct Confirmed {
    std::string machine_id;
    std::string chassis, port;  // as heard
    LevelValues place;          // said by people
};

struct Suggestion {
    std::string kind;     // switch_rack, port_place
    std::string chassis, port;
    LevelValues place;
    std::size_t support = 0;  // machines that say so
    std::size_t of = 0;       // machines asked
    bool operator==(const Suggestion&) const = default;
};

std::vector<Suggestion> learn_places(const std::vector<Confirmed>& confirmed);

}  // namespace footing::inventory
