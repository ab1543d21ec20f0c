#include "inventory/intake/admission.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/disks/admission.hpp"
#include "inventory/identity/hardware.hpp"
#include "inventory/intake/boots.hpp"
#include "inventory/intake/doubts.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/store/admissions.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/store/listening.hpp"
#include "inventory/store/rights.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t most_drives = 4096;
constexpr auto brake_window = std::chrono::hours(1);

struct Remembered {
    std::string disk_id;            // under which the answer is recorded
    std::vector<std::string> keys;  // by which the right to it is given; none without an identity
    DriveMemory memory;
};

Remembered remember(Sql& sql, const wire::AdmissionDrive& drive, const wire::AdmissionRequest& request,
                    const std::string& machine_id, OtherBoots& boots, const IntakeRules& rules, Instant now)
{
    const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
    const std::string without = place_key(machine_id, drive.path);
    const bool has_identity = !keys.primary().empty();
    Remembered out;
    out.disk_id = file_disk(sql, keys, without, drive.identity, drive.size, now, Told::NoNews);
    // Any key is enough to remember a drive by: a bridge that hides the model must not make it a new one.
    const auto ids = disks_with(sql, has_identity ? keys.all() : std::vector{without});
    out.memory.has_identity = has_identity;
    out.memory.key = has_identity ? keys.primary() : without;
    out.memory.admitted = last_admitted(sql, ids);
    out.memory.admitted_this_boot = admitted_in_boot(sql, ids, machine_id, request.boot_id, drive.action);
    if (!has_identity) return out;
    out.keys = keys.all();
    out.memory.promised_to = other_rights(sql, out.keys, ids, machine_id);
    for (const auto& right : own_rights(sql, out.keys, ids, machine_id))
        if (const auto heard = boots.alive(right.boot_id)) {
            out.memory.other_boot = right.boot_id;
            out.memory.other_boot_heard = *heard;
        }
    if (const auto restored = listening(sql, rules.live_for, now).restored) out.memory.released = was_released(sql, ids, *restored);
    for (const auto& id : ids) {
        const auto row = disk(sql, id);
        if (row && !row->enrolled_at.empty() && (out.memory.enrolled.empty() || row->enrolled_at < out.memory.enrolled)) {
            out.memory.enrolled = row->enrolled_at;
            out.memory.enrolled_where = row->enrolled_in;
        }
        std::ranges::move(other_holders(sql, id, machine_id, Heard::Since, boots.silent_before()),
                          std::back_inserter(out.memory.also_live_in));
    }
    std::ranges::sort(out.memory.also_live_in);
    const auto [first, last] = std::ranges::unique(out.memory.also_live_in);
    out.memory.also_live_in.erase(first, last);
    return out;
}

/// What of the request says where the machine stands. A machine that hears no neighbour yet hasn't moved.
Facts where_facts(const wire::AdmissionRequest& request)
{
    Facts facts;
    if (request.system.status == wire::SectionStatus::Ok) facts["system"] = wire::write(request.system.data);
    if (request.neighbours.status == wire::SectionStatus::Ok) facts["neighbours"] = wire::write(request.neighbours.data);
    if (!facts.empty()) facts["identity"] = wire::write(request.machine);
    return facts;
}

/// What was admitted since the copy was made is under way for an hour at most, and counts against the brake as long. Whoever
/// has mounted a drive since has said so by `live_for`.
void wait_after_restoration(Sql& sql, AdmissionFacts& facts, const IntakeRules& rules, Instant now)
{
    const auto restored = listening(sql, rules.live_for, now).restored;
    if (!restored) return;
    facts.restored = to_string(*restored);
    if (now < *restored + rules.live_for) facts.adoptions_wait_until = to_string(*restored + rules.live_for);
    if (now < *restored + brake_window) facts.formats_wait_until = to_string(*restored + brake_window);
}

}  // namespace

