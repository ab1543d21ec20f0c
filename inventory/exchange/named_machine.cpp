#include "inventory/exchange/named_machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "inventory/store/machines.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

namespace {

constexpr std::array<std::string_view, 5> naming{"serial", "uuid", "mac", "asset_tag", "host_name"};
constexpr std::size_t most_hits = 20;

}  // namespace

Result<std::string> named_machine(Sql& sql, const std::string& name)
{
    if (auto id = standing_machine(sql, name); !id.empty()) return id;
    std::set<std::string> found;
    for (const auto& hit : find_terms(sql, name, most_hits))
        if (hit.exact && hit.type == SubjectKind::Machine && std::ranges::contains(naming, hit.matched.kind)) found.insert(hit.id);
    if (found.empty()) return fail(ErrorKind::Refuse, fmt::format("no machine is known as '{}'", name));
    if (found.size() > 1) return fail(ErrorKind::Refuse, fmt::format("'{}' could be any of the machines {}", name, fmt::join(found, ", ")));
    return *found.begin();
}

}  // namespace footing::inventory
