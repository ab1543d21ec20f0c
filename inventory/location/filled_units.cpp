#include "inventory/location/filled_units.hpp"

#include <charconv>

namespace footing::inventory {

std::optional<int> halves(std::string_view text)
{
    if (!text.empty() && (text.front() == 'u' || text.front() == 'U')) text.remove_prefix(1);
    int units = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
    if (error != std::errc() || units < 0 || units > most_units) return {};
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (rest == ".5" && units < most_units) return units * 2 + 1;
    if ((rest.empty() || rest == ".0") && units > 0) return units * 2;
    return {};
}

std::optional<FilledUnits> filled_units(std::string_view unit, std::string_view height, std::string face, std::string node)
{
    const auto start = halves(unit);
    if (!start) return {};
    if (face == "both") face.clear();
    return FilledUnits{*start, halves(height).value_or(2), std::move(face), std::move(node)};
}

bool overlap(const FilledUnits& a, const FilledUnits& b)
{
    if (a.start >= b.start + b.height || b.start >= a.start + a.height) return false;
    if (!a.face.empty() && !b.face.empty() && a.face != b.face) return false;
    const bool one_chassis = a.start == b.start && !a.node.empty() && !b.node.empty();
    return !one_chassis || a.node == b.node;
}

}  // namespace footing::inventory
