/// The work list: what contradicts itself, since when, and what to do about it.
#include "inventory/store/conflicts.hpp"

#include <set>

#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/forms.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

struct Advice {
    const char* question;
    const char* what_to_do;
    bool one_or_two = false;  // it may be one machine: merge is an answer
};

Advice advice_of(std::string_view kind)
{
    static const std::map<std::string_view, Advice> all{
        {"identity_ambiguous", {"Which machine is it?", "Compare the serials on the two machines with those on their pages. Is it one and the same, merge them; a merge can be taken back.", true}},
        {"identifier_shared", {"Two machines have one value", "Both are alive, so this value tells neither any more. Set it right in the firmware, if it can be; then take it off the blacklist. Else settle it.", true}},
        {"clone", {"Two boots of one machine at once?", "Two machines report with the same values. Find both, and give one of them its own serial or UUID.", true}},
        {"flapping", {"One machine, or two that take turns?", "It has changed between two sets of hardware and was split. Was it one machine after all, merge them.", true}},
        {"port_claimed_twice", {"Two machines on one switch port", "Follow the cable. A port that several may hear (uplink, breakout) belongs into shared_ports of the configuration."}},
        {"cables_swapped", {"Were two cables swapped?", "Look where both machines stand. Put the cables back, or say where the machines stand now."}},
        {"overlapping_units", {"Two machines in the same units", "Look which one stands there, and say the place of the other."}},
        {"outside_rack", {"A machine above its rack", "Look where it stands and say its place, or import the height that the rack has."}},
        {"lock_contradicted", {"A locked place is contradicted", "Look where it stands. Is the lock right, mend the cable or the wire map; else take the lock back."}},
    };
    const auto found = all.find(kind);
    return found == all.end() ? Advice{"Something contradicts itself", "Look at the machine, then settle it."} : found->second;
}

Html answers(const Visit& visit, const ConflictRow& row, const Advice& advice)
{
    if (!visit.may_edit()) return {};
    const Html merge = advice.one_or_two && !row.other_id.empty() && row.other_id != row.machine_id
                           ? el("button", {{"name", "merge_into"}, {"value", row.other_id}}, "They are one: merge")
                           : Html();
    return folded_away("Settle it", edit_form(visit, Url(Path("/edit/conflicts")) / row.id, etag_of(wire::text_of(json_of(row))),
                                              all(by_whom(row.id), el("button", {}, "It is settled"), merge)));
}

Html item(const Visit& visit, const ConflictRow& row, Names& names)
{
    const Advice advice = advice_of(row.kind);
    const auto links = [&](const std::string& id) {
        return all(names.link(id), " (", el("a", {href(visit.then(Url(Path("/machines")) / id / "explain"))}, "why?"), ")");
    };
    Html machines = links(row.machine_id);
    if (!row.other_id.empty() && row.other_id != row.machine_id) machines += all(" and ", links(row.other_id));
    return el("li", {cls("conflict"), {"id", "c-" + row.id}}, el("h3", {}, advice.question), el("p", {}, machines), el("p", {}, row.sentence.empty() ? el("span", {cls("soft")}, "What it said then isn't kept.") : names.told(row.sentence)),
              el("p", {}, el("b", {}, "To do: "), advice.what_to_do),
              el("p", {cls("soft")}, "Since ", moment_of(row.opened_at, visit.moment.now), row.last_seen.empty() ? Html() : all(", last seen ", moment_of(row.last_seen, visit.moment.now)),
                 row.boots > 1 ? ", in " + plural(static_cast<std::uint64_t>(row.boots), "boot", "boots") : ""),
              answers(visit, row, advice));
}

/// Claims of a place that contradict each other, and machines that could be two, where no conflict says so.
std::vector<std::vector<Html>> open_questions(const Visit& visit, const std::set<std::string>& told, Names& names)
{
    std::vector<std::vector<Html>> lines;
    const auto add = [&](const char* question, const std::string& id, const std::string& sentence, const std::string& since) {
        lines.push_back({question, names.link(id), names.told(sentence), moment_of(since, visit.moment.now),
                         el("a", {href(visit.then(Url(Path("/machines")) / id / "explain"))}, "explain")});
    };
    for (const auto& row : machines(visit.sql, "", 100000))
        if (!row.quarantine.empty() && row.created_at <= visit.moment.at && !told.contains(row.id)) add("which machine is it", row.id, row.quarantine, row.created_at);
    const auto overview = visit.overview(Needed::Places);
    for (const auto& machine : overview->by_place) {
        if (!machine->known.contradicted) continue;
        const auto stored = fact_json(facts_like(visit.sql, machine->id, "location", visit.moment.at), "location");
        if (!stored.is_object()) continue;
        for (const auto& sentence : stored.value("contradictions", std::vector<std::string>{}))
            add("where does it stand", machine->id, sentence, fact_since(visit.sql, machine->id, "location"));
    }
    return lines;
}

}  // namespace

std::optional<Page> conflicts_page(const Visit& visit)
{
    Names names(visit);
    Html items;
    std::set<std::string> told;
    const auto open = conflicts(visit.sql, "", visit.moment.at);
    for (const auto& row : open) {
        items += item(visit, row, names);
        if (row.kind == "identity_ambiguous") told.insert(row.machine_id);
    }
    const auto lines = open_questions(visit, told, names);
    const Html alarm = alarm_list(visit, alarms(visit.sql, visit.moment.at));
    if (lines.empty() && open.empty() && alarm.empty()) return Page{200, "Conflicts", el("p", {}, "Nothing contradicts itself.")};
    return Page{200, "Conflicts",
                all(open.empty() ? Html() : all(el("h2", {}, plural(open.size(), "conflict", "conflicts")), el("ul", {cls("conflicts")}, items)), alarm,
                    lines.empty() ? Html()
                                  : all(el("h2", {}, plural(lines.size(), "contradiction", "contradictions")),
                                        el("p", {cls("soft")}, "What machines report disagrees; the stronger source counts meanwhile. A person's word about the place settles it."),
                                        table("Contradictions", {"question", "machine", "what contradicts", "since", ""}, lines)))};
}

}  // namespace footing::inventory
