#include "inventory/store/tokens.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::string add_token(Sql& sql, Role role, const std::string& hash, const std::string& label, Instant now)
{
    const std::string id = random_hex(4), word = to_string(role), at = to_string(now);
    sql << "INSERT INTO tokens (id, role, hash, label, created_at, revoked_at)"
           " VALUES (:id, :role, :hash, :label, :at, '')",
        use(id), use(word), use(hash), use(label), use(at);
    return id;
}

std::optional<Role> role_of_token(Sql& sql, const std::string& hash)
{
    std::string word;
    sql << "SELECT role FROM tokens WHERE hash = :hash AND revoked_at = ''", use(hash), into(word);
    if (!sql.got_data()) return {};
    return role_from(word);
}

bool revoke_token(Sql& sql, const std::string& id, Instant now)
{
    const std::string at = to_string(now);
    soci::statement update =
        (sql.prepare << "UPDATE tokens SET revoked_at = :at WHERE id = :id AND revoked_at = ''", use(at), use(id));
    update.execute(true);
    return update.get_affected_rows() > 0;
}

std::vector<TokenRow> tokens(Sql& sql)
{
    std::vector<TokenRow> out;
    TokenRow row;
    soci::statement select = (sql.prepare << "SELECT id, role, label, created_at, revoked_at FROM tokens ORDER BY created_at",
                              into(row.id), into(row.role), into(row.label), into(row.created_at), into(row.revoked_at));
    each(select, [&] { out.push_back(row); });
    return out;
}

}  // namespace footing::inventory
