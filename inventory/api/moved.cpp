#include "inventory/api/moved.hpp"

#include "inventory/api/problem.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

Response moved_to(const std::string& machine_id, const std::string& rest)
{
    return {308, "application/json", {{"Location", "/v1/machines/" + machine_id + rest}}, wire::text_of(wire::Json{{"merged_into", machine_id}})};
}

std::expected<MachineRow, Response> standing_row(Sql& sql, const std::string& machine_id, const std::string& rest)
{
    auto row = machine(sql, machine_id);
    if (!row) return std::unexpected(problem(404, "no machine has this id"));
    if (!row->merged_into.empty()) return std::unexpected(moved_to(standing_machine(sql, machine_id), rest));
    return *std::move(row);
}

}  // namespace footing::inventory
