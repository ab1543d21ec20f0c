#include "inventory/store/releases.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/wire/base64.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/digest.hpp"

namespace footing::inventory {

ReleaseNews keep_release(Sql& sql, const std::string& disk_id, const std::string& machine_id, const wire::Release& release, Instant now)
{
    const auto since_boot = to_sql(release.since_boot);
    const std::string body = wire::write(wire::lasting(release));
    std::string id, known, image;
    sql << "SELECT id, body, pre_image FROM releases WHERE machine_id = :machine AND boot_id = :boot AND since_boot = :since"
           " AND disk_id = :disk",
        use(machine_id), use(release.boot_id), use(since_boot), use(disk_id), into(id), into(known), into(image);
    if (!sql.got_data()) {
        const std::string fresh = mint_id(), at = to_string(now);
        sql << "INSERT INTO releases (id, disk_id, machine_id, boot_id, since_boot, begun_at, received_at, body, pre_image)"
               " VALUES (:id, :disk, :machine, :boot, :since, :begun, :at, :body, :image)",
            use(fresh), use(disk_id), use(machine_id), use(release.boot_id), use(since_boot), use(release.begun_at), use(at), use(body), use(release.pre_image);
        return ReleaseNews::New;
    }
    const std::string& longer = release.pre_image.size() > image.size() ? release.pre_image : image;
    if (known != body || longer != image)
        sql << "UPDATE releases SET body = :body, pre_image = :image WHERE id = :id", use(body), use(longer), use(id);
    return known == body ? ReleaseNews::Known : ReleaseNews::Changed;
}

std::vector<ReleaseRow> releases_of(Sql& sql, const std::string& disk_id)
{
    std::vector<ReleaseRow> out;
    ReleaseRow row;
    std::string body;
    soci::statement select = (sql.prepare << "SELECT id, disk_id, machine_id, received_at, body FROM releases WHERE disk_id = :disk"
                                             " ORDER BY begun_at DESC, since_boot DESC",
                              use(disk_id), into(row.id), into(row.disk_id), into(row.machine_id), into(row.received_at), into(body));
    each(select, [&] {
        row.release = wire::read<wire::Release>(body).value_or(wire::Release{});
        out.push_back(row);
    });
    return out;
}

std::optional<ReleaseRow> release_row(Sql& sql, const std::string& id)
{
    ReleaseRow row;
    std::string body, image;
    sql << "SELECT id, disk_id, machine_id, received_at, body, pre_image FROM releases WHERE id = :id", use(id), into(row.id), into(row.disk_id),
        into(row.machine_id), into(row.received_at), into(body), into(image);
    if (!sql.got_data()) return {};
    row.release = wire::read<wire::Release>(body).value_or(wire::Release{});
    row.pre_image = wire::from_base64(image).value_or("");
    return row;
}

}  // namespace footing::inventory
