/// One drive and its life: its state, where it is and was, and what happened to it.
#include <algorithm>

#include "agent/model/units.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/wear_history.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/disk_state.hpp"
#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t entries_of_a_life = 200;

Html spot(const PlacementRow& placement)
{
    return all(placement.bay.empty() ? Html() : all("bay ", el("b", {}, placement.bay), placement.slot.empty() ? "" : ", "),
               placement.slot.empty() ? "" : "slot " + placement.slot);
}

Html where(const Visit& visit, const DiskView& disk, Names& names)
{
    for (const auto& placement : disk.placements) {
        if (placement.to != open_end) continue;
        const auto place = place_of(facts_at(visit.sql, placement.machine_id, visit.moment.at));
        return all(names.link(placement.machine_id), ", ", spot(placement), " · ", sentence_of(place));
    }
    if (disk.placements.empty()) return el("span", {cls("soft")}, "no machine has reported it");
    const auto& last = disk.placements.back();
    return all("in no machine now; last in ", names.link(last.machine_id), ", ", spot(last), ", until ", moment_of(last.to, visit.moment.now));
}

Html placements(const Visit& visit, const DiskView& disk, Names& names)
{
    std::vector<std::vector<Html>> lines;
    for (auto placement = disk.placements.rbegin(); placement != disk.placements.rend(); ++placement) {
        const bool ended = placement->to != open_end;
        lines.push_back({names.link(placement->machine_id), placement->bay.empty() ? el("span", {cls("soft")}, "unmapped") : Html(placement->bay),
                         placement->slot, moment_of(placement->from, visit.moment.now), ended ? moment_of(placement->to, visit.moment.now) : Html("still"),
                         ended ? placement->why_ended : ""});
    }
    return lines.empty() ? Html() : all(el("h2", {}, "Where it was"), table("Places of the drive", {"machine", "bay", "slot", "from", "to", "why it ended"}, lines));
}

/// What the drive says of itself.
std::vector<std::pair<std::string, Html>> health(const DiskView& disk)
{
    std::vector<std::pair<std::string, Html>> out;
    const auto number = [&](const char* term, const std::optional<std::int64_t>& value) {
        if (value) out.emplace_back(term, std::to_string(*value));
    };
    if (const auto& smart = disk.drive.health) {
        out.emplace_back("SMART", all(smart->status, smart->sentence.empty() ? "" : ": " + smart->sentence));
        number("Reallocated sectors", smart->reallocated);
        number("Pending sectors", smart->pending);
        number("Media errors", smart->media_errors);
        number("Used up, %", smart->percentage_used);
    }
    const auto read = wire::Json::parse(disk.row.readings.empty() ? "null" : disk.row.readings, nullptr, false);
    for (const auto& [key, term] : {std::pair{"temperature_c", "Temperature, °C"}, std::pair{"power_on_hours", "Hours powered on"}})
        if (read.is_object() && read.contains(key) && read[key].is_number()) out.emplace_back(term, read[key].dump());
    return out;
}

/// Nothing while it always said the same.
Html wear(const Visit& visit, const DiskView& disk)
{
    std::vector<std::vector<Html>> lines;
    const auto entries = wear_history(visit.sql, disk.row.id, visit.moment.at);
    const auto number = [](const std::optional<std::int64_t>& value) { return value ? std::to_string(*value) : std::string(); };
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto& health = entry->health;
        lines.push_back({moment_of(entry->from, visit.moment.now), health.status, number(health.reallocated), number(health.pending), number(health.media_errors),
                         number(health.percentage_used), entry->worse ? el("span", {cls("badge attention")}, "worse") : Html()});
    }
    if (lines.size() < 2) return {};
    return all(el("h2", {}, "What it said of itself"),
               table("SMART readings over time", {"since", "SMART", "reallocated", "pending", "media errors", "used up, %", ""}, lines));
}

Html life(const Visit& visit, const DiskView& disk, Names& names)
{
    FeedFilter filter;
    filter.disk_id = disk.row.id;
    filter.at = visit.moment.at;
    const auto entries = newest(visit.sql, filter, entries_of_a_life);
    Html out = all(el("h2", {}, "Its life"), feed_list(visit, entries, About::Disk));
    if (entries.size() == entries_of_a_life)
        out += el("p", {}, el("a", {href(visit.then(Url(Path("/changes")).with("days", "all").with("kind", "all").with("disk", disk.row.id)))}, "All of it"));
    Html first = all("First seen ", moment_of(disk.row.first_seen, visit.moment.now));
    if (!disk.row.enrolled_at.empty())
        first += all("; first reported enrolled ", moment_of(disk.row.enrolled_at, visit.moment.now), ", in ", names.link(disk.row.enrolled_in));
    return all(out, el("p", {}, first, "."));
}

}  // namespace

std::optional<Page> disk_page(const Visit& visit)
{
    auto row = disk(visit.sql, visit.captures.at("id"));
    if (!row || row->first_seen > visit.moment.at) return {};
    const DiskView view = disk_view(visit.sql, std::move(*row), visit.moment.at);
    auto open = alarms(visit.sql, visit.moment.at);
    std::erase_if(open, [&](const AlarmRow& alarm) { return alarm.disk_id != view.row.id; });
    Names names(visit);

    Html reasons;
    if (!view.drive.outcome_error.empty()) reasons += el("li", {}, view.drive.outcome_error);
    for (const auto& reason : view.drive.reasons) reasons += el("li", {}, reason.sentence.empty() ? reason.code : reason.sentence);
    const auto& identity = view.row.identity;
    std::vector<std::pair<std::string, Html>> known{
        {"Where", where(visit, view, names)}, {"State", state_sentence(visit, view)}, {"Verdict", view.drive.verdict}, {"Outcome", view.drive.outcome},
        {"Model", drive_name(identity)}, {"Serial", code(identity.serial)}, {"WWN", code(identity.wwn)}, {"Size", to_string(Bytes{view.row.size})},
        {"Mounted at", code(view.drive.mount_point)}, {"Disk id", code(view.drive.disk_id)}, {"Last heard", moment_of(view.row.last_seen, visit.moment.now)}};
    std::ranges::move(asset_terms(assets_of(visit.sql, identity, visit.moment.at)), std::back_inserter(known));
    for (auto& fact : health(view)) known.push_back(std::move(fact));
    return Page{200, "Drive " + (identity.serial.empty() ? view.row.id.substr(0, 8) : identity.serial),
                all(el("p", {cls("lead")}, disk_badge(view)), alarm_list(visit, open), definitions(known), state_form(visit, view), forget_form(visit, view),
                    reasons.empty() ? Html() : all(el("h2", {}, "Why"), el("ul", {}, reasons)), placements(visit, view, names), wear(visit, view), life(visit, view, names),
                    el("p", {cls("actions")}, el("a", {href(visit.then(Url(Path("/v1/disks")) / view.row.id))}, "JSON")))};
}

}  // namespace footing::inventory
