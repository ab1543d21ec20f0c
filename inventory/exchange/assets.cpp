#include <fmt/format.h>

#include <chrono>
#include <set>
#include <sstream>

#include "inventory/exchange/tables.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/store/assets.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

namespace {

bool is_date(const std::string& text)
{
    std::istringstream in(text);
    std::chrono::year_month_day date;
    in >> std::chrono::parse("%F", date);
    return !in.fail() && in.peek() == std::istringstream::traits_type::eof() && text.size() == 10;
}

AssetRow asset_of(const Cells& row)
{
    return {row.get("asset_tag"), row.get("kind"), row.get("vendor"), row.get("model"), row.get("serial"),
            row.get("owner"), row.get("bought"), row.get("warranty"), row.get("note")};
}

class Assets final : public Table {
public:
    const char* kind() const override { return "assets"; }
    const Columns& columns() const override
    {
        static const Columns all{"asset_tag", "kind", "vendor", "model", "serial", "owner", "bought", "warranty", "note"};
        return all;
    }
    const Columns& required() const override
    {
        static const Columns all{"asset_tag"};
        return all;
    }
    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules&) const override
    {
        const std::string tag = given.get("asset_tag");
        const auto before = asset(sql, tag);
        const auto held = before ? std::optional(cells_of(*before)) : std::nullopt;
        Cells row = given.over(held);
        if (row.get("kind").empty()) row.set("kind", "other");
        if (const std::string kind = row.get("kind"); kind != "machine" && kind != "drive" && kind != "other")
            return fail(ErrorKind::Refuse, fmt::format("kind is '{}', expected machine, drive or other", kind));
        for (const char* date : {"bought", "warranty"})
            if (const std::string text = row.get(date); !text.empty() && !is_date(text))
                return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected a date like 2026-10-01", date, text));
        return Seen{row, held, fmt::format("asset '{}'", tag), {joined({tag})}};
    }
    void put(Sql& sql, const Seen& seen, const Writing& writing) override
    {
        if (seen.held) end_asset(sql, seen.row.get("asset_tag"), writing.now);
        put_asset(sql, asset_of(seen.row), writing.now);
        touch(sql, seen.row);
        if (seen.held) touch(sql, *seen.held);
    }
    void end(Sql& sql, const TableRow& row, const Writing& writing) override
    {
        end_asset(sql, row.key[0], writing.now);
        touch(sql, row.row);
    }
    /// Machines and drives are found by the tags that people stuck on them too.
    std::size_t settle(Sql& sql, const Writing&) override
    {
        for (const auto& id : machines_) index_machine(sql, id);
        for (const auto& [id, tag] : tagged_disks_) drop_disk_tag(sql, id, tag);
        for (const auto& [id, tag] : tagged_disks_)
            if (const auto row = disk(sql, id)) add_disk_terms(sql, id, row->identity.serial, row->identity.wwn);
        return 0;
    }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& row : assets(sql, after.empty() ? "" : after[0], limit, at))
            out.push_back({cells_of(row), {row.tag}, fmt::format("asset '{}'", row.tag)});
        return out;
    }

private:
    void touch(Sql& sql, const Cells& row)
    {
        const std::string kind = row.get("kind"), serial = folded(row.get("serial"));
        if (kind == "machine" && !serial.empty())
            for (auto& id : machines_with_term(sql, "serial", serial)) machines_.insert(std::move(id));
        if (kind == "drive" && !serial.empty())
            for (const auto& id : disks_with_term(sql, "serial", serial)) tagged_disks_.emplace(id, row.get("asset_tag"));
    }
    Cells cells_of(const AssetRow& row) const
    {
        Cells out(columns());
        for (const auto& [name, value] : {std::pair{"asset_tag", &row.tag}, {"kind", &row.kind}, {"vendor", &row.vendor}, {"model", &row.model},
                                          {"serial", &row.serial}, {"owner", &row.owner}, {"bought", &row.bought}, {"warranty", &row.warranty},
                                          {"note", &row.note}})
            out.set(name, *value);
        return out;
    }

    std::set<std::string> machines_;
    std::set<std::pair<std::string, std::string>> tagged_disks_;  // disk, tag
};

}  // namespace

std::unique_ptr<Table> assets_table() { return std::make_unique<Assets>(); }

}  // namespace footing::inventory
