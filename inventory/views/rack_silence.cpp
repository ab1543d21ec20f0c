#include "inventory/views/rack_silence.hpp"

#include <algorithm>
#include <chrono>

#include "inventory/store/machines.hpp"
#include "inventory/views/place_key.hpp"

namespace footing::inventory {

namespace {

constexpr std::chrono::seconds read_again{30};

std::vector<RackSilence::Rack> read_racks(Sql& sql, const Overview& overview)
{
    std::vector<RackSilence::Rack> out;
    const auto all = last_heard(sql);
    for (const auto& machine : overview.by_place) {
        const Place& place = machine->known.place;
        const auto heard = all.find(machine->id);
        const auto time = heard == all.end() ? std::nullopt : std::optional(parse_instant(heard->second));
        if (place.rack.empty() || !time || !*time) continue;
        if (out.empty() || !same_rack(out.back().place, place)) out.push_back({place, **time});
        out.back().oldest = std::min(out.back().oldest, **time);
    }
    return out;
}

}  // namespace

std::vector<RackSilence::Rack> RackSilence::at(Sql& sql, const Overview& overview, Instant now)
{
    const std::lock_guard lock(mutex_);
    if (!read_ || now < *read_ || now - *read_ >= read_again) {  // earlier: the clock was set
        kept_ = read_racks(sql, overview);
        read_ = now;
    }
    return kept_;
}

}  // namespace footing::inventory
