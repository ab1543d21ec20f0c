#include <fmt/format.h>

#include "inventory/exchange/tables.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/statements.hpp"

namespace footing::inventory {

namespace {

class Leases final : public Table {
public:
    const char* kind() const override { return "leases"; }
    const Columns& columns() const override
    {
        static const Columns all{"mac", "circuit_id", "remote_id", "address", "seen_at"};
        return all;
    }
    const Columns& required() const override
    {
        static const Columns all{"mac"};
        return all;
    }
    Result<std::vector<FileRow>> read(std::string_view text, Format format) const override
    {
        if (!text.starts_with("address,hwaddr,") && !text.starts_with("lease ") && !text.contains("\nlease ")) return Table::read(text, format);
        const auto leases = read_leases(text);
        if (!leases) return std::unexpected(leases.error());
        std::vector<FileRow> out;
        for (const auto& lease : *leases) {
            Cells row(columns());
            for (const auto& [name, value] : {std::pair{"mac", &lease.mac}, {"circuit_id", &lease.circuit_id}, {"remote_id", &lease.remote_id}, {"address", &lease.address}})
                row.set(name, *value);
            out.push_back({0, row});
        }
        return out;
    }

    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules&) const override
    {
        Cells asked = given;
        const std::string mac = canonical_mac(given.get("mac"));
        if (mac.empty()) return fail(ErrorKind::Refuse, fmt::format("mac is '{}', expected a network card's own like 00:25:90:ab:cd:ef", given.get("mac")));
        asked.set("mac", mac);
        const auto found = relays_of(sql, {mac});
        const auto held = found.empty() ? std::nullopt : std::optional(cells_of(found.front()));
        Cells row = asked.over(held);
        if (const std::string time = row.get("seen_at"); !time.empty()) {
            const auto instant = parse_instant(time);
            if (!instant) return in_context("seen_at", instant.error());
            row.set("seen_at", to_string(*instant));
        }
        if (held && given.get("seen_at").empty()) row.set("seen_at", held->get("seen_at"));
        return Seen{row, held, mac, {joined({mac})}};
    }
    void put(Sql& sql, const Seen& seen, const Writing& writing) override
    {
        const Cells& row = seen.row;
        const std::string said = row.get("seen_at");
        const bool newer = said.empty() || (seen.held && seen.held->get("seen_at") == said);
        keep_relay(sql, {row.get("mac"), row.get("circuit_id"), row.get("remote_id"), row.get("address")}, newer ? to_string(writing.now) : said, writing.now);
    }
    void end(Sql& sql, const TableRow& row, const Writing& writing) override { forget_relay(sql, row.key[0], writing.now); }
    std::size_t settle(Sql& sql, const Writing& writing) override { return locate_all(sql, writing.rules, writing.now); }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& row : relays(sql, after.empty() ? "" : after[0], limit, at)) out.push_back({cells_of(row), {row.relayed.mac}, row.relayed.mac});
        return out;
    }

private:
    Cells cells_of(const RelayRow& row) const
    {
        Cells out(columns());
        for (const auto& [name, value] : {std::pair{"mac", &row.relayed.mac}, {"circuit_id", &row.relayed.circuit_id},
                                          {"remote_id", &row.relayed.remote_id}, {"address", &row.relayed.address}, {"seen_at", &row.seen_at}})
            out.set(name, *value);
        return out;
    }
};

}  // namespace

std::unique_ptr<Table> leases_table() { return std::make_unique<Leases>(); }

}  // namespace footing::inventory
