#include "inventory/store/machines.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::vector<KnownMachine> machines_with(Sql& sql, const std::vector<IdentityClaim>& claims)
{
    std::set<std::string> ids;
    for (const auto& claim : claims) {
        const std::string kind = to_string(claim.kind);
        std::string id;
        soci::statement select = (sql.prepare << "SELECT c.machine_id FROM machine_claims c"
                                                 " JOIN machines m ON m.id = c.machine_id AND m.quarantine = ''"
                                                 " WHERE c.kind = :kind AND c.value = :value AND c.active = 1",
                                  use(kind), use(claim.value), into(id));
        each(select, [&] { ids.insert(id); });
    }
    std::vector<KnownMachine> out;
    for (const auto& id : ids) {
        KnownMachine known{id, {}};
        for (auto& row : claims_of(sql, id))
            if (row.active) known.claims.push_back(std::move(row.claim));
        out.push_back(std::move(known));
    }
    return out;
}

std::optional<MachineRow> machine(Sql& sql, const std::string& id)
{
    MachineRow row;
    sql << "SELECT id, created_at, last_seen, boot_id, quarantine FROM machines WHERE id = :id", use(id), into(row.id),
        into(row.created_at), into(row.last_seen), into(row.boot_id), into(row.quarantine);
    if (!sql.got_data()) return {};
    return row;
}

std::vector<MachineRow> machines(Sql& sql, const std::string& after, std::size_t limit)
{
    std::vector<MachineRow> out;
    MachineRow row;
    const auto most = to_sql(limit);
    soci::statement select = (sql.prepare << "SELECT id, created_at, last_seen, boot_id, quarantine FROM machines"
                                             " WHERE id > :after ORDER BY id LIMIT :most",
                              use(after), use(most), into(row.id), into(row.created_at), into(row.last_seen),
                              into(row.boot_id), into(row.quarantine));
    each(select, [&] { out.push_back(row); });
    return out;
}

std::vector<ClaimRow> claims_of(Sql& sql, const std::string& machine_id)
{
    std::vector<ClaimRow> out;
    ClaimRow row;
    std::string kind;
    int active = 0;
    soci::statement select = (sql.prepare << "SELECT kind, value, raw, active, first_seen, last_seen FROM machine_claims"
                                             " WHERE machine_id = :id ORDER BY kind, value",
                              use(machine_id), into(kind), into(row.claim.value), into(row.claim.raw), into(active),
                              into(row.first_seen), into(row.last_seen));
    each(select, [&] {
        row.claim.kind = claim_kind_from(kind);
        row.active = active != 0;
        out.push_back(row);
    });
    return out;
}

std::string add_machine(Sql& sql, const std::string& quarantine, const std::string& fingerprint, Instant now)
{
    const std::string id = mint_id(), at = to_string(now);
    sql << "INSERT INTO machines (id, created_at, last_seen, boot_id, quarantine, fingerprint)"
           " VALUES (:id, :created, :seen, '', :quarantine, :fingerprint)",
        use(id), use(at), use(at), use(quarantine), use(fingerprint);
    return id;
}

std::optional<std::string> quarantined_machine(Sql& sql, const std::string& fingerprint)
{
    std::string id;
    sql << "SELECT id FROM machines WHERE fingerprint = :fingerprint AND quarantine <> ''", use(fingerprint), into(id);
    if (!sql.got_data()) return {};
    return id;
}

void record_claims(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims,
                   const std::vector<ClaimKind>& complete, Instant now)
{
    const std::string at = to_string(now);
    for (const auto& row : claims_of(sql, machine_id)) {
        const bool gone = std::ranges::none_of(claims, [&](const auto& c) {
            return c.kind == row.claim.kind && c.value == row.claim.value;
        });
        if (!row.active || !gone || std::ranges::find(complete, row.claim.kind) == complete.end()) continue;
        const std::string kind = to_string(row.claim.kind);
        sql << "UPDATE machine_claims SET active = 0 WHERE machine_id = :id AND kind = :kind AND value = :value",
            use(machine_id), use(kind), use(row.claim.value);
    }
    for (const auto& claim : claims) {
        const std::string kind = to_string(claim.kind);
        sql << "INSERT INTO machine_claims (machine_id, kind, value, raw, active, first_seen, last_seen)"
               " VALUES (:id, :kind, :value, :raw, 1, :first, :last)"
               " ON CONFLICT (machine_id, kind, value) DO UPDATE SET active = 1, raw = excluded.raw,"
               " last_seen = excluded.last_seen",
            use(machine_id), use(kind), use(claim.value), use(claim.raw), use(at), use(at);
    }
}

void touch_machine(Sql& sql, const std::string& machine_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE machines SET last_seen = :at WHERE id = :id", use(at), use(machine_id);
}

std::optional<Boot> boot(Sql& sql, const std::string& machine_id, const std::string& boot_id)
{
    Boot out;
    long long sequence = 0;
    sql << "SELECT first_seen, last_sequence FROM boots WHERE machine_id = :machine AND boot_id = :boot",
        use(machine_id), use(boot_id), into(out.first_seen), into(sequence);
    if (!sql.got_data()) return {};
    out.last_sequence = static_cast<std::uint64_t>(sequence);
    return out;
}

Boot furthest(Sql& sql, const std::string& boot_id)
{
    Boot out;
    long long sequence = 0;
    sql << "SELECT COALESCE(MIN(first_seen), ''), COALESCE(MAX(last_sequence), 0) FROM boots WHERE boot_id = :boot",
        use(boot_id), into(out.first_seen), into(sequence);
    out.last_sequence = static_cast<std::uint64_t>(sequence);
    return out;
}

void record_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence,
                 Instant now)
{
    const std::string at = to_string(now);
    const auto number = to_sql(sequence);
    const bool older = boot(sql, machine_id, boot_id).has_value();
    sql << "INSERT INTO boots (machine_id, boot_id, first_seen, last_sequence) VALUES (:machine, :boot, :at, :sequence)"
           " ON CONFLICT (machine_id, boot_id) DO UPDATE SET last_sequence ="
           " CASE WHEN excluded.last_sequence > boots.last_sequence THEN excluded.last_sequence"
           " ELSE boots.last_sequence END",
        use(machine_id), use(boot_id), use(at), use(number);
    if (older) return;  // known: it is the latest already, or was once and never is again
    sql << "UPDATE machines SET boot_id = :boot WHERE id = :machine", use(boot_id), use(machine_id);
}

}  // namespace footing::inventory
