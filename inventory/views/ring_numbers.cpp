#include "inventory/views/ring_numbers.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "inventory/store/fleet.hpp"

namespace footing::inventory {

namespace {

using Path = std::vector<std::string>;  // the name first, then what it is in: room, site or rack, row, room, site

std::string value_at(const std::vector<Interval>& history, const std::string& at)
{
    const auto held = std::ranges::find_if(history, [&](const Interval& one) { return one.from <= at && at < one.to; });
    return held == history.end() ? "" : held->value;
}

/// When a machine first stood there.
class FirstSeen {
public:
    void stood(const Path& path, const std::string& at)
    {
        if (path.front().empty()) return;
        auto& first = first_.try_emplace(path, at).first->second;
        first = std::min(first, at);
    }
    std::map<Path, std::size_t> numbers() const
    {
        std::set<std::pair<std::string, Path>> in_order;
        for (const auto& [path, at] : first_) in_order.emplace(at, path);
        std::map<Path, std::size_t> out;
        for (const auto& [at, path] : in_order) out.emplace(path, out.size() + 1);
        return out;
    }

private:
    std::map<Path, std::string> first_;
};

}  // namespace

std::map<std::string, RingNumbers> ring_numbers(Sql& sql)
{
    constexpr std::array names{"location.rack", "location.row", "location.room", "location.site"};
    std::map<std::string, std::array<std::vector<Interval>, names.size()>> machines;
    for (std::size_t i = 0; i < names.size(); ++i)
        for (auto& [machine, history] : history_of_all(sql, names[i])) machines[machine][i] = std::move(history);

    const auto rack_at = [](const auto& histories, const std::string& at) {
        Path out;
        for (const auto& history : histories) out.push_back(value_at(history, at));
        return out;
    };
    const auto room_of = [](const Path& rack) { return Path(rack.begin() + 2, rack.end()); };
    FirstSeen rooms, racks;
    for (const auto& [machine, histories] : machines) {
        std::set<std::string> changed;
        for (const auto& history : histories)
            for (const auto& one : history) changed.insert({one.from, one.to});
        changed.erase(open_end);
        for (const auto& at : changed) {
            const Path rack = rack_at(histories, at);
            racks.stood(rack, at);
            rooms.stood(room_of(rack), at);
        }
    }
    const auto regions = rooms.numbers(), zones = racks.numbers();
    const auto number = [](const std::map<Path, std::size_t>& of, const Path& path) {
        const auto found = of.find(path);
        return found == of.end() ? 0 : found->second;
    };
    std::map<std::string, RingNumbers> out;
    for (const auto& [machine, histories] : machines) {
        const Path rack = rack_at(histories, latest);
        out[machine] = {number(regions, room_of(rack)), number(zones, rack)};
    }
    return out;
}

}  // namespace footing::inventory
