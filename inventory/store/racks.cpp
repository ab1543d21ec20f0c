#include "inventory/store/racks.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr const char* top_down_word = "down";

RackRow row_of(RackRow row, const std::string& numbering)
{
    row.top_down = numbering == top_down_word;
    return row;
}

}  // namespace

std::optional<RackRow> rack_of(Sql& sql, const RackName& rack, const std::string& at)
{
    RackRow row{rack, 0, false, ""};
    std::string numbering;
    sql << "SELECT units, numbering, note FROM racks WHERE at_site = :site AND at_room = :room AND at_row = :row AND name = :name"
           " AND valid_from <= :at AND valid_to > :until",
        use(rack.site), use(rack.room), use(rack.row), use(rack.name), use(at), use(at), into(row.units), into(numbering), into(row.note);
    if (!sql.got_data()) return {};
    return row_of(row, numbering);
}

std::vector<RackRow> racks(Sql& sql, const RackName& after, std::size_t limit, const std::string& at)
{
    std::vector<RackRow> out;
    RackRow row;
    std::string numbering;
    const auto most = to_sql(limit);
    soci::statement select =
        (sql.prepare << "SELECT at_site, at_room, at_row, name, units, numbering, note FROM racks"
                        " WHERE (at_site, at_room, at_row, name) > (:site, :room, :row, :name) AND valid_from <= :at AND valid_to > :until"
                        " ORDER BY at_site, at_room, at_row, name LIMIT :most",
         use(after.site), use(after.room), use(after.row), use(after.name), use(at), use(at), use(most), into(row.rack.site),
         into(row.rack.room), into(row.rack.row), into(row.rack.name), into(row.units), into(numbering), into(row.note));
    each(select, [&] { out.push_back(row_of(row, numbering)); });
    return out;
}

std::vector<RackRow> racks_in_row(Sql& sql, const RackName& row, const std::string& at)
{
    std::vector<RackRow> out;
    RackRow found{row, 0, false, ""};
    std::string numbering;
    soci::statement select = (sql.prepare << "SELECT name, units, numbering, note FROM racks WHERE at_site = :site AND at_room = :room"
                                             " AND at_row = :row AND valid_from <= :at AND valid_to > :until ORDER BY name",
                              use(row.site), use(row.room), use(row.row), use(at), use(at), into(found.rack.name), into(found.units),
                              into(numbering), into(found.note));
    each(select, [&] { out.push_back(row_of(found, numbering)); });
    return out;
}

void put_rack(Sql& sql, const RackRow& rack, Instant now)
{
    const std::string id = mint_id(), at = to_string(now), end = open_end, numbering = rack.top_down ? top_down_word : "up";
    sql << "INSERT INTO racks (id, at_site, at_room, at_row, name, units, numbering, note, valid_from, valid_to)"
           " VALUES (:id, :site, :room, :row, :name, :units, :numbering, :note, :from, :end)",
        use(id), use(rack.rack.site), use(rack.rack.room), use(rack.rack.row), use(rack.rack.name), use(rack.units), use(numbering),
        use(rack.note), use(at), use(end);
}

void end_rack(Sql& sql, const RackName& rack, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "DELETE FROM racks WHERE at_site = :site AND at_room = :room AND at_row = :row AND name = :name AND valid_to = :end"
           " AND valid_from >= :at",
        use(rack.site), use(rack.room), use(rack.row), use(rack.name), use(end), use(at);  // said in this very millisecond
    sql << "UPDATE racks SET valid_to = :at WHERE at_site = :site AND at_room = :room AND at_row = :row AND name = :name AND valid_to = :end",
        use(at), use(rack.site), use(rack.room), use(rack.row), use(rack.name), use(end);
}

}  // namespace footing::inventory
