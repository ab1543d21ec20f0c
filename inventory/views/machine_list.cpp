#include "inventory/views/machine_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

#include "inventory/identity/claims.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using Ids = std::set<std::string>;

std::string in_lower_case(std::string text)
{
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// Case doesn't count, nor how a MAC is spelt; everything else does: Ethernet1/11 isn't Ethernet11/1.
bool is_one_of(const std::string& wanted, std::initializer_list<std::string> names)
{
    const std::string mac = canonical_mac(wanted);
    return wanted.empty() || std::ranges::any_of(names, [&](const std::string& name) {
        return in_lower_case(name) == in_lower_case(wanted) || (!mac.empty() && canonical_mac(name) == mac);
    });
}

Ids that_hear(Sql& sql, const std::string& name, const std::string& port, const std::string& at)
{
    Ids out;
    for (const auto& [id, text] : fact_of_all(sql, "neighbours", at)) {
        const auto heard = wire::read<std::vector<wire::Neighbour>>(text);
        const auto matches = [&](const wire::Neighbour& one) {
            return is_one_of(name, {one.system_name, one.chassis_id}) && is_one_of(port, {one.port_id, one.port_description});
        };
        if (heard && std::ranges::any_of(*heard, matches)) out.insert(id);
    }
    return out;
}

Ids in_conflict(Sql& sql, const std::string& at)
{
    Ids out;
    for (const auto& row : conflicts(sql, "", at)) out.insert({row.machine_id, row.other_id});
    return out;
}

}  // namespace

std::vector<const MachineInShort*> chosen(Sql& sql, const Overview& overview, const MachineFilter& filter, const States& states, const Moment& moment)
{
    std::vector<Ids> among;
    if (!filter.hears.empty() || !filter.port.empty()) among.push_back(that_hear(sql, filter.hears, filter.port, moment.at));
    if (filter.in_conflict) among.push_back(in_conflict(sql, moment.at));
    if (!filter.not_since.empty()) {
        const auto ids = not_heard_of(sql, *parse_instant(filter.not_since));
        among.emplace_back(ids.begin(), ids.end());
    }
    std::vector<const MachineInShort*> out;
    for (const auto& machine : overview.by_id) {
        const auto wrong = [&](const auto member) { return !(filter.place.*member).empty() && machine->known.place.*member != filter.place.*member; };
        if (std::ranges::any_of(place_members, wrong)) continue;
        if (!std::ranges::all_of(among, [&](const Ids& ids) { return ids.contains(machine->id); })) continue;
        if (!filter.states.empty() && std::ranges::find(filter.states, states.of(*machine)) == filter.states.end()) continue;
        out.push_back(machine.get());
    }
    return out;
}

Result<std::vector<State>> machine_states_of(const std::string& list)
{
    std::vector<State> out;
    for (std::size_t from = 0; !list.empty() && from <= list.size();) {
        const std::size_t end = std::min(list.find(',', from), list.size());
        const std::string word = list.substr(from, end - from);
        const auto found = std::ranges::find(all_states, word, [](State state) { return std::string(word_of(state)); });
        if (found == std::end(all_states)) return fail(ErrorKind::Refuse, fmt::format("state is '{}', expected failed, attention, silent, good or unknown", word));
        out.push_back(*found);
        from = end + 1;
    }
    return out;
}

}  // namespace footing::inventory
