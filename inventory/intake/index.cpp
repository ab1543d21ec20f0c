#include "inventory/intake/index.hpp"

#include <algorithm>

#include "inventory/store/assets.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/terms.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t indexed_at_once = 500;
constexpr int edition = 1;  // of what is indexed: with the next one every machine and disk is looked at again

template <typename T>
T known(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? T{} : wire::read<T>(found->second).value_or(T{});
}

}  // namespace

void index_machine(Sql& sql, const std::string& machine_id)
{
    const Facts facts = facts_at(sql, machine_id);
    const auto identity = known<wire::MachineIdentity>(facts, "identity");
    std::vector<Term> terms;
    const auto add = [&](std::vector<Term> more) { std::ranges::move(more, std::back_inserter(terms)); };
    for (const auto& serial : {identity.system_serial, identity.board_serial, identity.chassis_serial}) {
        add(serial_terms(serial));
        for (const auto& tagged : assets_with_serial(sql, serial))
            if (tagged.kind == "machine") add(terms_of("asset_tag", tagged.tag));
    }
    add(terms_of("uuid", identity.uuid));
    add(terms_of("asset_tag", identity.asset_tag));
    add(terms_of("host_name", known<wire::System>(facts, "system").host_name));
    for (const auto& nic : known<std::vector<wire::Nic>>(facts, "nics")) {
        add(terms_of("mac", nic.permanent_mac));
        for (const auto& address : nic.addresses) add(terms_of("ip", address));
    }
    const auto bmc = known<wire::Bmc>(facts, "bmc");
    add(terms_of("bmc_mac", bmc.mac));
    add(terms_of("bmc_ip", bmc.address));
    for (const auto& dimm : known<std::vector<wire::Dimm>>(facts, "memory")) add(terms_of("dimm", dimm.serial));
    for (const auto& neighbour : known<std::vector<wire::Neighbour>>(facts, "neighbours"))
        for (const auto& name : {neighbour.system_name, neighbour.chassis_id})
            if (!folded(name).empty() && !folded(neighbour.port_id).empty()) terms.push_back(port_term(name, neighbour.port_id));
    const auto rack = facts.find("location.rack"), unit = facts.find("location.unit");
    if (rack != facts.end() && !folded(rack->second).empty())
        terms.push_back(place_term(rack->second, unit == facts.end() ? "" : unit->second));
    replace_terms(sql, machine_id, terms);
}

void index_all_once(Sql& sql)
{
    if (index_edition(sql) == edition) return;
    std::string after;
    for (auto some = machines(sql, after, indexed_at_once); !some.empty(); some = machines(sql, after, indexed_at_once)) {
        for (const auto& row : some) index_machine(sql, row.id);
        after = some.back().id;
    }
    after.clear();
    for (auto some = disks(sql, "", after, indexed_at_once); !some.empty(); some = disks(sql, "", after, indexed_at_once)) {
        for (const auto& row : some) add_disk_terms(sql, row.id, row.identity.serial, row.identity.wwn);
        after = some.back().id;
    }
    set_index_edition(sql, edition);
}

}  // namespace footing::inventory
