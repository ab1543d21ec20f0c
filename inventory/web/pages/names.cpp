#include "inventory/web/pages/names.hpp"

#include <cctype>

#include "inventory/store/facts.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t id_size = 36;  // 8-4-4-4-12 hex digits

bool begins_with_id(std::string_view text)
{
    if (text.size() < id_size) return false;
    for (std::size_t i = 0; i < id_size; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
    }
    return true;
}

}  // namespace

const std::string& Names::of(const std::string& machine_id)
{
    const auto [known, added] = known_.try_emplace(machine_id);
    if (!added) return known->second;
    const auto row = machine(visit_.sql, machine_id);
    if (!row) return known->second;
    MachineView view;
    view.row = *row;
    const Facts facts = facts_at(visit_.sql, machine_id, visit_.moment.at);
    if (const auto fact = facts.find("system"); fact != facts.end()) view.system = wire::read<wire::System>(fact->second).value_or(wire::System{});
    if (const auto fact = facts.find("identity"); fact != facts.end())
        view.identity = wire::read<wire::MachineIdentity>(fact->second).value_or(wire::MachineIdentity{});
    known->second = name_of(view);
    return known->second;
}

Html Names::link(const std::string& machine_id)
{
    const std::string& name = of(machine_id);
    return name.empty() ? code(machine_id) : machine_link(visit_, machine_id, name);
}

Html Names::told(std::string_view sentence)
{
    Html out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        if (!begins_with_id(sentence.substr(at))) continue;
        const std::string id(sentence.substr(at, id_size));
        if (of(id).empty()) continue;
        out += all(sentence.substr(from, at - from), link(id));
        from = at + id_size;
        at = from - 1;
    }
    return all(out, sentence.substr(from));
}

}  // namespace footing::inventory
