#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "agent/judge/judge.hpp"

namespace footing {
namespace {

/// A path of which the kernel knows no WWN (the drive didn't answer when it was asked) has its serial number still. Only
/// where a format is at stake: an enrolled disk has its ledger to tell it from others.
bool may_be_one_drive(const Case& one, const Case& other)
{
    const Identity& a = one.seen.disk.identity;
    const Identity& b = other.seen.disk.identity;
    const std::string key = identity_key(a);
    if (!key.empty() && key == identity_key(b)) return true;
    const bool both_named = !is_placeholder(a.wwn) && !is_placeholder(b.wwn);
    return !is_committed(one) && !both_named && !is_placeholder(a.serial) && a.serial == b.serial && a.vendor == b.vendor && a.model == b.model;
}

/// Fills in what the other disks say about each: twins and copies. Paths of one multipath device are no twins. A device
/// that is excluded forbids the format of its twin, but takes no disk out of service: anybody can plug one in.
void find_twins(std::vector<Case>& cases)
{
    for (auto& one : cases) {
        const LedgerRecord* record = one.seen.ledger.newest();
        for (const auto& other : cases) {
            if (&one == &other || !one.seen.disk.folded_into.empty() || !other.seen.disk.folded_into.empty()) continue;
            if (one.seen.disk.hidden || other.seen.disk.hidden) continue;
            const bool is_bystander = is_committed(one) && judge(other).verdict == Verdict::Excluded;
            if (may_be_one_drive(one, other) && !is_bystander) one.twins.push_back(other.seen.disk.path);
            const LedgerRecord* copy = other.seen.ledger.newest();
            if (record != nullptr && copy != nullptr && record->disk_id == copy->disk_id) one.copies.push_back(other.seen.disk.path);
        }
    }
}

/// A sick enrolled disk is still one: that is the machine on which some disks may only look blank.
bool is_in_service(const std::vector<Case>& cases)
{
    return std::ranges::any_of(cases, [](const Case& one) {
        return is_committed(one) || judge(one).verdict == Verdict::Unreadable;
    });
}

/// Sets the brake on every blank disk when a machine with enrolled disks would format more in this boot than it may.
void apply_brake(std::vector<Case>& cases)
{
    if (cases.empty() || !cases.front().config.limits.format_at_most || !is_in_service(cases)) return;
    const auto blank = std::ranges::count_if(cases, [](const Case& one) { return judge(one).verdict == Verdict::Blank; });
    const std::uint64_t formats = static_cast<std::uint64_t>(blank) + cases.front().circumstances.formats_this_boot;
    if (blank == 0 || formats <= *cases.front().config.limits.format_at_most) return;
    for (auto& one : cases) one.brake = true;
}

/// "7" of "slot 7": what {bay} can stand for as long as the kernel's slot is all that is known.
std::string bay_of(const Disk& disk)
{
    static constexpr std::string_view prefix = "slot ";
    return disk.slot.starts_with(prefix) ? disk.slot.substr(prefix.size()) : std::string{};
}

std::string with_field(std::string text, std::string_view name, const std::string& value)
{
    if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
    return text;
}

/// The label of a disk that has none in a ledger yet. {id8} stays: the disk's id is made when it is enrolled.
/// {index} is the lowest number that gives a label which no disk of this machine has.
std::string new_label(const DiskRule& rule, const Disk& disk, const std::set<std::string>& taken)
{
    const std::string bay = bay_of(disk);
    std::string label = bay.empty() ? rule.label : with_field(rule.label, "{bay}", bay);
    if (label.find("{index}") == std::string::npos) return label;
    for (unsigned index = 0;; ++index)
        if (const auto numbered = with_field(label, "{index}", std::to_string(index)); !taken.contains(numbered)) return numbered;
}

/// A ledger may hold any text, and an enclosure may call its slot anything. Folders are made of a name only.
bool can_be_a_folder(const std::string& label)
{
    return is_safe_label(with_field(with_field(label, "{id8}", "00000000"), "{bay}", "0"));
}

bool may_move(const Config& config)
{
    return config.moved_disks == OnMoved::Mount || (config.moved_disks == OnMoved::Ask && config.inventory);
}

Action action_for(const Case& one, Verdict verdict)
{
    const bool mounted = !one.seen.mounted_at.empty();
    const LedgerRecord* record = one.seen.ledger.newest();
    switch (verdict) {
        case Verdict::Blank: return Action::Enroll;
        case Verdict::Interrupted: return objections(one).empty() ? Action::Resume : Action::None;
        case Verdict::Enrolled: return !mounted && refusal(one).empty() ? Action::Mount : Action::None;
        case Verdict::Elsewhere:
            return !mounted && may_move(one.config) && refusal(one).empty() && record->cluster == one.config.cluster ? Action::Mount : Action::None;
        case Verdict::Excluded:
        case Verdict::Unreadable:
        case Verdict::Duplicate:
        case Verdict::InUse:
        case Verdict::Damaged:
        case Verdict::Foreign:
        case Verdict::Suspect: return Action::None;
    }
    return Action::None;
}

void hold(PlanEntry& entry, std::string sentence)
{
    entry.action = Action::None;
    entry.judgement.reasons.push_back({.code = ReasonCode::Ambiguous, .sentence = std::move(sentence), .offset = {}, .bytes = {}, .tool = "footing", .error = 0});
}

/// How strong a disk's claim to its mount point is. A disk that nothing is done to, and that isn't there, has none.
/// Of two enrolled ones with a bay's label (one was moved, and another put in its place) that in the bay is the stronger.
int claim(const PlanEntry& entry)
{
    if (!entry.seen.mounted_at.empty()) return 5;
    switch (entry.action) {
        case Action::Mount:
            if (entry.judgement.verdict != Verdict::Enrolled) return 2;
            return entry.label == bay_of(entry.seen.disk) ? 4 : 3;
        case Action::Resume:
        case Action::Enroll: return 1;
        case Action::None: return 0;
    }
    return 0;
}

/// The first disk whose label nobody knows now: it could be any number.
const PlanEntry* one_that_cannot_be_read(const Plan& plan)
{
    const auto found = std::ranges::find_if(plan.disks, [](const PlanEntry& entry) {
        return !entry.seen.ledger_read && entry.judgement.verdict != Verdict::Excluded;
    });
    return found == plan.disks.end() ? nullptr : &*found;
}

/// A new disk that got a number is held while another's number isn't known: given twice, both would be held later.
void hold_the_numbered(Plan& plan, const std::vector<DiskRule>& rules)
{
    const PlanEntry* unread = one_that_cannot_be_read(plan);
    if (unread == nullptr) return;
    for (auto& entry : plan.disks) {
        const DiskRule* rule = select_rule(rules, entry.seen.disk);
        if (entry.action == Action::Enroll && rule != nullptr && rule->label.find("{index}") != std::string::npos)
            hold(entry, fmt::format("its label wants {{index}}, and {} may have any: it isn't readable now", unread->seen.disk.path));
    }
}

/// Two disks with equal claims to one mount point: nobody gets it. A label that can't be made: nothing is done.
void hold_the_ambiguous(Plan& plan)
{
    std::vector<int> claims;
    for (const auto& entry : plan.disks) claims.push_back(claim(entry));
    for (auto& entry : plan.disks) {
        if (entry.action == Action::None) continue;
        if (entry.label.find("{bay}") != std::string::npos) hold(entry, "its label wants {bay}, and its bay isn't known");
        else if (!is_safe_label(with_field(entry.label, "{id8}", "00000000"))) hold(entry, fmt::format("its label would be '{}', which can't be the name of a folder", entry.label));
        if (entry.mount_point.find("{id8}") != std::string::npos) continue;
        for (std::size_t i = 0; i < plan.disks.size(); ++i) {
            const PlanEntry& other = plan.disks[i];
            const bool as_strong = claims[i] >= claims[static_cast<std::size_t>(&entry - plan.disks.data())];
            if (&other != &entry && as_strong && other.mount_point == entry.mount_point && entry.action != Action::None)
                hold(entry, fmt::format("{} has the same mount point, {}", other.seen.disk.path, entry.mount_point));
        }
    }
}

}  // namespace

Plan make_plan(const std::vector<Observation>& seen, const Config& config, const Circumstances& circumstances)
{
    std::vector<Case> cases;
    std::set<std::string> labels;
    for (const auto& observation : seen) {
        cases.push_back({observation, select_rule(config.disks, observation.disk), config, circumstances, {}, {}, false});
        if (const auto* record = observation.ledger.newest()) labels.insert(record->label);
    }
    find_twins(cases);
    apply_brake(cases);

    Plan plan;
    plan.in_service = is_in_service(cases);
    for (const auto& one : cases) {
        PlanEntry entry;
        entry.seen = one.seen;
        entry.judgement = judge(one);
        entry.action = action_for(one, entry.judgement.verdict);
        if (entry.judgement.verdict == Verdict::Interrupted)
            std::ranges::move(objections(one), std::back_inserter(entry.judgement.reasons));
        if (entry.judgement.verdict == Verdict::Elsewhere || entry.judgement.verdict == Verdict::Enrolled)
            std::ranges::move(refusal(one), std::back_inserter(entry.judgement.reasons));
        // What a drive that can't be asked may be counts in its role's share: services must not start as if it weren't there.
        const bool unreadable = entry.judgement.verdict == Verdict::Unreadable;
        if (const DiskRule* possible = possible_rule(config.disks, one.seen.disk); one.rule == nullptr && unreadable && possible != nullptr) {
            entry.rule = possible->name;
            entry.role = possible->role;
        }
        if (one.rule != nullptr && entry.judgement.verdict != Verdict::Excluded) {
            entry.rule = one.rule->name;
            entry.role = one.rule->role;
            if (const auto* record = one.seen.ledger.newest()) entry.label = record->label;
            else if (entry.judgement.verdict == Verdict::Blank) entry.label = new_label(*one.rule, one.seen.disk, labels);
            if (can_be_a_folder(entry.label)) entry.mount_point = mount_point_of(*one.rule, entry.label);
            if (entry.label.find('{') == std::string::npos) labels.insert(entry.label);
        } else if (one.rule != nullptr) {
            entry.rule = one.rule->name;
        }
        plan.disks.push_back(std::move(entry));
    }
    hold_the_numbered(plan, config.disks);
    hold_the_ambiguous(plan);
    return plan;
}

}  // namespace footing
