#include "inventory/views/views.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t everything = 1'000'000;

/// Empty where it is later than `at`: what was the last before isn't kept.
std::string known_by(const std::string& at, const std::string& when) { return when <= at ? when : ""; }

}  // namespace

std::strong_ordering natural_order(std::string_view left, std::string_view right)
{
    std::string_view a = left, b = right;
    if (a.empty() || b.empty()) return a.empty() <=> b.empty();
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    while (!a.empty() && !b.empty()) {
        if (digit(a.front()) && digit(b.front())) {
            while (a.size() > 1 && a.front() == '0' && digit(a[1])) a.remove_prefix(1);
            while (b.size() > 1 && b.front() == '0' && digit(b[1])) b.remove_prefix(1);
            const auto in_a = static_cast<std::size_t>(std::ranges::find_if_not(a, digit) - a.begin());
            const auto in_b = static_cast<std::size_t>(std::ranges::find_if_not(b, digit) - b.begin());
            if (in_a != in_b) return in_a <=> in_b;
            if (const auto order = a.substr(0, in_a) <=> b.substr(0, in_b); order != 0) return order;
            a.remove_prefix(in_a);
            b.remove_prefix(in_b);
            continue;
        }
        if (a.front() != b.front()) return a.front() <=> b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.size() != b.size() ? a.size() <=> b.size() : left <=> right;
}

bool natural_less(std::string_view left, std::string_view right) { return natural_order(left, right) < 0; }

std::strong_ordering place_order(const Place& left, const Place& right)
{
    for (const auto member : {&Place::site, &Place::room, &Place::row, &Place::rack, &Place::unit})
        if (const auto order = natural_order(left.*member, right.*member); order != 0) return order;
    return std::strong_ordering::equal;
}

DiskView disk_view(Sql& sql, DiskRow row, const std::string& at, const MachineRow* holder)
{
    DiskView view;
    const Facts facts = facts_at(sql, row.id, at);
    const auto fact = [&](const char* name) {
        const auto found = facts.find(name);
        return found == facts.end() ? std::string() : found->second;
    };
    view.drive = fact_as<wire::Drive>(facts, "drive");
    view.state = {disk_state_from(fact("state")).value_or(DiskState::Unknown), fact("state_why"), fact("state_by")};
    view.placements = placements_of(sql, row.id);
    std::erase_if(view.placements, [&](const PlacementRow& placement) { return placement.from > at; });
    for (auto& placement : view.placements)
        if (placement.to > at) {
            placement.to = open_end;
            placement.why_ended.clear();
        }
    if (const PlacementRow* now = where_now(view.placements); now != nullptr) {
        const auto found = holder != nullptr && holder->id == now->machine_id ? std::nullopt : machine(sql, now->machine_id);
        row.last_seen = std::max(row.last_seen, found ? found->last_seen : holder != nullptr ? holder->last_seen : row.last_seen);
    }
    row.last_seen = known_by(at, row.last_seen);
    if (row.last_seen.empty()) row.readings.clear();
    row.enrolled_at = known_by(at, row.enrolled_at);
    if (row.enrolled_at.empty()) {  // or a person had it forgotten since
        row.enrolled_in = fact("enrolled_in");
        if (!row.enrolled_in.empty()) row.enrolled_at = fact_since(sql, row.id, "enrolled_in", at);
    }
    view.row = std::move(row);
    return view;
}

wire::Json fact_json(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? wire::Json(nullptr) : wire::Json::parse(found->second, nullptr, false);
}

std::string quarantine_at(Sql& sql, const MachineRow& row, const std::string& at)
{
    if (at == latest) return row.quarantine;
    const auto told = newest(sql, {0, {"machine_quarantined", "quarantine_ended"}, row.id, "", at}, 1);
    return told.empty() || told.front().kind == "quarantine_ended" ? "" : told.front().sentence;
}

MachineView machine_alone(Sql& sql, const MachineRow& row, const std::string& at) { return machine_alone(sql, row, facts_at(sql, row.id, at), at); }

MachineView machine_alone(Sql& sql, const MachineRow& row, Facts facts, const std::string& at)
{
    MachineView view;
    view.row = row;
    view.facts = std::move(facts);
    view.row.last_seen = known_by(at, row.last_seen);
    view.row.quarantine = quarantine_at(sql, row, at);
    if (at != latest) {
        const auto booted = view.facts.find("boot_id");
        view.row.boot_id = booted == view.facts.end() ? "" : booted->second;
    }
    view.identity = fact_as<wire::MachineIdentity>(view.facts, "identity");
    view.system = fact_as<wire::System>(view.facts, "system");
    view.services = fact_as<std::vector<wire::Service>>(view.facts, "services");
    return view;
}

MachineView machine_view(Sql& sql, const MachineRow& row, const std::string& at)
{
    MachineView view = machine_alone(sql, row, at);
    for (auto& held : disks(sql, row.id, "", everything, at)) view.disks.push_back(disk_view(sql, std::move(held), at, &row));
    std::ranges::sort(view.disks, natural_less, [](const DiskView& disk) -> const std::string& { return disk.drive.path; });
    return view;
}

std::vector<std::string> by_place(const std::map<std::string, Place>& places)
{
    std::vector<std::string> ids;
    for (const auto& [id, place] : places) ids.push_back(id);
    std::ranges::stable_sort(ids, [&](const std::string& left, const std::string& right) { return place_order(places.at(left), places.at(right)) < 0; });
    return ids;
}

}  // namespace footing::inventory
