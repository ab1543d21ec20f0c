#include "inventory/api/route_match.hpp"

#include <algorithm>
#include <vector>

namespace footing::inventory {

namespace {

std::vector<std::string_view> segments(std::string_view path)
{
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto slash = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, slash));
        path.remove_prefix(slash);
    }
    return out;
}

}  // namespace

std::optional<std::map<std::string, std::string>> captures_of(std::string_view pattern, std::string_view path)
{
    const auto wanted = segments(pattern), given = segments(path);
    if (wanted.size() != given.size() || !path.starts_with('/')) return {};
    std::map<std::string, std::string> captures;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{') && !given[i].empty())
            captures[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = given[i];
        else if (wanted[i] != given[i]) return {};
    }
    return captures;
}

}  // namespace footing::inventory
