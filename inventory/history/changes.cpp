#include "inventory/history/changes.hpp"

namespace footing::inventory {

std::vector<Change> changes(const Facts& current, const Facts& observed)
{
    std::vector<Change> out;
    for (const auto& [name, after] : observed) {
        const auto found = current.find(name);
        const std::string before = found == current.end() ? "" : found->second;
        if (before != after) out.push_back({name, before, after});
    }
    return out;
}

}  // namespace footing::inventory