Result<void> check(const wire::AdmissionRequest& request)
{
    if (request.boot_id.empty() || wire::characters(request.boot_id) > 128)
        return fail(ErrorKind::Refuse, "/boot_id is wrong, expected 1 to 128 characters");
    if (request.drives.size() > most_drives)
        return fail(ErrorKind::Refuse, "/drives is wrong, expected 4096 drives at most");
    for (std::size_t i = 0; i < request.drives.size(); ++i)
        if (const auto& action = request.drives[i].action; action != "enroll" && action != "resume" && action != "adopt")
            return fail(ErrorKind::Refuse,
                        fmt::format("/drives/{}/action is '{}', expected enroll, resume or adopt", i, action));
    return {};
}

std::vector<IdentityClaim> claims_of(const wire::AdmissionRequest& request, const IntakeRules& rules)
{
    std::vector<wire::DriveIdentity> identities;
    for (const auto& drive : request.drives) identities.push_back(drive.identity);
    return identity_claims({request.machine, request.macs, identities, "", {}, request.neighbours.data}, rules.placeholders);
}

wire::AdmissionAnswer take_admission(Sql& sql, const wire::AdmissionRequest& request, const IntakeRules& rules,
                                     Instant now, const std::string& named)
{
    const auto asking = claims_of(request, rules);
    const auto known = recognise_machine(sql, asking, request.boot_id, now, named);
    for (const auto& event : known.events)
        if (event.kind == "board_replaced") record(sql, event, now);
    // Drives become the machine's only by a report: here it names just the ones it asks for.
    const auto claims = identity_claims(request.machine, request.macs, {}, rules.placeholders);
    let_others_tell_again(sql, known.id, claims);
    record_claims(sql, known.id, claims, {}, now);
    record_boot(sql, known.id, request.boot_id, 0, hardware_of(asking), now);
    touch_machine(sql, known.id, now);
    if (const Facts heard = where_facts(request); !heard.empty()) {
        (void)observe(sql, known.id, heard, now);
        (void)locate(sql, known.id, rules, now);
    }

    AdmissionFacts facts;
    facts.machine_id = known.id;
    facts.quarantined = known.quarantine;
    const Facts place = facts_at(sql, known.id);
    if (const auto room = place.find("location.room"); room != place.end()) facts.room = room->second;
    facts.formats_per_hour = rules.formats_per_hour_per_room;
    const auto formats = formats_since(sql, facts.room, now - brake_window);
    facts.formats_last_hour = formats.count;
    if (const auto oldest = parse_instant(formats.oldest))
        facts.oldest_format_ends_s = static_cast<std::uint64_t>(std::max<long long>(
            0, std::chrono::ceil<std::chrono::seconds>(*oldest + brake_window - now).count()));

    wait_after_restoration(sql, facts, rules, now);

    OtherBoots boots(sql, request.boot_id, hardware_of(asking), rules, now);
    std::vector<std::string> disk_ids;
    std::vector<std::vector<std::string>> keys;
    for (const auto& drive : request.drives) {
        auto remembered = remember(sql, drive, request, known.id, boots, rules, now);
        disk_ids.push_back(std::move(remembered.disk_id));
        keys.push_back(std::move(remembered.keys));
        facts.drives.push_back(std::move(remembered.memory));
    }
    auto answer = decide_admission(request, facts);
    for (std::size_t i = 0; i < request.drives.size(); ++i) {
        const auto& asked = request.drives[i];
        record_admission(sql, {known.id, request.boot_id, disk_ids[i], asked.path, asked.action, asked.evidence,
                               wire::word_of(answer.drives[i].decision), answer.drives[i].code, facts.room, "", ""}, now);
        const auto& said = answer.drives[i];
        if (said.decision == wire::AdmissionDecision::Admit)
            take_right(sql, keys[i], {disk_ids[i], known.id, request.boot_id, request.sequence}, now);
        forget_probes(sql, known.id);  // what comes of it, a whole report must say
        if (said.code == "was_enrolled") raise_alarm(sql, alarm_looks_blank, disk_ids[i], known.id, said.sentence, now);
        if (said.code == "two_machines") raise_alarm(sql, alarm_two_machines, disk_ids[i], known.id, said.sentence, now);
    }
    return answer;
}

}  // namespace footing::inventory
