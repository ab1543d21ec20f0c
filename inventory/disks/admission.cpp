#include "inventory/disks/admission.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/identity/drive_keys.hpp"

namespace footing::inventory {

namespace {

using wire::AdmissionDecision;

struct Said {
    AdmissionDecision decision;
    const char* code;
    std::string sentence;
    bool counted = false;  // against the brake
};

Said restored(const std::string& name, const std::string& until, const AdmissionFacts& facts)
{
    return {AdmissionDecision::Wait, "restored",
            fmt::format("this inventory was restored from a copy at {} and may not know whose drive {} is now: it waits until {}, or until an"
                        " admin releases the drive of a machine that is off", facts.restored, name, until)};
}

Said decide(const wire::AdmissionDrive& drive, const DriveMemory& memory, const AdmissionFacts& facts,
            std::uint64_t formats, std::size_t of_this_key)
{
    const std::string name = name_of(drive.identity, drive.path);
    if (!facts.quarantined.empty())
        return {AdmissionDecision::Refuse, "quarantined",
                fmt::format("machine {} is quarantined: {}", facts.machine_id, facts.quarantined)};
    if (of_this_key > 1)
        return {AdmissionDecision::Refuse, "duplicate",
                fmt::format("drive {} is named {} times in this request", name, of_this_key)};
    if (!memory.promised_to.empty())
        return {drive.action == "adopt" ? AdmissionDecision::Wait : AdmissionDecision::Refuse, "two_machines",
                fmt::format("drive {} is machine {}'s until that one reports without it, or an admin releases it", name,
                            fmt::join(memory.promised_to, ", "))};
    if (!memory.also_live_in.empty())
        // A disk that is carried from one machine to another is in both until the first has said that it is gone.
        return {drive.action == "adopt" ? AdmissionDecision::Wait : AdmissionDecision::Refuse, "two_machines",
                fmt::format("drive {} is also in machine {}", name, fmt::join(memory.also_live_in, ", "))};
    if (!memory.other_boot.empty())
        return {AdmissionDecision::Wait, "other_boot",
                fmt::format("drive {} is machine {}'s in boot {} on other hardware, last heard of {}: until that is silent for long, or an admin"
                            " releases the drives of a machine that is off or whose board was changed", name, facts.machine_id,
                            memory.other_boot, memory.other_boot_heard.empty() ? "never" : "at " + memory.other_boot_heard)};
    if (drive.action == "adopt") {
        if (!memory.has_identity)
            return {AdmissionDecision::Refuse, "no_identity", fmt::format("drive {} has no identity to remember it by", name)};
        if (!facts.adoptions_wait_until.empty() && !memory.released) return restored(name, facts.adoptions_wait_until, facts);
        return {AdmissionDecision::Admit, "admitted", "no other live machine holds it"};
    }
    if (!memory.enrolled.empty() && (drive.action == "enroll" || memory.admitted <= memory.enrolled))
        return {AdmissionDecision::Refuse, "was_enrolled",
                fmt::format("drive {} was enrolled in machine {} on {} and now asks for '{}'", name,
                            memory.enrolled_where, memory.enrolled, drive.action)};
    if (!facts.formats_wait_until.empty()) return restored(name, facts.formats_wait_until, facts);
    if (memory.admitted_this_boot)
        return {AdmissionDecision::Admit, "admitted", "admitted before in this boot"};
    if (drive.action == "resume" && !memory.admitted.empty())
        return {AdmissionDecision::Admit, "admitted", fmt::format("goes on from the admission of {}", memory.admitted)};
    if (facts.formats_per_hour != 0 && formats >= facts.formats_per_hour)
        return {AdmissionDecision::Wait, "brake",
                fmt::format("{} formats were admitted in {} in the last hour, {} are allowed", formats,
                            facts.room.empty() ? "machines without a room" : "room " + facts.room,
                            facts.formats_per_hour)};
    return {AdmissionDecision::Admit, "admitted", "never seen enrolled", true};
}

}  // namespace

wire::AdmissionAnswer decide_admission(const wire::AdmissionRequest& request, const AdmissionFacts& facts)
{
    wire::AdmissionAnswer answer{facts.machine_id, {}, 0};
    std::uint64_t formats = facts.formats_last_hour;
    for (std::size_t i = 0; i < request.drives.size(); ++i) {
        const auto& drive = request.drives[i];
        const auto same = std::ranges::count(facts.drives, facts.drives[i].key, &DriveMemory::key);
        const Said said = decide(drive, facts.drives[i], facts, formats, static_cast<std::size_t>(same));
        formats += said.counted;
        if (said.decision == AdmissionDecision::Wait)
            answer.ask_again_s = std::clamp<std::uint64_t>(facts.oldest_format_ends_s, 10, 600);
        answer.drives.push_back({drive.path, drive.identity, said.decision, said.code, said.sentence});
    }
    return answer;
}

}  // namespace footing::inventory
