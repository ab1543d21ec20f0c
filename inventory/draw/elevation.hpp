/// A rack as it looks from the front, as SVG. A machine that is said to stand higher than it is tall is drawn above it.
#pragma once

#include <string>
#include <vector>

#include "inventory/draw/state.hpp"
#include "inventory/draw/units.hpp"
#include "inventory/markup/html.hpp"

namespace footing::inventory {

struct Mounted {
    std::string name;
    std::string note;                  // short, at the right of the name: "36 drives"
    std::vector<std::string> tooltip;  // lines
    Url page;
    State state = State::Unknown;
    Extent extent;
    bool highlighted = false;
};

enum class Size { Large, Small };

/// Coloured by the page's stylesheet.
Html elevation(const std::string& rack_name, const RackShape& rack, const std::vector<Mounted>& machines, Size size);

/// The same as a file of its own, with its colours.
std::string elevation_file(const std::string& rack_name, const RackShape& rack, const std::vector<Mounted>& machines);

/// At most so many characters, the last one "…".
std::string shortened(const std::string& text, std::size_t characters);

}  // namespace footing::inventory
