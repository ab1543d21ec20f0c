#include "inventory/web/pages/disk_state.hpp"

#include <fmt/format.h>

#include <array>

#include "inventory/intake/drives.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/web/pages/forms.hpp"
#include "inventory/web/pages/names.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::array sayable{DiskState::Present, DiskState::Suspect, DiskState::Failed, DiskState::Removed, DiskState::Spare, DiskState::Retired};

const char* meaning(DiskState state)
{
    switch (state) {
    case DiskState::Present: return "present: it is well, after all";
    case DiskState::Suspect: return "suspect: to be watched";
    case DiskState::Failed: return "failed: to be replaced";
    case DiskState::Removed: return "removed: taken out";
    case DiskState::Spare: return "spare: on the shelf, ready";
    case DiskState::Retired: return "retired: never to be used again";
    case DiskState::Missing:
    case DiskState::Unknown: break;
    }
    return "";
}

std::string since(const Visit& visit, const std::string& disk_id)
{
    std::string from;
    for (const auto& interval : history_of(visit.sql, disk_id, "state"))
        if (interval.from <= visit.moment.at) from = interval.from;
    return from;
}

}  // namespace

std::string word_of(const DiskView& disk)
{
    const State state = state_of(disk);
    if (disk.state.state == DiskState::Unknown) return std::string(word_of(state));
    const std::string word = to_string(disk.state.state);
    if (disk.state.state != DiskState::Present && disk.state.state != DiskState::Suspect) return word;
    return state == State::Good || state == State::Unknown || disk.drive.verdict.empty() ? word : word + ", " + disk.drive.verdict;
}

Html disk_badge(const DiskView& disk)
{
    const State state = state_of(disk);
    return el("span", {cls(fmt::format("badge {}", word_of(state)))}, el("span", {{"aria-hidden", "true"}}, sign_of(state)), " ", word_of(disk));
}

Html state_sentence(const Visit& visit, const DiskView& disk)
{
    if (disk.state.state == DiskState::Unknown) return {};
    const std::string from = since(visit, disk.row.id);
    return all(el("b", {}, to_string(disk.state.state)), disk.state.why.empty() || disk.state.why == "reported" ? Html() : all(": ", Names(visit).told(disk.state.why)),
               disk.state.by.empty() ? Html() : all(" ", el("span", {cls("soft")}, "by ", disk.state.by)),
               from.empty() ? Html() : all(", since ", moment_of(from, visit.moment.now)));
}

Html state_form(const Visit& visit, const DiskView& disk)
{
    if (!visit.may_edit()) return {};
    const bool placed = where_now(disk.placements) != nullptr;
    Html options = el("option", {{"value", ""}}, "choose …");
    for (const DiskState choice : sayable)
        if (said(disk.state, placed, to_string(choice), "", ""))
            options += el("option", {{"value", to_string(choice)}, {"selected", choice == disk.state.state}}, meaning(choice));
    return folded_away("Say what state it is in",
                       edit_form(visit, Url(Path("/edit/disks")) / disk.row.id / "state", visit.asked("/v1/disks/{id}/state").tag,
                                 all(el("span", {cls("field")}, el("label", {{"for", "state"}}, "State"), el("select", {{"id", "state"}, {"name", "state"}, {"required", true}}, options)),
                                     by_whom("state"), el("button", {}, "Save"))));
}

Html forget_form(const Visit& visit, const DiskView& disk)
{
    if (!visit.may_edit() || !why_not_forgotten(disk.row, disk.drive, where_now(disk.placements) != nullptr).empty()) return {};
    return folded_away("It was wiped on purpose: let it be formatted anew",
                       all(el("p", {}, "It was enrolled in ", Names(visit).link(disk.row.enrolled_in), ", ", moment_of(disk.row.enrolled_at, visit.moment.now),
                              ", and every byte that was read since is blank. A drive does not lose its contents by itself: if nobody knows who "
                              "wiped it, it may be failing, or another drive's controller answers for it."),
                           edit_form(visit, Url(Path("/edit/disks")) / disk.row.id / "forget-enrolment", visit.asked("/v1/disks/{id}").tag,
                                     all(by_whom("forget"), el("button", {}, "Let it be formatted")))));
}

}  // namespace footing::inventory
