#include "inventory/web/pages/feed.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "inventory/location/level.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

/// A person's word of a place has the place in its details and the note as its sentence.
std::string sentence_of_entry(const FeedEntry& entry)
{
    const auto place = wire::Json::parse(entry.details.empty() ? "null" : entry.details, nullptr, false);
    if (!entry.kind.starts_with("location_") || !place.is_object()) return entry.sentence;
    std::string out;
    for (const auto level : levels)
        if (const auto value = place.find(std::string(level)); value != place.end() && value->is_string())
            out += (out.empty() ? "" : " · ") + std::string(level) + " " + value->get<std::string>();
    return entry.sentence.empty() ? out : out + ": " + entry.sentence;
}

State weight_of(std::string_view kind)
{
    if (kind == "disk_failed") return State::Failed;
    static constexpr std::array attention{"disk_suspect", "disk_wiped", "disk_forgotten", "disk_worsened", "disk_missing", "disk_contested", "machine_quarantined", "conflict_opened", "clone", "flapping"};
    return std::ranges::find(attention, kind) == attention.end() ? State::Unknown : State::Attention;
}

}  // namespace

std::string words_of_kind(std::string_view kind)
{
    static const std::map<std::string_view, std::string> own{
        {"disk_placed", "drive put in"}, {"disk_displaced", "drive gone"}, {"disk_contested", "drive in two machines"},
        {"disk_released", "drive released"}, {"disk_wiped", "drive wiped"}, {"disk_forgotten", "drive may be formatted anew"}, {"disk_worsened", "drive got worse"}, {"disk_verdict", "drive judged anew"}, {"machine_new", "new machine"},
        {"location_said", "place said"}, {"location_locked", "place locked"}, {"location_unlocked", "place taken back"},
        {"locate_asked", "LED asked for"}, {"locate_on", "LED lit"}, {"locate_off", "LED off"}, {"locate_failed", "LED not switched"}};
    if (const auto found = own.find(kind); found != own.end()) return found->second;
    std::string out(kind);
    std::ranges::replace(out, '_', ' ');
    if (out.starts_with("disk ")) out.replace(0, 4, "drive");
    return out;
}

Html feed_list(const Visit& visit, const std::vector<FeedEntry>& entries, About about)
{
    Names names(visit);
    Html items;
    for (const auto& entry : entries) {
        const State weight = weight_of(entry.kind);
        const std::string words = words_of_kind(entry.kind);
        Html where;
        if (about != About::Machine && !entry.machine_id.empty()) where += all(" · ", names.link(entry.machine_id));
        if (about != About::Disk && !entry.disk_id.empty()) where += all(" · ", disk_link(visit, entry.disk_id, "drive"));
        items += el("li", {}, moment_of(entry.at, visit.moment.now), " ",
                    el("span", {cls("badge " + std::string(word_of(weight)))}, words), " ", names.told(sentence_of_entry(entry)),
                    entry.by.empty() ? Html() : all(" ", el("span", {cls("soft")}, "by ", entry.by)), where);
    }
    return el("ol", {cls("life")}, items);
}

}  // namespace footing::inventory
