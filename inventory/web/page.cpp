#include "inventory/web/page.hpp"

#include <fmt/format.h>

#include "agent/model/units.hpp"

namespace footing::inventory {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --warn: #9a6700; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --warn: #d29922; --bad: #f85149; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; } h3 { font-size: 1rem; margin: 0; }
nav a, nav b { margin-right: .8rem; }
article { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; padding: .6rem .8rem; }
article p { margin: .15rem 0; } small, .soft { opacity: .75; }
table { border-collapse: collapse; margin-top: .4rem; width: 100%; }
th, td { border-top: 1px solid var(--soft); padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; }
code { font-size: .92em; } .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
)";

const char* colour(const wire::Drive& drive)
{
    if (drive.outcome == "failed") return "bad";
    if (drive.verdict == "enrolled" || drive.outcome == "enrolled" || drive.outcome == "mounted") return "good";
    if (drive.verdict == "excluded") return "soft";
    if (drive.verdict == "blank" || drive.verdict == "interrupted" || drive.verdict == "in_use") return "warn";
    return "bad";
}

std::string place_of(const PageMachine& machine)
{
    std::string out;
    const auto add = [&](const char* word, const std::string& value) {
        if (!value.empty()) out += fmt::format("{}{} {}", out.empty() ? "" : " · ", word, escaped(value));
    };
    add("site", machine.site);
    add("row", machine.row);
    add("rack", machine.rack);
    add("U", machine.unit);
    return out;
}

std::string why(const wire::Drive& drive)
{
    std::string out = escaped(drive.outcome_error);
    for (const auto& reason : drive.reasons)
        out += (out.empty() ? "" : "; ") + escaped(reason.sentence.empty() ? reason.code : reason.sentence);
    return out;
}

std::string drive_row(const wire::Drive& drive)
{
    return fmt::format("<tr><td><code>{}</code><td>{}<td>{} {}<td><code>{}</code><td>{}"
                       "<td class=\"{}\">{}<td>{}<td>{}<td>{}</tr>\n",
                       escaped(drive.path), escaped(drive.slot), escaped(drive.identity.vendor),
                       escaped(drive.identity.model),
                       escaped(drive.identity.serial.empty() ? drive.identity.wwn : drive.identity.serial),
                       escaped(to_string(Bytes{drive.size})), colour(drive), escaped(drive.verdict),
                       escaped(drive.outcome), escaped(drive.mount_point), why(drive));
}

std::string article(const PageMachine& machine)
{
    std::string out = fmt::format("<article id=\"{}\">\n<h3>{}</h3>\n<p>{} · {}</p>\n", escaped(machine.id),
                                  escaped(machine.host_name.empty() ? machine.id : machine.host_name),
                                  machine.unit.empty() ? "no unit known" : "U " + escaped(machine.unit),
                                  escaped(machine.product));
    out += fmt::format("<p class=\"soft\">serial {} · last heard {} · <a href=\"/v1/machines/{}\">JSON</a></p>\n",
                       machine.serial.empty() ? "none" : escaped(machine.serial), escaped(machine.last_seen),
                       escaped(machine.id));
    if (!machine.quarantine.empty())
        out += fmt::format("<p class=\"bad\">quarantined: {}</p>\n", escaped(machine.quarantine));
    for (const auto& sentence : machine.contradictions) out += fmt::format("<p class=\"warn\">{}</p>\n", escaped(sentence));
    for (const auto& service : machine.services)
        out += fmt::format("<p><code>{}</code> <span class=\"{}\">{}</span> {}</p>\n", escaped(service.unit),
                           service.state == "active" ? "good" : service.state == "failed" ? "bad" : "warn",
                           escaped(service.state), escaped(service.reason));
    if (!machine.drives.empty()) {
        out += "<table><tr><th>drive<th>slot<th>model<th>serial<th>size<th>verdict<th>outcome<th>mounted at<th>why</tr>\n";
        for (const auto& drive : machine.drives) out += drive_row(drive);
        out += "</table>\n";
    }
    return out + "</article>\n";
}

std::string room_name(const std::string& room) { return room.empty() ? "no room known" : "Room " + escaped(room); }

std::string percent_encoded(std::string_view text)
{
    std::string out;
    for (char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

}  // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string page_html(const PageContent& content)
{
    std::string out = fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                  "<meta name=\"viewport\" content=\"width=device-width\">"
                                  "<title>footing inventory</title><style>{}</style></head><body>\n"
                                  "<h1>footing inventory</h1>\n<nav>", style);
    out += content.wanted_room.empty() ? "<b>all rooms</b>" : "<a href=\"/\">all rooms</a>";
    for (const auto& [room, machines] : content.rooms)
        if (!room.empty())
            out += room == content.wanted_room
                       ? fmt::format(" <b>{} ({})</b>", room_name(room), machines)
                       : fmt::format(" <a href=\"/?room={}\">{} ({})</a>", percent_encoded(room), room_name(room), machines);
    out += "</nav>\n";
    for (const auto& alarm : content.alarms)
        out += fmt::format("<p class=\"{}\" role=\"alert\">alarm since {}: {} · <a href=\"/v1/machines/{}\">machine</a>{}</p>\n",
                           alarm.acknowledged_by.empty() ? "bad" : "warn", escaped(alarm.opened_at), escaped(alarm.sentence),
                           escaped(alarm.machine_id),
                           alarm.acknowledged_by.empty() ? "" : " · acknowledged by " + escaped(alarm.acknowledged_by));
    if (content.machines.empty()) out += "<p>No machine has reported yet.</p>\n";

    std::string heading;
    for (const auto& machine : content.machines) {
        std::string place = room_name(machine.room);
        PageMachine rack = machine;
        rack.unit.clear();
        if (const std::string rest = place_of(rack); !rest.empty()) place += " · " + rest;
        if (place != heading) out += fmt::format("<h2>{}</h2>\n", place);
        heading = std::move(place);
        out += article(machine);
    }
    if (content.left_out != 0)
        out += fmt::format("<p class=\"warn\">{} more machines are not shown: choose a room.</p>\n", content.left_out);
    return out + "</body></html>\n";
}

}  // namespace footing::inventory
