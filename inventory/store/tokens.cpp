#include "inventory/store/tokens.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/tokens/same_secret.hpp"

namespace footing::inventory {

// A row is found by an index of SHA-256 values: how long that takes tells at most how much of the sent token's hash stands
// in it, which nobody can choose, and from which no token follows.

std::string add_token(Sql& sql, Role role, const std::string& hash, const std::string& label, Instant now,
                      const TokenBinding& binding, const std::string& expires_at)
{
    const std::string id = random_hex(4), word = to_string(role), at = to_string(now);
    const int binds = binding.on_first_use ? 1 : 0;
    sql << "INSERT INTO tokens (id, role, hash, label, created_at, revoked_at, machine_id, binds, expires_at)"
           " VALUES (:id, :role, :hash, :label, :at, '', :machine, :binds, :expires)",
        use(id), use(word), use(hash), use(label), use(at), use(binding.machine_id), use(binds), use(expires_at);
    return id;
}

std::optional<TokenRow> token_of(Sql& sql, const std::string& hash)
{
    TokenRow row;
    std::string found;
    int binds = 0;
    sql << "SELECT id, role, label, created_at, machine_id, binds, hash FROM tokens WHERE hash = :hash AND revoked_at = ''",
        use(hash), into(row.id), into(row.role), into(row.label), into(row.created_at), into(row.machine_id), into(binds), into(found);
    if (!sql.got_data() || !same_secret(found, hash)) return {};
    row.binds = binds != 0;
    return row;
}

void bind_token(Sql& sql, const std::string& id, const std::string& machine_id)
{
    sql << "UPDATE tokens SET machine_id = :machine WHERE id = :id AND machine_id = ''", use(machine_id), use(id);
}

std::optional<Role> role_of_token(Sql& sql, const std::string& hash, Instant now)
{
    const std::string at = to_string(now);
    std::string word, found;
    sql << "SELECT role, hash FROM tokens WHERE hash = :hash AND revoked_at = '' AND (expires_at = '' OR expires_at > :at)",
        use(hash), use(at), into(word), into(found);
    if (!sql.got_data() || !same_secret(found, hash)) return {};
    return role_from(word);
}

bool revoke_token(Sql& sql, const std::string& id, Instant now)
{
    const std::string at = to_string(now);
    soci::statement update =
        (sql.prepare << "UPDATE tokens SET revoked_at = :at WHERE id = :id AND revoked_at = ''", use(at), use(id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return false;
    std::string machine;
    sql << "SELECT machine_id FROM tokens WHERE id = :id", use(id), into(machine);
    if (!machine.empty()) close_machine_alarm(sql, alarm_false_speaker, machine, now);
    return true;
}

bool was_token(Sql& sql, const std::string& hash)
{
    int found = 0;
    sql << "SELECT COUNT(*) FROM tokens WHERE hash = :hash", use(hash), into(found);
    return found != 0;
}

std::vector<TokenRow> tokens(Sql& sql)
{
    std::vector<TokenRow> out;
    TokenRow row;
    int binds = 0;
    soci::statement select = (sql.prepare << "SELECT id, role, label, created_at, revoked_at, machine_id, binds, expires_at FROM tokens"
                                             " ORDER BY created_at",
                              into(row.id), into(row.role), into(row.label), into(row.created_at), into(row.revoked_at),
                              into(row.machine_id), into(binds), into(row.expires_at));
    each(select, [&] {
        row.binds = binds != 0;
        out.push_back(row);
    });
    return out;
}

}  // namespace footing::inventory
