#include "inventory/exchange/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "inventory/exchange/tables.hpp"

namespace footing::inventory {

namespace {

constexpr std::array makers{
    std::pair{"racks", &racks_table},         std::pair{"wire-map", &wire_map_table}, std::pair{"machines", &machines_table},
    std::pair{"locations", &locations_table}, std::pair{"assets", &assets_table},     std::pair{"leases", &leases_table},
};

}  // namespace

const std::vector<std::string>& table_kinds()
{
    static const std::vector<std::string> kinds = [] {
        std::vector<std::string> out;
        for (const auto& [kind, make] : makers) out.emplace_back(kind);
        return out;
    }();
    return kinds;
}

std::string joined(const TableKey& key) { return fmt::format("{}", fmt::join(key, std::string_view("\0", 1))); }

const std::vector<std::string>& listing_kinds()
{
    static const std::vector<std::string> kinds = [] {
        auto out = table_kinds();
        out.emplace_back(disks_listing()->kind());
        return out;
    }();
    return kinds;
}

Result<std::unique_ptr<Listing>> listing_of(std::string_view kind)
{
    if (auto disks = disks_listing(); kind == disks->kind()) return disks;
    if (auto table = table_of(kind)) return std::move(*table);
    return fail(ErrorKind::Refuse, fmt::format("'{}' is no table, expected one of {}", kind, fmt::join(listing_kinds(), ", ")), 404);
}

Result<std::unique_ptr<Table>> table_of(std::string_view kind)
{
    for (const auto& [known, make] : makers)
        if (kind == known) return make();
    return fail(ErrorKind::Refuse, fmt::format("'{}' is no table, expected one of {}", kind, fmt::join(table_kinds(), ", ")), 404);
}

}  // namespace footing::inventory
