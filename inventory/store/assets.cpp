#include "inventory/store/assets.hpp"

#include "inventory/store/sql.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

namespace {

constexpr const char* select_assets = "SELECT tag, kind, vendor, model, serial, owner, bought, warranty, note FROM assets ";

void exchange(soci::statement& statement, AssetRow& row)
{
    for (auto* text : {&row.tag, &row.kind, &row.vendor, &row.model, &row.serial, &row.owner, &row.bought, &row.warranty, &row.note})
        statement.exchange(into(*text));
}

template <typename... Uses>
std::vector<AssetRow> rows(Sql& sql, const std::string& where, Uses... uses)
{
    std::vector<AssetRow> out;
    AssetRow row;
    soci::statement select(sql);
    exchange(select, row);
    (select.exchange(uses), ...);
    select.alloc();
    select.prepare(select_assets + where);
    select.define_and_bind();
    each(select, [&] { out.push_back(row); });
    return out;
}

}  // namespace

std::optional<AssetRow> asset(Sql& sql, const std::string& tag, const std::string& at)
{
    auto found = rows(sql, "WHERE tag = :tag AND valid_from <= :at AND valid_to > :until", use(tag), use(at), use(at));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<AssetRow> assets(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    const auto most = to_sql(limit);
    return rows(sql, "WHERE tag > :after AND valid_from <= :at AND valid_to > :until ORDER BY tag LIMIT :most", use(after), use(at), use(at),
                use(most));
}

std::vector<AssetRow> assets_with_serial(Sql& sql, const std::string& serial, const std::string& at)
{
    const std::string key = folded(serial);
    if (key.empty()) return {};
    return rows(sql, "WHERE serial_key = :key AND valid_from <= :at AND valid_to > :until ORDER BY tag", use(key), use(at), use(at));
}

void put_asset(Sql& sql, const AssetRow& asset, Instant now)
{
    const std::string key = folded(asset.serial), at = to_string(now), end = open_end;
    sql << "INSERT INTO assets (tag, kind, vendor, model, serial, serial_key, owner, bought, warranty, note, valid_from, valid_to)"
           " VALUES (:tag, :kind, :vendor, :model, :serial, :key, :owner, :bought, :warranty, :note, :from, :end)",
        use(asset.tag), use(asset.kind), use(asset.vendor), use(asset.model), use(asset.serial), use(key), use(asset.owner),
        use(asset.bought), use(asset.warranty), use(asset.note), use(at), use(end);
}

void end_asset(Sql& sql, const std::string& tag, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "DELETE FROM assets WHERE tag = :tag AND valid_to = :end AND valid_from >= :at", use(tag), use(end), use(at);  // said in this very millisecond
    sql << "UPDATE assets SET valid_to = :at WHERE tag = :tag AND valid_to = :end", use(at), use(tag), use(end);
}

}  // namespace footing::inventory
