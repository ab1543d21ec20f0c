/// What contradicts itself and waits for a person.
#include "inventory/api/json.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

std::optional<Page> conflicts_page(const Visit& visit)
{
    std::vector<std::vector<Html>> lines;
    const auto add = [&](const char* kind, const std::string& id, const std::string& sentence, const std::string& since) {
        const auto row = machine(visit.sql, id);
        if (!row) return;
        lines.push_back({kind, machine_link(visit, id, name_of(machine_view(visit.sql, *row, visit.moment.at))), sentence,
                         moment_of(since, visit.moment.now),
                         el("a", {href(visit.then(Url(Path("/machines")) / id / "explain"))}, "explain")});
    };
    for (const auto& row : machines(visit.sql, "", 100000))
        if (!row.quarantine.empty()) add("which machine is it", row.id, row.quarantine, row.created_at);
    for (const auto& [id, text] : fact_of_all(visit.sql, "location", visit.moment.at)) {
        if (text.find("\"contradictions\":[]") != std::string::npos) continue;
        const auto stored = wire::Json::parse(text, nullptr, false);
        if (!stored.is_object()) continue;
        for (const auto& sentence : stored.value("contradictions", std::vector<std::string>{}))
            add("where does it stand", id, sentence, fact_since(visit.sql, id, "location"));
    }
    const Html open = alarm_list(visit, alarms(visit.sql, visit.moment.at));
    if (lines.empty() && open.empty()) return Page{200, "Conflicts", el("p", {}, "Nothing contradicts itself.")};
    return Page{200, "Conflicts", all(open, lines.empty() ? Html() : all(el("h2", {}, plural(lines.size(), "conflict", "conflicts")),
                                                                         table("Conflicts", {"question", "machine", "what contradicts", "since", ""}, lines)))};
}

}  // namespace footing::inventory
