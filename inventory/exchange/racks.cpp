#include <fmt/format.h>

#include <charconv>
#include <set>

#include "inventory/exchange/tables.hpp"
#include "inventory/intake/rack_fit.hpp"
#include "inventory/location/filled_units.hpp"
#include "inventory/store/racks.hpp"

namespace footing::inventory {

namespace {

constexpr int usual_units = 42;

RackName name_of(const Cells& row) { return {row.get("site"), row.get("room"), row.get("row"), row.get("rack")}; }
TableKey key_of(const RackName& rack) { return {rack.site, rack.room, rack.row, rack.name}; }

class Racks final : public Table {
public:
    const char* kind() const override { return "racks"; }
    const Columns& columns() const override
    {
        static const Columns all{"site", "room", "row", "rack", "units", "numbering", "note"};
        return all;
    }
    const Columns& required() const override
    {
        static const Columns all{"rack"};
        return all;
    }
    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules&) const override
    {
        const RackName rack = name_of(given);
        const auto held = rack_of(sql, rack);
        Cells row = given.over(held ? std::optional(cells_of(*held)) : std::nullopt);
        if (row.get("units").empty()) row.set("units", std::to_string(usual_units));
        if (row.get("numbering").empty()) row.set("numbering", "up");
        const auto units = units_of(row.get("units"));
        if (!units) return fail(ErrorKind::Refuse, fmt::format("units is '{}', expected a whole number from 1 to {}", row.get("units"), most_units));
        row.set("units", std::to_string(*units));
        if (row.get("numbering") != "up" && row.get("numbering") != "down")
            return fail(ErrorKind::Refuse, fmt::format("numbering is '{}', expected up (1 at the bottom) or down", row.get("numbering")));
        return Seen{row, held ? std::optional(cells_of(*held)) : std::nullopt, words_of(rack), {joined(key_of(rack))}};
    }
    void put(Sql& sql, const Seen& seen, const Writing& writing) override
    {
        if (seen.held) end_rack(sql, name_of(seen.row), writing.now);
        put_rack(sql, {name_of(seen.row), units_of(seen.row.get("units")).value_or(usual_units), seen.row.get("numbering") == "down", seen.row.get("note")},
                 writing.now);
        touched_.insert(name_of(seen.row));
    }
    void end(Sql& sql, const TableRow& row, const Writing& writing) override
    {
        end_rack(sql, name_of(row.row), writing.now);
        touched_.insert(name_of(row.row));
    }
    std::size_t settle(Sql& sql, const Writing& writing) override
    {
        for (const auto& rack : touched_) look_whether_all_fit(sql, rack, writing.now);
        return 0;
    }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& row : racks(sql, after.empty() ? RackName{} : RackName{after[0], after[1], after[2], after[3]}, limit, at))
            out.push_back({cells_of(row), key_of(row.rack), words_of(row.rack)});
        return out;
    }

private:
    std::set<RackName> touched_;

    static std::optional<int> units_of(const std::string& text)
    {
        int units = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
        if (error != std::errc() || end != text.data() + text.size() || units < 1 || units > most_units) return {};
        return units;
    }
    static std::string words_of(const RackName& rack)
    {
        return fmt::format("site '{}' room '{}' row '{}' rack '{}'", rack.site, rack.room, rack.row, rack.name);
    }
    Cells cells_of(const RackRow& row) const
    {
        Cells out(columns());
        out.set("site", row.rack.site);
        out.set("room", row.rack.room);
        out.set("row", row.rack.row);
        out.set("rack", row.rack.name);
        out.set("units", std::to_string(row.units));
        out.set("numbering", row.top_down ? "down" : "up");
        out.set("note", row.note);
        return out;
    }
};

}  // namespace

std::unique_ptr<Table> racks_table() { return std::make_unique<Racks>(); }

}  // namespace footing::inventory
