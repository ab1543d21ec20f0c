#include "agent/model/plan.hpp"

namespace footing {

std::string to_string(Verdict verdict)
{
    switch (verdict) {
        case Verdict::Excluded: return "excluded";
        case Verdict::Unreadable: return "unreadable";
        case Verdict::Duplicate: return "duplicate";
        case Verdict::InUse: return "in_use";
        case Verdict::Enrolled: return "enrolled";
        case Verdict::Elsewhere: return "elsewhere";
        case Verdict::Damaged: return "damaged";
        case Verdict::Interrupted: return "interrupted";
        case Verdict::Foreign: return "foreign";
        case Verdict::Suspect: return "suspect";
        case Verdict::Blank: return "blank";
    }
    return "unknown";
}

std::string to_string(Action action)
{
    switch (action) {
        case Action::None: return "none";
        case Action::Enroll: return "enroll";
        case Action::Resume: return "resume";
        case Action::Mount: return "mount";
    }
    return "unknown";
}

std::string to_string(Outcome outcome)
{
    switch (outcome) {
        case Outcome::NotRun: return "none";
        case Outcome::Enrolled: return "enrolled";
        case Outcome::Mounted: return "mounted";
        case Outcome::Held: return "held";
        case Outcome::Waiting: return "waiting";
        case Outcome::Failed: return "failed";
    }
    return "unknown";
}

Verdict verdict_since(const PlanEntry& entry)
{
    return entry.outcome == Outcome::Enrolled ? Verdict::Enrolled : entry.judgement.verdict;
}

std::string disk_id_of(const PlanEntry& entry)
{
    const LedgerRecord* record = entry.seen.ledger.newest();
    if (record != nullptr && record->state == LedgerState::Committed) return to_string(record->disk_id);
    return entry.outcome == Outcome::Enrolled ? entry.seen.filesystem.uuid : std::string{};
}

}  // namespace footing
