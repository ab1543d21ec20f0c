/// What changed: since yesterday, in a week or a month; of everything, of one kind, machine or drive.
#include <algorithm>
#include <array>

#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t entries_of_a_page = 300;

struct Kind {
    const char* word;
    const char* label;
    std::vector<std::string> kinds;  // of the feed; none: all
};

/// All but what a reboot may change: addresses, paths, counters.
std::vector<std::string> what_matters()
{
    return {"machine_new", "machine_quarantined", "quarantine_ended", "identifier_taken", "identity_changed", "board_replaced",
            "disks_transplanted", "clone", "flapping", "merged", "split", "reverted", "certificate_ended", "located", "move_suspected", "moved",
            "location_said", "location_locked", "location_unlocked", "locate_asked", "locate_on", "locate_off", "locate_failed", "disk_placed", "disk_displaced", "disk_contested",
            "disk_released", "disk_wiped", "disk_forgotten", "disk_verdict", "disk_worsened", "disk_present", "disk_suspect", "disk_failed", "disk_missing", "disk_removed",
            "disk_spare", "disk_retired", "conflict_opened", "conflict_closed"};
}

const std::vector<Kind>& all_kinds()
{
    static const std::vector<Kind> all{
        {"", "what matters", what_matters()},
        {"moves", "moves", {"located", "move_suspected", "moved", "disks_transplanted"}},
        {"drives", "drives in and out", {"disk_placed", "disk_displaced", "disk_contested", "disk_released", "disk_wiped", "disk_forgotten", "disks_transplanted"}},
        {"states", "drives' states", {"disk_worsened", "disk_present", "disk_suspect", "disk_failed", "disk_missing", "disk_removed", "disk_spare", "disk_retired"}},
        {"identity", "who is who", {"machine_new", "machine_quarantined", "quarantine_ended", "identifier_taken", "identity_changed",
                                    "board_replaced", "disks_transplanted", "clone", "flapping", "merged", "split", "reverted", "certificate_ended"}},
        {"people", "people's words", {"location_said", "location_locked", "location_unlocked", "locate_asked", "disk_forgotten", "disk_removed", "disk_spare", "disk_retired",
                                      "webhook_added", "webhook_removed", "merged", "split", "reverted", "certificate_ended", "conflict_closed"}},
        {"conflicts", "conflicts", {"conflict_opened", "conflict_closed"}},
        {"all", "everything", {}},
    };
    return all;
}

struct Span {
    const char* days;
    const char* label;
    int count;
};
constexpr std::array spans{Span{"", "since yesterday", 1}, Span{"7", "7 days", 7}, Span{"30", "30 days", 30}, Span{"all", "all of it", 0}};

Url page_with(const Visit& visit, const std::string& days, const std::string& kind)
{
    return visit.then(Url(Path("/changes")).with("days", days).with("kind", kind).with("machine", visit.parameter("machine")).with("disk", visit.parameter("disk")));
}

Html choice(const Url& to, const char* label, bool chosen)
{
    return el("a", chosen ? Attributes{href(to), {"aria-current", "true"}} : Attributes{href(to)}, label);
}

}  // namespace

std::optional<Page> changes_page(const Visit& visit)
{
    const std::string days = visit.parameter("days"), word = visit.parameter("kind");
    const auto span = std::ranges::find(spans, days, [](const Span& one) { return std::string(one.days); });
    const auto kind = std::ranges::find(all_kinds(), word, [](const Kind& one) { return std::string(one.word); });
    if (span == spans.end() || kind == all_kinds().end()) return {};

    Instant end = visit.moment.now;
    if (visit.moment.past())
        if (const auto at = parse_instant(visit.moment.at)) end = *at;
    const std::string from = span->count == 0 ? "" : to_string(end - std::chrono::days(span->count));
    FeedFilter filter;
    filter.kinds = kind->kinds;
    filter.machine_id = visit.parameter("machine");
    filter.disk_id = visit.parameter("disk");
    filter.at = visit.moment.at;
    auto entries = newest(visit.sql, filter, entries_of_a_page + 1);
    const bool more = entries.size() > entries_of_a_page && entries.back().at >= from;
    if (entries.size() > entries_of_a_page) entries.pop_back();
    std::erase_if(entries, [&](const FeedEntry& entry) { return entry.at < from; });

    Html times, kinds, about;
    for (const auto& one : spans) times += choice(page_with(visit, one.days, word), one.label, days == one.days);
    for (const auto& one : all_kinds()) kinds += choice(page_with(visit, days, one.word), one.label, word == one.word);
    if (!filter.machine_id.empty()) about += all("Of machine ", Names(visit).link(filter.machine_id), ". ");
    if (!filter.disk_id.empty()) about += all("Of ", disk_link(visit, filter.disk_id, "one drive"), ". ");
    if (!about.empty()) about += el("a", {href(visit.then(Url(Path("/changes")).with("days", days).with("kind", word)))}, "Of all");
    const Url older = Url(Path("/changes")).with("days", days).with("kind", word).with("machine", filter.machine_id).with("disk", filter.disk_id)
                          .with("at", entries.empty() ? "" : entries.back().at);
    return Page{200, "Changes",
                all(el("p", {cls("filters")}, el("span", {}, "When: "), times), el("p", {cls("filters")}, el("span", {}, "What: "), kinds),
                    about.empty() ? Html() : el("p", {}, about),
                    entries.empty() ? el("p", {}, "Nothing of this kind changed in that time.")
                                    : all(el("p", {cls("lead")}, more ? "The newest " : "", plural(entries.size(), "change", "changes"),
                                             from.empty() ? "" : " since " + from.substr(0, 16) + "Z", "."),
                                          feed_list(visit, entries, About::Everything)),
                    more ? el("p", {cls("actions")}, el("a", {href(older)}, "Older ones")) : Html())};
}

}  // namespace footing::inventory
