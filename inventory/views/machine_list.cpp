#include "inventory/views/machine_list.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <limits>
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

using Names = std::vector<std::string>;

/// No names: any.
bool is_any_of(const Names& wanted, std::initializer_list<std::string> names)
{
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& one) { return is_one_of(one, names); });
}

Ids that_hear(Sql& sql, const Names& switches, const Names& ports, const std::string& at)
{
    Ids out;
    for (const auto& [id, text] : fact_of_all(sql, "neighbours", at)) {
        const auto heard = wire::read<std::vector<wire::Neighbour>>(text);
        const auto matches = [&](const wire::Neighbour& one) {
            return is_any_of(switches, {one.system_name, one.chassis_id}) && is_any_of(ports, {one.port_id, one.port_description});
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

/// What is known beside the overview.
struct Beside {
    const States& states;
    std::map<std::string, std::string> last_seen;
};

struct Column {
    Field field;
    std::string (*value)(const MachineInShort&, const Beside&);
};

std::vector<std::string_view> words_of_states()
{
    std::vector<std::string_view> out;
    for (const State state : all_states) out.push_back(word_of(state));
    return out;
}

std::string number_of_drives(const MachineInShort& machine)
{
    std::uint64_t out = 0;
    for (const auto& [verdict, count] : machine.verdicts) out += count;
    return std::to_string(out);
}

const std::vector<Column>& columns()
{
    using enum FieldType;
    static const std::vector<Column> all{
        {{"id", Text}, [](auto& machine, auto&) { return machine.id; }},
        {{"host_name", Text}, [](auto& machine, auto&) { return machine.host_name; }},
        {{"vendor", Text}, [](auto& machine, auto&) { return machine.vendor; }},
        {{"product", Text}, [](auto& machine, auto&) { return machine.product; }},
        {{"serial", Text}, [](auto& machine, auto&) { return machine.serial; }},
        {{"site", Text}, [](auto& machine, auto&) { return machine.known.place.site; }},
        {{"room", Text}, [](auto& machine, auto&) { return machine.known.place.room; }},
        {{"row", Text}, [](auto& machine, auto&) { return machine.known.place.row; }},
        {{"rack", Text}, [](auto& machine, auto&) { return machine.known.place.rack; }},
        {{"unit", Text}, [](auto& machine, auto&) { return machine.known.place.unit; }},
        {{"state", Word, true, words_of_states()}, [](auto& machine, auto& beside) { return std::string(word_of(beside.states.of(machine))); }},
        {{"first_seen", Time}, [](auto& machine, auto&) { return machine.first_seen; }},
        {{"last_seen", Time}, [](auto& machine, auto& beside) { return beside.last_seen.at(machine.id); }},
        {{"drives", Number}, [](auto& machine, auto&) { return number_of_drives(machine); }},
    };
    return all;
}

/// Null: switch and port, which are looked for in what all machines hear.
const Column* column(std::string_view name)
{
    const auto found = std::ranges::find(columns(), name, [](const Column& one) { return one.field.name; });
    return found == columns().end() ? nullptr : &*found;
}

/// By a Word in the order of its words: the number of it.
std::string sort_key(const Column& by, std::string value)
{
    if (by.field.type == FieldType::Word) return std::to_string(std::ranges::find(by.field.words, value) - by.field.words.begin());
    if (by.field.type != FieldType::Text) return value;
    std::size_t end = 0;
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    for (std::size_t characters = 0; end < value.size(); ++end)
        if (begins(value[end]) && ++characters > sorted_characters) break;
    value.resize(end);
    return value;
}

bool before(const std::vector<SortKey>& order, const std::vector<std::string>& a, const std::string& a_id, const std::vector<std::string>& b, const std::string& b_id)
{
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto natural = natural_order(a[i], b[i]);
        if (natural != 0) return (natural < 0) != (order[i].descending && !a[i].empty() && !b[i].empty());
    }
    return a_id < b_id;
}

bool asks_for(const MachineFilter& filter, std::string_view field)
{
    const auto of_it = [&](const auto& one) { return one.field == field; };
    return std::ranges::any_of(filter.conditions, of_it) || std::ranges::any_of(filter.order, of_it);
}

std::map<std::string, std::string> last_seen_of_all(Sql& sql, const Overview& overview, const std::string& at)
{
    std::map<std::string, std::string> out;
    for (const auto& machine : overview.by_id) out[machine->id];
    for (auto& row : machines(sql, "", std::numeric_limits<std::size_t>::max(), at))
        if (row.last_seen <= at) out[row.id] = std::move(row.last_seen);
    return out;
}

}  // namespace

const std::vector<Field>& machine_fields()
{
    static const std::vector<Field> all = [] {
        std::vector<Field> out;
        for (const auto& one : columns()) out.push_back(one.field);
        for (const char* heard : {"switch", "port"}) out.push_back({heard, FieldType::Whole, false});
        return out;
    }();
    return all;
}

bool MachineFilter::needs_states() const { return asks_for(*this, "state") || asks_for(*this, "drives"); }

std::vector<ChosenMachine> chosen(Sql& sql, const Overview& overview, const MachineFilter& filter, const States& states, const Moment& moment)
{
    std::vector<Ids> among;
    std::vector<std::pair<const Condition*, const Column*>> conditions;
    std::vector<const Column*> by;
    Names switches, ports;
    for (const auto& condition : filter.conditions)
        if (const Column* of = column(condition.field)) conditions.emplace_back(&condition, of);
        else (condition.field == "switch" ? switches : ports) = condition.values;
    for (const auto& key : filter.order) by.push_back(column(key.field));
    if (!switches.empty() || !ports.empty()) among.push_back(that_hear(sql, switches, ports, moment.at));
    if (filter.in_conflict) among.push_back(in_conflict(sql, moment.at));
    if (!filter.not_since.empty()) {
        const auto ids = not_heard_of(sql, *parse_instant(filter.not_since));
        among.emplace_back(ids.begin(), ids.end());
    }
    const Beside beside{states, asks_for(filter, "last_seen") ? last_seen_of_all(sql, overview, moment.at) : std::map<std::string, std::string>{}};
    std::vector<ChosenMachine> out;
    for (const auto& machine : overview.by_id) {
        if (!std::ranges::all_of(among, [&](const Ids& ids) { return ids.contains(machine->id); })) continue;
        if (!std::ranges::all_of(conditions, [&](const auto& one) { return holds(*one.first, one.second->value(*machine, beside)); })) continue;
        out.push_back({machine.get(), {}});
        for (const Column* one : by) out.back().keys.push_back(sort_key(*one, one->value(*machine, beside)));
    }
    if (!by.empty())
        std::ranges::sort(out, [&](const ChosenMachine& a, const ChosenMachine& b) { return before(filter.order, a.keys, a.machine->id, b.keys, b.machine->id); });
    return out;
}

std::vector<ChosenMachine>::const_iterator first_after(const std::vector<ChosenMachine>& machines, const std::vector<SortKey>& order, const Bookmark& after)
{
    if (after.id.empty()) return machines.begin();
    return std::ranges::partition_point(machines, [&](const ChosenMachine& one) { return !before(order, after.keys, after.id, one.keys, one.machine->id); });
}

}  // namespace footing::inventory
