/// A room from above, as SVG: its rows one below the other, their racks side by side.
#pragma once

#include <string>
#include <vector>

#include "inventory/draw/state.hpp"
#include "inventory/markup/html.hpp"

namespace footing::inventory {

struct PlannedRack {
    std::string name;
    std::string note;  // short, below the name: "20 machines"
    Url page;
    State state = State::Unknown;
};

struct PlannedRow {
    std::string name;
    std::vector<PlannedRack> racks;
};

/// Coloured by the page's stylesheet, as racks' elevations are.
Html plan(const std::string& room, const std::vector<PlannedRow>& rows);

/// The same as a file of its own, with its colours.
std::string plan_file(const std::string& room, const std::vector<PlannedRow>& rows);

}  // namespace footing::inventory
