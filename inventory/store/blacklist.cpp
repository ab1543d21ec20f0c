#include "inventory/store/blacklist.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::set<ClaimKey> blacklisted(Sql& sql, const std::vector<IdentityClaim>& claims, const std::string& at)
{
    std::set<ClaimKey> out;
    std::string kind, value;
    int count = 0;
    soci::statement select = (sql.prepare << "SELECT COUNT(*) FROM blacklist WHERE kind = :kind AND value = :value"
                                             " AND learned_at <= :at AND (cleared_at = '' OR cleared_at > :until)",
                              use(kind), use(value), use(at), use(at), into(count));
    for (const auto& claim : claims) {
        if (claim.kind == ClaimKind::Drive || claim.kind == ClaimKind::Dimm) continue;
        kind = to_string(claim.kind);
        value = claim.value;
        each(select, [&] {
            if (count != 0) out.insert({claim.kind, claim.value});
        });
    }
    return out;
}

bool learn(Sql& sql, const IdentityClaim& claim, const std::string& why, Instant now)
{
    if (!blacklisted(sql, {claim}).empty()) return false;
    const std::string kind = to_string(claim.kind), at = to_string(now);
    sql << "INSERT INTO blacklist (kind, value, raw, why, learned_at, cleared_at, cleared_by)"
           " VALUES (:kind, :value, :raw, :why, :at, '', '') ON CONFLICT (kind, value, learned_at)"
           " DO UPDATE SET cleared_at = '', cleared_by = ''",
        use(kind), use(claim.value), use(claim.raw), use(why), use(at);
    return true;
}

bool clear_blacklisted(Sql& sql, const std::string& kind, const std::string& value, const std::string& by, Instant now)
{
    const std::string at = to_string(now);
    soci::statement update =
        (sql.prepare << "UPDATE blacklist SET cleared_at = :at, cleared_by = :by"
                        " WHERE kind = :kind AND value = :value AND cleared_at = ''",
         use(at), use(by), use(kind), use(value));
    update.execute(true);
    return update.get_affected_rows() > 0;
}

void unlearn(Sql& sql, const std::string& why, const std::string& learned_at, const std::string& by, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE blacklist SET cleared_at = :at, cleared_by = :by WHERE why = :why AND learned_at = :learned AND cleared_at = ''",
        use(at), use(by), use(why), use(learned_at);
}

std::vector<BlacklistRow> blacklist(Sql& sql, const std::string& at)
{
    std::vector<BlacklistRow> out;
    BlacklistRow row;
    soci::statement select = (sql.prepare << "SELECT kind, value, raw, why, learned_at FROM blacklist WHERE learned_at <= :at"
                                             " AND (cleared_at = '' OR cleared_at > :until) ORDER BY learned_at, kind, value",
                              use(at), use(at), into(row.kind), into(row.value), into(row.raw), into(row.why), into(row.learned_at));
    each(select, [&] { out.push_back(row); });
    return out;
}

std::string also_alive_with(Sql& sql, const std::string& machine_id, const IdentityClaim& claim)
{
    std::string other;
    const std::string kind = to_string(claim.kind);
    sql << "SELECT o.machine_id FROM machine_claims mine JOIN machine_claims o ON o.kind = mine.kind"
           " AND o.value = mine.value AND o.machine_id <> mine.machine_id AND o.active = 1 AND o.last_seen > mine.active_since"
           " JOIN machines m ON m.id = o.machine_id AND m.merged_into = '' AND m.quarantine = ''"
           " WHERE mine.machine_id = :machine AND mine.kind = :kind AND mine.value = :value AND mine.active = 1"
           " ORDER BY o.machine_id LIMIT 1",
        use(machine_id), use(kind), use(claim.value), into(other);
    return other;
}

std::vector<std::string> others_with(Sql& sql, const std::string& machine_id, const IdentityClaim& claim)
{
    std::vector<std::string> out;
    std::string other;
    const std::string kind = to_string(claim.kind);
    soci::statement select =
        (sql.prepare << "SELECT c.machine_id FROM machine_claims c JOIN machines m ON m.id = c.machine_id"
                        " AND m.merged_into = '' WHERE c.kind = :kind AND c.value = :value AND c.active = 1"
                        " AND c.machine_id <> :machine ORDER BY c.machine_id",
         use(kind), use(claim.value), use(machine_id), into(other));
    each(select, [&] { out.push_back(other); });
    return out;
}

}  // namespace footing::inventory
