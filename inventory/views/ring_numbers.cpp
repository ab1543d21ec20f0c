#include "inventory/views/ring_numbers.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "inventory/store/fleet.hpp"

namespace footing::inventory {

namespace {

using RingPath = std::vector<std::string>;  // the name first, then what it is in: room, site or rack, row, room, site

std::string value_at(const std::vector<Interval>& history, const std::string& at)
{
    const auto held = std::ranges::find_if(history, [&](const Interval& one) { return one.from <= at && at < one.to; });
    return held == history.end() ? "" : held->value;
}

/// One place, as far as is known: they differ in nothing but in what one of them doesn't say.
bool fits(const RingPath& a, const RingPath& b)
{
    if (a.empty() || b.empty() || a.front() != b.front()) return false;
    for (std::size_t i = 1; i < a.size(); ++i)
        if (!a[i].empty() && !b[i].empty() && a[i] != b[i]) return false;
    return true;
}

RingPath both(RingPath path, const RingPath& other)
{
    for (std::size_t i = 0; i < path.size(); ++i)
        if (path[i].empty()) path[i] = other[i];
    return path;
}

/// When a machine first stood there.
class FirstSeen {
public:
    void stood(const RingPath& path, const std::string& at)
    {
        if (path.front().empty()) return;
        auto& first = first_.try_emplace(path, at).first->second;
        first = std::min(first, at);
    }
    std::map<RingPath, std::size_t> numbers() const
    {
        std::set<std::pair<std::string, RingPath>> in_order;
        for (const auto& [path, at] : first_) in_order.emplace(at, path);
        std::map<RingPath, std::size_t> out;
        std::map<std::string, std::vector<std::pair<RingPath, std::size_t>>> known;  // by the name; as far as each place is known by then
        std::size_t last = 0;
        for (const auto& [at, path] : in_order) {
            auto& here = known[path.front()];
            const auto one = [&](const auto& place) { return fits(place.first, path); };
            const auto found = std::ranges::find_if(here, one);
            if (found == here.end() || std::ranges::count_if(here, one) > 1) {
                here.emplace_back(path, ++last);
                out[path] = last;
            } else {
                found->first = both(found->first, path);
                out[path] = found->second;
            }
        }
        return out;
    }

private:
    std::map<RingPath, std::string> first_;
};

}  // namespace

std::map<std::string, RingNumbers> ring_numbers(Sql& sql)
{
    constexpr std::array names{"location.rack", "location.row", "location.room", "location.site"};
    std::map<std::string, std::array<std::vector<Interval>, names.size()>> machines;
    for (std::size_t i = 0; i < names.size(); ++i)
        for (auto& [machine, history] : history_of_all(sql, names[i])) machines[machine][i] = std::move(history);

    const auto rack_at = [](const auto& histories, const std::string& at) {
        RingPath out;
        for (const auto& history : histories) out.push_back(value_at(history, at));
        return out;
    };
    struct Stands {
        RingPath rack, room;
    };
    FirstSeen rooms, racks;
    std::map<std::string, Stands> stands;
    for (const auto& [machine, histories] : machines) {
        std::set<std::string> changed;
        for (const auto& history : histories)
            for (const auto& one : history) changed.insert({one.from, one.to});
        changed.erase(open_end);
        Stands& now = stands[machine];
        for (const auto& at : changed) {
            const RingPath rack = rack_at(histories, at), room(rack.begin() + 2, rack.end());
            now = {fits(now.rack, rack) ? both(rack, now.rack) : rack, fits(now.room, room) ? both(room, now.room) : room};
            racks.stood(now.rack, at);
            rooms.stood(now.room, at);
        }
    }
    const auto regions = rooms.numbers(), zones = racks.numbers();
    const auto number = [](const std::map<RingPath, std::size_t>& of, const RingPath& path) {
        const auto found = of.find(path);
        return found == of.end() ? 0 : found->second;
    };
    std::map<std::string, RingNumbers> out;
    for (const auto& [machine, where] : stands) out[machine] = {number(regions, where.room), number(zones, where.rack)};
    return out;
}

}  // namespace footing::inventory
