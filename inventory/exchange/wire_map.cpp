#include <fmt/format.h>

#include "inventory/exchange/tables.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/location/said_level.hpp"
#include "inventory/location/wire_map_table.hpp"
#include "inventory/store/wire_map.hpp"

namespace footing::inventory {

namespace {

std::string words_of(const WireMapLine& line) { return fmt::format("switch '{}' port '{}'", line.switch_name, line.port); }

class WireMapTable final : public Table {
public:
    const char* kind() const override { return "wire-map"; }
    const Columns& columns() const override { return wire_map_columns(); }
    const Columns& required() const override { return wire_map_required(); }

    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules&) const override
    {
        const PortKey key = key_of(wire_map_line(given));
        if (key.first.empty() || key.second.empty()) return fail(ErrorKind::Refuse, "switch or port is blank");
        const auto held = wire_map_line(sql, key);
        const auto cells = held ? std::optional(cells_of(*held)) : std::nullopt;
        WireMapLine line = wire_map_line(given.over(cells));
        for (auto& [level, value] : line.place) {
            auto said = said_level(level, value);
            if (!said) return std::unexpected(said.error());
            value = std::move(*said);
        }
        return Seen{cells_of(line), cells, words_of(line), {joined({key.first, key.second})}};
    }
    void put(Sql& sql, const Seen& seen, const Writing& writing) override
    {
        const WireMapLine line = wire_map_line(seen.row);
        if (seen.held) end_wire_map_line(sql, key_of(line), writing.now);
        put_wire_map_line(sql, line, writing.now);
    }
    void end(Sql& sql, const TableRow& row, const Writing& writing) override { end_wire_map_line(sql, {row.key[0], row.key[1]}, writing.now); }
    std::size_t settle(Sql& sql, const Writing& writing) override { return locate_all(sql, writing.rules, writing.now); }

    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& [key, line] : wire_map_lines(sql, after.empty() ? PortKey{} : PortKey{after[0], after[1]}, limit, at))
            out.push_back({cells_of(line), {key.first, key.second}, words_of(line)});
        return out;
    }
};

}  // namespace

std::unique_ptr<Table> wire_map_table() { return std::make_unique<WireMapTable>(); }

}  // namespace footing::inventory
