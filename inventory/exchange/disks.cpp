#include <fmt/format.h>

#include "inventory/exchange/tables.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/disk_list.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

class Disks final : public Listing {
public:
    const char* kind() const override { return "disks"; }
    const Columns& columns() const override
    {
        static const Columns all = [] {
            Columns out{"id", "vendor", "model", "serial", "wwn", "size", "state", "state_why", "verdict", "machine", "host_name"};
            out.insert(out.end(), levels.begin(), levels.end());
            for (const char* more : {"bay", "slot", "first_seen", "enrolled_at"}) out.emplace_back(more);
            return out;
        }();
        return all;
    }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& disk : disk_lines(sql, after.empty() ? "" : after[0], limit, at)) out.push_back({cells_of(sql, disk, at), {disk.id}, "disk " + disk.id});
        return out;
    }

private:
    Cells cells_of(Sql& sql, const DiskLine& disk, const std::string& at) const
    {
        Cells out(columns());
        for (const auto& [column, value] : {std::pair{"id", &disk.id}, {"vendor", &disk.vendor}, {"model", &disk.model}, {"serial", &disk.serial},
                                            {"wwn", &disk.wwn}, {"size", &disk.size}, {"state", &disk.state}, {"state_why", &disk.state_why},
                                            {"verdict", &disk.verdict}, {"machine", &disk.machine_id}, {"bay", &disk.bay}, {"slot", &disk.slot},
                                            {"first_seen", &disk.first_seen}, {"enrolled_at", &disk.enrolled_at}})
            out.set(column, *value);
        if (disk.machine_id.empty()) return out;
        Facts facts = facts_like(sql, disk.machine_id, "location.", at);
        for (const auto level : levels)
            if (const auto known = facts.find("location." + std::string(level)); known != facts.end()) out.set(std::string(level), known->second);
        facts = facts_like(sql, disk.machine_id, "system", at);
        if (const auto system = facts.find("system"); system != facts.end()) out.set("host_name", wire::read<wire::System>(system->second).value_or(wire::System{}).host_name);
        return out;
    }
};

}  // namespace

std::unique_ptr<Listing> disks_listing() { return std::make_unique<Disks>(); }

}  // namespace footing::inventory
