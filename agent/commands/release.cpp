#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"
#include "agent/commands/use_permit.hpp"
#include "agent/detect/proof_reads.hpp"
#include "agent/model/version.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/run_lock.hpp"
#include "agent/release/permit_check.hpp"
#include "agent/release/refusal.hpp"
#include "agent/release/release.hpp"
#include "agent/report/build_report.hpp"
#include "agent/report/deliver.hpp"
#include "agent/run/act.hpp"
#include "agent/run/look_anew.hpp"
#include "agent/start/start.hpp"

namespace footing::commands {
namespace {

struct Wish {
    std::string disk;
    std::string serial;
    std::string permit_file;
    bool dry_run = false;
    std::optional<permits::Permit> permit;  // from the file; its drive's serial number is `serial` then
};

/// The one drive that people mean by that word: two are an error that names both.
Result<PlanEntry> find_one(const Plan& plan, const std::string& name)
{
    std::vector<PlanEntry> found;
    std::ranges::copy_if(plan.disks, std::back_inserter(found), [&](const PlanEntry& entry) { return is_called(entry, name); });
    if (found.empty()) return fail(ErrorKind::Refuse, "no drive here is called '" + name + "' (see 'footing detect')");
    if (found.size() > 1)
        return fail(ErrorKind::Refuse, fmt::format("'{}' is both {} and {}", name, found[0].seen.disk.path, found[1].seen.disk.path));
    return found.front();
}

/// The places that the proof reads on every disk of that size; its random samples are nobody's evidence.
std::vector<Piece> fixed_places(const Disk& disk, Proof proof)
{
    proof.samples = 0;
    std::vector<Piece> pieces;
    for (const auto& range : proof_ranges(disk.size, proof, 0)) pieces.push_back({range.offset, range.size});
    return pieces;
}

ReleaseOpinion opinion_about(const Disk& disk, const Session& session, const Look& look)
{
    return {[&disk] { return describe_anew(disk); },
            [&disk, &session](const os::BlockDevice& device) { return look_anew(device, disk, session.config, Claim::Ours); },
            [&session, &look](const Observation& seen) { return judge_alone(seen, session.config, look.circumstances); }};
}

/// What would be destroyed: reads, and writes nothing anywhere.
Result<void> rehearse(const PlanEntry& entry, const Session& session, ReleaseRecord& record)
{
    const Disk& disk = entry.seen.disk;
    auto device = os::BlockDevice::open(disk.path, os::Access::Read);
    if (!device) return std::unexpected(device.error());
    if (auto locked = device->lock(os::Lock::Shared); !locked) return locked;
    auto first = first_bytes(*device);
    if (!first) return std::unexpected(first.error());
    auto image = take_pre_image(*device, fixed_places(disk, session.config.proof), session.config.proof.fill, "", {});
    if (!image) return std::unexpected(image.error());
    record.first_bytes = *first;
    record.pre_image = std::move(*image);
    record.begun_at = os::rfc3339_now();
    record.state = "would be released";
    return {};
}

/// On a diskless machine the record lies in memory: the inventory has it before the first wipe, and again at the end.
/// What can't be told now, the next report tells. A report that is older than another takes the record along too.
void tell_of_release(const Session& session, Look look)
{
    constexpr std::chrono::seconds patience{10};
    if (!session.config.inventory) return;
    if (auto noted = note_absent(session, look); !noted) complain(noted.error().message);
    const auto services = look_at_services(session.config.services, look.plan);
    const auto answer = report::build_report(session.config, look.plan, look.stages, services, look.sequence, look.noted).and_then([&](const wire::Report& report) {
        return report::tell(*session.config.inventory, report, patience);
    });
    if (!answer && answer.error().kind != ErrorKind::Hold) complain("the inventory doesn't know of this release yet: " + answer.error().message);
}

/// The wipe may take a day, and needs no more than its own drive: other runs go on then.
Result<void> carry_out(const PlanEntry& entry, const Session& session, const Look& look, const Wish& wish, std::optional<os::RunLock>& alone,
                       ReleaseRecord& record)
{
    const Disk& disk = entry.seen.disk;
    auto device = os::BlockDevice::open(disk.path, os::Access::Write);
    if (!device) return std::unexpected(device.error());
    if (auto locked = device->lock(os::Lock::Exclusive); !locked) return locked;
    const ReleaseOrder order{disk, wish.serial, fixed_places(disk, session.config.proof), session.config.proof.window.count, session.config.proof.fill,
                             session.config.release.folder, session.config.release.pre_image_at_most,
                             [&](const ReleaseRecord& so_far) -> Result<void> {
                                 if (wish.permit)
                                     if (auto used = use_permit(*wish.permit, so_far, session); !used) return used;
                                 alone.reset();
                                 return {};
                             },
                             [&] { tell_of_release(session, look); }};
    Progress progress;
    return release(*device, order, opinion_about(disk, session, look), [&](const std::string& what) { progress(disk, what); }, record);
}

Result<void> decide(const PlanEntry& entry, const Session& session, const Look& look, const Wish& wish, std::optional<os::RunLock>& alone,
                    ReleaseRecord& record)
{
    if (wish.permit)
        if (auto good = check_permit_here(*wish.permit, entry.seen.disk, session); !good) return good;
    if (auto no = why_not_released(entry.seen, entry.judgement, wish.serial)) return fail(ErrorKind::Hold, *no);
    if (is_blank_already(entry.judgement)) {
        record.state = "blank";
        return {};
    }
    if (!look.circumstances.prober_trusted) return fail(ErrorKind::Hold, "the prober did not recognise what it must, so nothing is wiped");
    if (!wish.dry_run) return carry_out(entry, session, look, wish, alone, record);
    if (auto done = rehearse(entry, session, record); !done) return done;
    return wish.permit ? same_evidence(*wish.permit, record.pre_image.evidence) : Result<void>();
}

std::string sentence_of(const ReleaseRecord& record)
{
    if (record.state == "blank") return "it is proved blank already: nothing had to be done";
    const PreImage& image = record.pre_image;
    if (record.state == "would be released")
        return fmt::format("all {} would be overwritten. Where the proof reads, {} bytes aren't blank; it begins with {}. Evidence {}",
                           to_string(record.disk.size), image.nonblank, record.first_bytes.substr(0, 47), image.evidence);
    return fmt::format("released: all {} are overwritten and proved blank. The {} bytes that weren't blank where the proof reads are in {}{}",
                       to_string(record.disk.size), image.nonblank, image.file,
                       image.kept == image.nonblank ? "" : fmt::format(", {} of them (release.pre_image_at_most)", image.kept));
}

/// One of the two says whose permission it is.
Result<void> read_permission(Wish& wish)
{
    if (wish.permit_file.empty()) return {};
    auto permit = read_permit(wish.permit_file);
    if (!permit) return std::unexpected(permit.error());
    wish.serial = permit->drive.serial;
    wish.permit = std::move(*permit);
    return {};
}

int run_release(const Common& common, Wish& wish)
{
    int status = AllAsWanted;
    if (auto read = read_permission(wish); !read) {
        complain(read.error().message);
        return Failed;
    }
    std::optional<os::RunLock> alone;
    if (!wish.dry_run) {
        auto taken = os::RunLock::take(os::run_lock_path, os::run_lock_patience, complain);
        if (!taken) {
            complain("nothing is released: " + taken.error().message);
            return Failed;
        }
        alone = std::move(*taken);
    }
    const auto seen = begin_with_a_look(common, Progress(), status);
    if (!seen) return status;
    auto entry = find_one(seen->look.plan, wish.disk);
    if (!entry) {
        complain(entry.error().message);
        return Failed;
    }
    ReleaseRecord record;
    record.disk = entry->seen.disk;
    record.judgement = entry->judgement;
    record.signatures = entry->seen.signatures;
    record.permit = wish.permit;
    record.by = who_asks();
    record.boot_id = os::boot_id();
    auto done = decide(*entry, seen->session, seen->look, wish, alone, record);
    if (!done) {
        if (record.state == "begun") record.state = "refused";
        record.error = done.error().message;
        complain(fmt::format("{} is not released: {}", record.disk.path, record.error));
    }
    if (record.state == "released" || record.state == "failed")
        if (const auto now = look(seen->session, [](const Disk&, const std::string&) {})) tell_of_release(seen->session, *now);
    if (common.json) {
        auto answer = to_json_record(record);
        answer["generated_by"] = generated_by;
        print_json(answer);
    } else if (done) {
        fmt::print("{} (serial {}): {}\n", record.disk.path, record.disk.identity.serial, sentence_of(record));
        if (wish.dry_run)
            for (const auto& reason : record.judgement.reasons) fmt::print("    {}\n", reason.sentence);
    }
    return done ? AllAsWanted : Failed;
}

}  // namespace

void add_release(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("release", "DESTROY what lies on one drive that isn't enrolled, so that it can be; asks no question");
    add_common(*command, common);
    auto wish = std::make_shared<Wish>();
    command->add_option("DISK", wish->disk, "Path, kernel name, serial number, WWN, label or disk id")->required();
    auto* permission = command->add_option_group("permission", "Who says so");
    permission->add_option("--serial", wish->serial, "Its serial number, as it stands on its label");
    permission->add_option("--permit", wish->permit_file, "A permit that the inventory signed for this drive, '-' for standard input")->type_name("FILE");
    permission->require_option(1);
    command->add_flag("--dry-run", wish->dry_run, "Say what would be destroyed; write nothing");
    command->footer("The whole drive is overwritten and proved blank; the next 'footing apply' enrolls it. Cut short, the drive stays\n"
                    "held and the same command goes on.\n\n"
                    "Exit status: 0 released (or blank already), 1 refused or failed.\n\nExamples:\n"
                    "  footing release /dev/sdc --serial ZL2A0Q7X --dry-run\n  footing release /dev/sdc --serial ZL2A0Q7X\n  footing release /dev/sdc --permit permit.json");
    command->callback([&common, &status, wish] { status = run_release(common, *wish); });
}

}  // namespace footing::commands
