#include "inventory/views/bmcs.hpp"

#include <fmt/format.h>

#include <map>

#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr const char* not_set_up = "0.0.0.0";  // what ipmitool(1) prints for a LAN that nobody configured

std::string address_in(const std::string& fact)
{
    const auto bmc = wire::read<wire::Bmc>(fact);
    return bmc && bmc->address != not_set_up ? bmc->address : "";
}

/// A machine that was merged into another is that one.
bool stands_for_itself(Sql& sql, const std::string& machine_id)
{
    const auto row = machine(sql, machine_id);
    return row && row->merged_into.empty();
}

std::string uuid_in(const std::string& fact) { return wire::read<wire::MachineIdentity>(fact).value_or(wire::MachineIdentity{}).uuid; }

}  // namespace

std::vector<KnownBmc> known_bmcs(Sql& sql)
{
    std::vector<KnownBmc> out;
    std::map<std::string, int> named;
    const auto identities = fact_of_all(sql, "identity");
    for (const auto& [id, text] : fact_of_all(sql, "bmc")) {
        const std::string address = address_in(text);
        if (address.empty() || !stands_for_itself(sql, id)) continue;
        ++named[address];
        const auto said = identities.find(id);
        out.push_back({id, address, said == identities.end() ? "" : uuid_in(said->second)});
    }
    std::erase_if(out, [&](const KnownBmc& one) { return named[one.address] > 1; });
    return out;
}

Result<std::string> named_bmc(Sql& sql, const std::string& machine_id)
{
    const std::string address = address_in(facts_like(sql, machine_id, "bmc")["bmc"]);
    if (address.empty()) return fail(ErrorKind::Refuse, "no BMC of this machine is known: it has reported no address of one");
    return address;
}

Result<KnownBmc> known_bmc(Sql& sql, const std::string& machine_id)
{
    const auto named = named_bmc(sql, machine_id);
    if (!named) return std::unexpected(named.error());
    const std::string& address = *named;
    for (const auto& [id, text] : fact_of_all(sql, "bmc"))
        if (id != machine_id && text.contains(address) && address_in(text) == address && stands_for_itself(sql, id))
            return fail(ErrorKind::Refuse, fmt::format("machine {} names the BMC {} too: nobody can tell whose it is", id, address));
    return KnownBmc{machine_id, address, uuid_in(facts_like(sql, machine_id, "identity")["identity"])};
}

}  // namespace footing::inventory
