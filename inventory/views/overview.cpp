#include "inventory/views/overview.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/fleet.hpp"

namespace footing::inventory {

namespace {

using Machine = Overview::Machine;
using Verdicts = std::map<std::string, std::uint64_t>;

/// What of a machine's facts is looked at, beside the levels of its place.
constexpr std::array read_facts{"identity", "system", "location", "services"};

MachineInShort in_short(const MachineRow& row, const Facts& facts, Verdicts verdicts, const std::vector<State>& of_drives)
{
    MachineInShort out;
    MachineView view;
    view.row = row;
    view.identity = fact_as<wire::MachineIdentity>(facts, "identity");
    view.system = fact_as<wire::System>(facts, "system");
    out.id = row.id;
    out.name = name_of(view);
    out.host_name = view.system.host_name;
    out.vendor = view.identity.vendor;
    out.product = view.identity.product;
    out.serial = view.identity.system_serial;
    out.first_seen = row.created_at;
    out.known = confidence_of(facts);
    out.verdicts = std::move(verdicts);
    const auto raise = [&](State state) { out.state = worst(out.state, state); };
    for (const State state : of_drives) raise(state);
    if (!row.quarantine.empty() || out.known.contradicted) raise(State::Attention);
    // The text is our own JSON, written without blanks: looking for a part of it saves reading all of it.
    if (const auto services = facts.find("services"); services != facts.end()) {
        if (services->second.find("\"state\":\"failed\"") != std::string::npos) raise(State::Failed);
        if (services->second.find("\"state\":\"waiting\"") != std::string::npos) raise(State::Attention);
    }
    return out;
}

/// As glance() judges them: those of note one by one, the others are good.
std::vector<State> states_of_drives(Sql& sql, const MachineRow& row, const Verdicts& verdicts, const std::vector<std::string>& of_note, const std::string& at)
{
    std::vector<State> out;
    std::uint64_t reported = 0;
    for (const auto& [verdict, count] : verdicts) reported += count;
    if (reported > of_note.size()) out.push_back(State::Good);
    for (const auto& id : of_note) out.push_back(state_of(disk_view(sql, *disk(sql, id), at, &row)));
    return out;
}

/// Nothing: it isn't there, or is another machine by now.
std::optional<MachineInShort> read_one(Sql& sql, const std::string& id)
{
    const auto row = machine(sql, id);
    if (!row || !row->merged_into.empty()) return {};
    Verdicts verdicts = verdicts_in(sql, id, latest);
    verdicts.erase("");
    const auto states = states_of_drives(sql, *row, verdicts, held_in_short(sql, id, latest).of_note, latest);
    return in_short(*row, facts_at(sql, id), std::move(verdicts), states);
}

/// As quarantine_at(), of all at once.
void quarantine_as_then(Sql& sql, std::vector<MachineRow>& rows, const std::string& at)
{
    std::map<std::string, std::string> told;
    for (auto& entry : feed(sql, {0, {"machine_quarantined", "quarantine_ended"}, "", "", at}, std::numeric_limits<std::size_t>::max()))
        told[entry.machine_id] = entry.kind == "machine_quarantined" ? std::move(entry.sentence) : "";
    for (auto& row : rows) row.quarantine = told[row.id];
}

bool stands_before(const Machine& a, const Machine& b)
{
    const auto order = place_order(a->known.place, b->known.place);
    return order != 0 ? order < 0 : a->id < b->id;
}

const std::string& id_of(const Machine& machine) { return machine->id; }

void take_out(Overview& overview, const std::string& id)
{
    const auto found = std::ranges::lower_bound(overview.by_id, id, {}, id_of);
    if (found == overview.by_id.end() || (*found)->id != id) return;
    overview.by_place.erase(std::ranges::lower_bound(overview.by_place, *found, stands_before));
    overview.by_id.erase(found);
}

void put_in(Overview& overview, Machine machine)
{
    overview.by_place.insert(std::ranges::lower_bound(overview.by_place, machine, stands_before), machine);
    overview.by_id.insert(std::ranges::lower_bound(overview.by_id, machine->id, {}, id_of), std::move(machine));
}

bool is_in(const std::vector<std::string>& sorted, const std::string& id) { return std::ranges::binary_search(sorted, id); }

}  // namespace

const MachineInShort* Overview::find(const std::string& id) const
{
    const auto found = std::ranges::lower_bound(by_id, id, {}, id_of);
    return found == by_id.end() || (*found)->id != id ? nullptr : found->get();
}

std::vector<Position> positions(const Overview& overview, const std::vector<Place>& racks)
{
    std::vector<Position> out;
    for (const auto& machine : overview.by_place) out.push_back({&machine->known.place, machine.get()});
    const auto middle = static_cast<std::ptrdiff_t>(out.size());
    for (const auto& rack : racks) out.push_back({&rack, nullptr});
    const auto first = [](const Position& a, const Position& b) { return place_order(*a.place, *b.place) < 0; };
    std::ranges::sort(out.begin() + middle, out.end(), first);
    std::ranges::inplace_merge(out, out.begin() + middle, first);
    return out;
}

States::States(Sql& sql, const Moment& moment)
{
    if (!moment.past()) silent_ = silent_machines(sql, moment.now - moment.live_for);
    for (const auto& alarm : alarms(sql, moment.at))
        if (alarm.acknowledged_at.empty()) doubtful_.push_back(alarm.machine_id);
    for (const auto& conflict : conflicts(sql, "", moment.at)) {
        doubtful_.push_back(conflict.machine_id);
        doubtful_.push_back(conflict.other_id);
    }
    std::ranges::sort(doubtful_);
}

State States::of(const MachineInShort& machine) const
{
    State out = machine.state;
    if (is_in(doubtful_, machine.id)) out = worst(out, State::Attention);
    if (is_in(silent_, machine.id)) out = worst(out, State::Silent);
    return out;
}

Overview overview_at(Sql& sql, const std::string& at, Needed needed)
{
    auto rows = machines(sql, "", std::numeric_limits<std::size_t>::max(), at);  // by their ids
    if (at != latest) quarantine_as_then(sql, rows, at);
    std::map<std::string, Facts> facts;
    for (const auto& row : rows) facts[row.id];
    const auto read_fact = [&](const std::string& name) {
        for (auto& [id, value] : fact_of_all(sql, name, at))
            if (const auto found = facts.find(id); found != facts.end()) found->second[name] = std::move(value);
    };
    for (const auto level : levels) read_fact("location." + std::string(level));
    for (const char* name : read_facts) read_fact(name);
    std::map<std::string, Verdicts> verdicts;
    std::map<std::string, std::vector<std::string>> of_note;
    if (at == latest || needed == Needed::All) {
        verdicts = verdicts_by_machine(sql, at);
        of_note = disks_of_note(sql, at);
    }
    Overview out;
    for (const auto& row : rows) {
        const auto states = states_of_drives(sql, row, verdicts[row.id], of_note[row.id], at);
        out.by_id.push_back(std::make_shared<const MachineInShort>(in_short(row, facts[row.id], std::move(verdicts[row.id]), states)));
    }
    out.by_place = out.by_id;
    std::ranges::sort(out.by_place, stands_before);
    return out;
}

std::shared_ptr<const Overview> Overviews::at(Sql& sql, const std::string& at, Needed needed)
{
    constexpr std::size_t few = 64;
    if (at != latest) return std::make_shared<const Overview>(overview_at(sql, at, needed));
    const Marks now = marks(sql);
    const std::lock_guard lock(mutex_);
    const bool known = now.changes <= seen_.changes && now.touched <= seen_.touched;  // less: another's snapshot was newer
    if (kept_ && known) return kept_;
    const auto touched = kept_ ? touched_since(sql, seen_) : std::vector<std::string>{};
    if (!kept_ || touched.size() > kept_->by_id.size() / 4 + few) {
        kept_ = std::make_shared<const Overview>(overview_at(sql, latest));
    } else {
        auto next = std::make_shared<Overview>(*kept_);
        for (const auto& id : touched) {
            take_out(*next, id);
            if (auto machine = read_one(sql, id)) put_in(*next, std::make_shared<const MachineInShort>(std::move(*machine)));
        }
        kept_ = std::move(next);
    }
    seen_ = now;
    return kept_;
}

}  // namespace footing::inventory
