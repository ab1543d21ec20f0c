#include "inventory/store/releases.hpp"

#include "inventory/api/api.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/problem.hpp"

namespace footing::inventory {

wire::Json releases_json(Sql& sql, const std::string& disk_id)
{
    wire::Json out = wire::Json::array();
    for (const auto& row : releases_of(sql, disk_id)) {
        wire::Json one{{"id", row.id}, {"machine", row.machine_id}, {"received_at", row.received_at}};
        one.update(wire::Writer::json_of(row.release));
        one.erase("pre_image");
        out.push_back(std::move(one));
    }
    return out;
}

/// Customers' bytes: for admins.
Response Api::get_pre_image(const Request&, const Captures& captures)
{
    const auto row = store_.read([&](Sql& sql) { return release_row(sql, captures.at("id")); });
    if (!row) return problem(row.error());
    if (!*row) return problem(404, "no release has this id");
    if ((*row)->pre_image.empty()) return problem(404, "no pre-image of this release was reported (release.pre_image_in_report)");
    return {200, "application/gzip", {}, (*row)->pre_image};
}

}  // namespace footing::inventory
