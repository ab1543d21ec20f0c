#include "inventory/store/machines.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "inventory/identity/id.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/store/touched.hpp"

namespace footing::inventory {

std::vector<KnownMachine> machines_with(Sql& sql, const std::vector<IdentityClaim>& claims)
{
    std::set<std::string> ids;
    std::string kind, value, id;
    soci::statement select = (sql.prepare << "SELECT c.machine_id FROM machine_claims c"
                                             " JOIN machines m ON m.id = c.machine_id AND m.quarantine = '' AND m.merged_into = ''"
                                             " WHERE c.kind = :kind AND c.value = :value AND c.active = 1",
                              use(kind), use(value), into(id));
    for (const auto& claim : claims) {
        kind = to_string(claim.kind);
        value = claim.value;
        each(select, [&] { ids.insert(id); });
    }
    std::vector<KnownMachine> out;
    for (const auto& one : ids) {
        KnownMachine known{one, {}, {}};
        for (auto& row : claims_of(sql, one)) (row.active ? known.claims : known.former).push_back(std::move(row.claim));
        out.push_back(std::move(known));
    }
    return out;
}

std::optional<MachineRow> machine(Sql& sql, const std::string& id)
{
    MachineRow row;
    sql << "SELECT id, created_at, last_seen, boot_id, quarantine, merged_into FROM machines WHERE id = :id", use(id),
        into(row.id), into(row.created_at), into(row.last_seen), into(row.boot_id), into(row.quarantine),
        into(row.merged_into);
    if (!sql.got_data()) return {};
    return row;
}

std::vector<MachineRow> machines(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    std::vector<MachineRow> out;
    MachineRow row;
    const auto most = to_sql(limit);
    const bool past = at != latest;
    soci::statement select(sql);
    for (auto* text : {&row.id, &row.created_at, &row.last_seen, &row.boot_id, &row.quarantine, &row.merged_into}) select.exchange(into(*text));
    select.exchange(use(after));
    for (int i = 0; past && i < 3; ++i) select.exchange(use(at));
    select.exchange(use(most));
    select.alloc();
    select.prepare(std::string("SELECT id, created_at, last_seen, boot_id, quarantine, merged_into FROM machines m WHERE id > :after") +
                   (past ? " AND created_at <= :a AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.subject = m.id"
                           " AND f.name = 'merged_into' AND f.valid_from <= :b AND f.valid_to > :c)"
                         : " AND merged_into = ''") +
                   " ORDER BY id LIMIT :most");
    select.define_and_bind();
    each(select, [&] { out.push_back(row); });
    return out;
}

std::map<std::string, std::string> last_heard(Sql& sql)
{
    std::map<std::string, std::string> out;
    std::string id, heard;
    soci::statement select = (sql.prepare << "SELECT id, last_seen FROM machines WHERE last_seen <> '' AND merged_into = '' ORDER BY id", into(id), into(heard));
    each(select, [&] { out.emplace_hint(out.end(), id, heard); });
    return out;
}

namespace {

constexpr const char* heard_of_before = " FROM machines WHERE last_seen < :since AND merged_into = ''";
constexpr const char* heard_of_once = " AND last_seen <> ''";

std::vector<std::string> heard_of_only_before(Sql& sql, Instant since, const char* condition)
{
    std::vector<std::string> out;
    std::string id;
    const std::string time = to_string(since);
    soci::statement select = (sql.prepare << std::string("SELECT id") + heard_of_before + condition + " ORDER BY id", use(time), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

}  // namespace

std::vector<std::string> silent_machines(Sql& sql, Instant since) { return heard_of_only_before(sql, since, heard_of_once); }

std::vector<std::string> not_heard_of(Sql& sql, Instant since) { return heard_of_only_before(sql, since, ""); }

bool is_silent(Sql& sql, const std::string& machine_id, Instant since)
{
    int count = 0;
    const std::string time = to_string(since);
    sql << std::string("SELECT COUNT(*)") + heard_of_before + heard_of_once + " AND id = :id", use(time), use(machine_id), into(count);
    return count != 0;
}

std::vector<ClaimRow> claims_of(Sql& sql, const std::string& machine_id)
{
    std::vector<ClaimRow> out;
    ClaimRow row;
    std::string kind;
    int active = 0;
    soci::statement select = (sql.prepare << "SELECT kind, value, raw, active, first_seen, last_seen, active_since FROM machine_claims"
                                             " WHERE machine_id = :id ORDER BY kind, value",
                              use(machine_id), into(kind), into(row.claim.value), into(row.claim.raw), into(active),
                              into(row.first_seen), into(row.last_seen), into(row.active_since));
    each(select, [&] {
        row.claim.kind = claim_kind_from(kind);
        row.active = active != 0;
        out.push_back(row);
    });
    return out;
}

std::vector<ClaimThen> claims_at(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::vector<ClaimThen> out;
    if (at == latest) {
        for (const auto& row : claims_of(sql, machine_id)) out.push_back({row.claim, row.active, row.first_seen, row.last_seen});
        return out;
    }
    std::string kind, from, to, seen;
    IdentityClaim claim;
    int known = 0;
    soci::statement select = (sql.prepare << "SELECT i.kind, i.value, i.raw, i.known, i.valid_from, i.valid_to, COALESCE(c.last_seen, '') FROM claim_intervals i"
                                             " LEFT JOIN machine_claims c ON c.machine_id = i.machine_id AND c.kind = i.kind AND c.value = i.value"
                                             " WHERE i.machine_id = :id AND i.valid_from <= :at ORDER BY i.kind, i.value, i.valid_from",
                              use(machine_id), use(at), into(kind), into(claim.value), into(claim.raw), into(known), into(from), into(to), into(seen));
    each(select, [&] {
        claim.kind = claim_kind_from(kind);
        if (out.empty() || out.back().claim.kind != claim.kind || out.back().claim.value != claim.value) out.push_back({claim, {}, from, {}});
        auto& then = out.back();
        then.claim.raw = claim.raw;
        then.active = to <= at ? std::optional(false) : known != 0 ? std::optional(true) : std::nullopt;
        if (!seen.empty() && seen <= at) then.last_seen = seen;
    });
    return out;
}

std::string add_machine(Sql& sql, const std::string& quarantine, const std::string& fingerprint, Instant now)
{
    const std::string id = mint_id(), at = to_string(now);
    sql << "INSERT INTO machines (id, created_at, last_seen, boot_id, quarantine, fingerprint)"
           " VALUES (:id, :created, :seen, '', :quarantine, :fingerprint)",
        use(id), use(at), use(at), use(quarantine), use(fingerprint);
    mark_touched(sql, id);
    return id;
}

void release_machine(Sql& sql, const std::string& machine_id)
{
    sql << "UPDATE machines SET quarantine = '' WHERE id = :id", use(machine_id);
}

void remove_machine(Sql& sql, const std::string& machine_id)
{
    sql << "DELETE FROM machines WHERE id = :id", use(machine_id);
}

std::optional<std::string> quarantined_machine(Sql& sql, const std::string& fingerprint)
{
    std::string id;
    sql << "SELECT id FROM machines WHERE fingerprint = :fingerprint AND quarantine <> '' AND merged_into = ''", use(fingerprint), into(id);
    if (!sql.got_data()) return {};
    return id;
}

namespace {

/// A value that came and went in one millisecond was never there.
void end_claim_interval(Sql& sql, const std::string& machine_id, const std::string& kind, const std::string& value, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "DELETE FROM claim_intervals WHERE machine_id = :id AND kind = :kind AND value = :value AND valid_to = :end AND valid_from >= :at",
        use(machine_id), use(kind), use(value), use(end), use(at);
    sql << "UPDATE claim_intervals SET valid_to = :at WHERE machine_id = :id AND kind = :kind AND value = :value AND valid_to = :end", use(at),
        use(machine_id), use(kind), use(value), use(end);
}

void begin_claim_interval(Sql& sql, const std::string& machine_id, const std::string& kind, const std::string& value, const std::string& raw, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "INSERT INTO claim_intervals (machine_id, kind, value, raw, known, valid_from, valid_to) VALUES (:id, :kind, :value, :raw, 1, :at, :end)"
           " ON CONFLICT (machine_id, kind, value, valid_from) DO UPDATE SET raw = excluded.raw, known = 1, valid_to = excluded.valid_to",  // a clock that was set back
        use(machine_id), use(kind), use(value), use(raw), use(at), use(end);
}

}  // namespace

void record_claims(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims,
                   const std::vector<ClaimKind>& complete, Instant now)
{
    const std::string at = to_string(now);
    std::map<std::pair<ClaimKind, std::string>, std::string> told;  // as it is written
    std::set<std::pair<ClaimKind, std::string>> held;
    std::set<ClaimKind> kinds, partly;  // told; those of which something is held that wasn't told
    std::set<std::pair<ClaimKind, std::string>> active, former;
    for (const auto& claim : claims) {
        told[{claim.kind, claim.value}] = claim.raw;
        kinds.insert(claim.kind);
    }
    std::string kind, value, raw;
    for (const auto& row : claims_of(sql, machine_id)) {
        (row.active ? active : former).insert({row.claim.kind, row.claim.value});
        if (!row.active) continue;
        const auto again = told.find({row.claim.kind, row.claim.value});
        if (again != told.end() && again->second == row.claim.raw) held.insert(again->first);
        else if (again != told.end()) continue;
        else if (std::ranges::find(complete, row.claim.kind) == complete.end()) partly.insert(row.claim.kind);
        else set_claim_active(sql, machine_id, row.claim, false, now);
    }
    // A kind of which all is told is seen at once, or each drive would cost a statement at each report.
    for (const auto one : kinds) {
        if (partly.contains(one)) continue;
        kind = to_string(one);
        sql << "UPDATE machine_claims SET last_seen = :at WHERE machine_id = :id AND kind = :kind AND active = 1", use(at),
            use(machine_id), use(kind);
    }
    soci::statement upsert =
        (sql.prepare << "INSERT INTO machine_claims (machine_id, kind, value, raw, active, first_seen, last_seen, active_since)"
                        " VALUES (:id, :kind, :value, :raw, 1, :first, :last, :since)"
                        " ON CONFLICT (machine_id, kind, value) DO UPDATE SET active = 1, raw = excluded.raw,"
                        " last_seen = excluded.last_seen, active_since = CASE WHEN machine_claims.active = 1"
                        " THEN machine_claims.active_since ELSE excluded.active_since END",
         use(machine_id), use(kind), use(value), use(raw), use(at), use(at), use(at));
    for (const auto& claim : claims) {
        if (held.contains({claim.kind, claim.value}) && !partly.contains(claim.kind)) continue;
        kind = to_string(claim.kind);
        value = claim.value;
        raw = claim.raw;
        upsert.execute(true);
        if (!active.insert({claim.kind, value}).second) continue;
        if (former.contains({claim.kind, value})) end_claim_interval(sql, machine_id, kind, value, now);  // of which it isn't known whether it was active
        begin_claim_interval(sql, machine_id, kind, value, raw, now);
    }
}

void touch_machine(Sql& sql, const std::string& machine_id, Instant now)
{
    // Of two reports at once the earlier may be written later. Beyond that, our clock was wrong and is set right.
    const std::string at = to_string(now), never = to_string(now + std::chrono::hours(1));
    sql << "UPDATE machines SET last_seen = :at WHERE id = :id AND (last_seen < :later OR last_seen > :never)", use(at),
        use(machine_id), use(at), use(never);
}

std::optional<Boot> boot(Sql& sql, const std::string& machine_id, const std::string& boot_id)
{
    Boot out;
    long long sequence = 0;
    sql << "SELECT first_seen, last_sequence, late FROM boots WHERE machine_id = :machine AND boot_id = :boot AND parted = 0",
        use(machine_id), use(boot_id), into(out.first_seen), into(sequence), into(out.late);
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

void set_claim_active(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, bool active, Instant now)
{
    const std::string kind = to_string(claim.kind);
    std::string raw;
    const int value = active ? 1 : 0;
    sql << "UPDATE machine_claims SET active = :active WHERE machine_id = :id AND kind = :kind AND value = :value AND active <> :again RETURNING raw",
        use(value), use(machine_id), use(kind), use(claim.value), use(value), into(raw);
    if (!sql.got_data()) return;
    end_claim_interval(sql, machine_id, kind, claim.value, now);
    if (active) begin_claim_interval(sql, machine_id, kind, claim.value, raw, now);
}

void give_claim(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, const std::string& first_seen, Instant now)
{
    const std::string kind = to_string(claim.kind);
    record_claims(sql, machine_id, {claim}, {}, now);
    sql << "UPDATE machine_claims SET first_seen = :first WHERE machine_id = :id AND kind = :kind AND value = :value AND first_seen > :later",
        use(first_seen), use(machine_id), use(kind), use(claim.value), use(first_seen);
}

void take_claim(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, Instant now)
{
    const std::string kind = to_string(claim.kind);
    end_claim_interval(sql, machine_id, kind, claim.value, now);
    sql << "DELETE FROM machine_claims WHERE machine_id = :id AND kind = :kind AND value = :value", use(machine_id),
        use(kind), use(claim.value);
}

void set_merged_into(Sql& sql, const std::string& machine_id, const std::string& into, Instant now)
{
    sql << "UPDATE machines SET merged_into = :into_id WHERE id = :id", use(into), use(machine_id);
    (void)observe(sql, machine_id, {{"merged_into", into}}, now);
}

namespace {

std::string merged_then(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::string into_id;
    sql << "SELECT value FROM facts WHERE subject = :id AND name = 'merged_into' AND valid_from <= :at AND valid_to > :until",
        use(machine_id), use(at), use(at), into(into_id);
    return into_id;
}

}  // namespace

std::string standing_machine(Sql& sql, std::string id, const std::string& at)
{
    constexpr int longest_chain = 64;
    for (int i = 0; i < longest_chain; ++i) {
        const auto row = machine(sql, id);
        if (!row) return "";
        const std::string next = at == latest ? row->merged_into : merged_then(sql, id, at);
        if (next.empty()) return id;
        id = next;
    }
    return "";
}

std::vector<std::string> merged_into(Sql& sql, const std::string& machine_id, const std::string& at)
{
    if (at != latest) return subjects_with(sql, "merged_into", machine_id, at);
    std::vector<std::string> out;
    std::string id;
    soci::statement select = (sql.prepare << "SELECT id FROM machines WHERE merged_into = :id ORDER BY id", use(machine_id), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

}  // namespace footing::inventory
