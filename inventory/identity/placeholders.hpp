/// Values that firmware and drives give when nobody gave them any: they identify nothing.
///
/// The list is GLPI's isInvalidBiosValue with what other inventories learned; a site adds
/// its own in the configuration (`placeholders:`).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace footing::inventory {

/// Lower case, trimmed, runs of blanks and underscores as one blank: how values are compared (udev writes '_' for ' ').
std::string normalised(std::string_view raw);

class Placeholders {
public:
    Placeholders();
    explicit Placeholders(const std::vector<std::string>& extra);

    /// Empty, listed, or one character repeated.
    bool contains(std::string_view raw) const;

private:
    std::set<std::string, std::less<>> values_;
};

}  // namespace footing::inventory
