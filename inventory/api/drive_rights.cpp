#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/rights.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

Response Api::post_drive_release(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by", "disk"});
    if (!asked) return problem(asked.error());
    const auto by = named_person(*asked);
    if (!by) return problem(by.error());
    const std::string disk = wire::text_at(*asked, "disk");
    constexpr std::size_t longest_id = 128;
    if (asked->contains("disk") && (disk.empty() || wire::characters(disk) > longest_id)) return problem(400, "/disk is wrong, expected a disk's id");
    const std::string id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = machine(sql, id);
        if (!row) return problem(404, "no machine has this id");
        // Not led on: who says that this one is off says nothing of the other.
        if (!row->merged_into.empty()) return problem(409, fmt::format("this machine was merged into {}: ask of that one", standing_machine(sql, id)));
        if (auto refused = refuse_unless_match(request, wire::text_of(machine_json(sql, *row, latest)))) return *refused;
        return {200, "application/json", {}, wire::text_of(wire::Json{{"machine", id}, {"released", release_drives(sql, id, disk, *by, clock_())}})};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
