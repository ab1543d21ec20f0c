#include <doctest/doctest.h>

#include <cerrno>

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <tuple>

#include "tests/unit/agent/judge/builders.hpp"

using namespace footing;
using namespace footing::test;

namespace {

Verdict verdict(const Observation& seen, const Config& config = config_with_one_rule()) { return judged(seen, config).verdict; }

Reason io_error() { return {ReasonCode::IoError, "read 4096 bytes at 0", 0, "", "kernel", 5}; }

}  // namespace

TEST_CASE("a disk that is proved blank is blank")
{
    const auto judgement = judged(disk("sda").blank());
    CHECK(judgement.verdict == Verdict::Blank);
    CHECK(judgement.reasons.size() == 1);
    CHECK(judgement.reasons[0].code == ReasonCode::ProvedBlank);
}

TEST_CASE("no part of the proof may be missing: each one taken away leaves no blank disk")
{
    const std::vector<std::function<void(Observation&)>> gaps{
        [](Observation& o) { o.opened = false; },
        [](Observation& o) { o.ledger_read = false; },
        [](Observation& o) { o.gpt_read = false; },
        [](Observation& o) { o.probed = false; },
        [](Observation& o) { o.blank.attempted = false; },
        [](Observation& o) { o.blank.complete = false; },
        [](Observation& o) { o.blank.nonblank_offset = 7; },
        [](Observation& o) { o.problems.push_back(io_error()); },
        [](Observation& o) { o.locked = true; },
        [](Observation& o) { o.busy = true; },
        [](Observation& o) { o.signatures.push_back({"xfs", false, 0, "libblkid"}); },
        [](Observation& o) { o.gpt.mbr = Gpt::Mbr::Protective; },
        [](Observation& o) { o.gpt.mbr = Gpt::Mbr::Other; },
        [](Observation& o) { o.gpt.primary.kind = GptCopy::Kind::Valid; },
        [](Observation& o) { o.gpt.primary.kind = GptCopy::Kind::Damaged; },
        [](Observation& o) { o.gpt.backup.kind = GptCopy::Kind::Valid; },
        [](Observation& o) { o.gpt.backup.kind = GptCopy::Kind::Damaged; },
        [](Observation& o) { o.ledger.slots[0].kind = LedgerSlot::Kind::Other; },
        [](Observation& o) { o.ledger.slots[1].kind = LedgerSlot::Kind::Corrupt; },
        [](Observation& o) { o.disk.partitions.push_back({"sda1", 1, 1_MiB, 1_GiB, "8:1"}); },
        [](Observation& o) { o.disk.holders = {"dm-0"}; },
        [](Observation& o) { o.disk.swaps = {"/dev/sda"}; },
        [](Observation& o) { o.disk.mounts = {{"8:0", "/mnt"}}; },
        [](Observation& o) { o.disk.identity = {}; },
        [](Observation& o) { o.disk.read_only = true; },
        [](Observation& o) { o.disk.removable = true; },
        [](Observation& o) { o.disk.hidden = true; },
        [](Observation& o) { o.disk.zoned = "host-managed"; },
        [](Observation& o) { o.disk.folded_into = "dm-1"; },
        [](Observation& o) { o.disk.paths = {"sda", "sdb"}; o.disk.other_path = "sdb"; },
        [](Observation& o) { o.disk.size = 0_B; },
        [](Observation& o) { o.disk.size = 100_MiB; },
    };
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        CAPTURE(i);
        CHECK(verdict(disk("sda").blank().change(gaps[i])) != Verdict::Blank);
        const auto plan = planned({disk("sda").blank().change(gaps[i])});
        CHECK(plan.disks[0].action == Action::None);
    }
}

TEST_CASE("an observation that says nothing is unreadable, never blank")
{
    Observation nothing;
    nothing.disk = Observation(disk("sda")).disk;
    CHECK(verdict(nothing) == Verdict::Unreadable);
}

TEST_CASE("excluded: by no rule, by its rule, by what the kernel says")
{
    CHECK(verdict(disk("sda").blank().transport("usb")) == Verdict::Excluded);
    CHECK(verdict(disk("sda").blank().transport("loop")) == Verdict::Excluded);
    Config config = config_with_one_rule();
    config.disks[0].exclude = true;
    CHECK(verdict(disk("sda").blank(), config) == Verdict::Excluded);
    CHECK(has_reason(judged(disk("sda").blank().size(511_MiB)), ReasonCode::TooSmall));
    CHECK(verdict(disk("sda").blank().change([](Observation& o) { o.disk.read_only = true; })) == Verdict::Excluded);
}

TEST_CASE("size 0: a removable drive without a medium is excluded, a fixed one that a rule may mean is sick")
{
    const auto without_medium = [](Observation& o) { o.disk.size = 0_B; };
    const auto no_card = [](Observation& o) { o.disk.size = 0_B; o.disk.removable = true; };
    Config config = config_with_one_rule();
    config.disks[0].match.min_size = 1_TiB;
    const Judgement sick = judged(disk("sda").blank().change(without_medium), config);
    CHECK(sick.verdict == Verdict::Unreadable);
    CHECK(has_reason(sick, ReasonCode::SizeZero));
    CHECK(verdict(disk("sda").blank().transport("usb").change(without_medium), config) == Verdict::Excluded);
    config.disks[0].match.removable = true;
    const Judgement empty = judged(disk("sda").blank().change(no_card), config);
    CHECK(empty.verdict == Verdict::Excluded);
    CHECK(has_reason(empty, ReasonCode::SizeZero));
}

TEST_CASE("a fact that can't be read makes a drive unreadable, whatever a rule would have asked of it")
{
    const auto unread = [](const char* attribute, int error) { return [=](Observation& o) { o.disk.unread = {{attribute, error}}; }; };
    Config config = config_with_one_rule();
    config.disks[0].match.min_size = 1_TiB;
    config.disks[0].match.rotational = true;
    for (const char* attribute : {"size", "ro", "queue/rotational", "device/wwid", "sysfs"}) {
        const Judgement judgement = judged(disk("sda").blank().change(unread(attribute, EIO)), config);
        CHECK(judgement.verdict == Verdict::Unreadable);
        CHECK(judgement.reasons[0].error == EIO);
        CHECK(judgement.reasons[0].sentence.find(attribute) != std::string::npos);
        CHECK(verdict(disk("sda").enrolled().change(unread(attribute, EMFILE)), config) == Verdict::Unreadable);
    }
    CHECK(has_reason(judged(disk("sda").blank().change(unread("sysfs", ETIMEDOUT))), ReasonCode::TimedOut));
    config.disks[0].match.path = {"/dev/sdb"};
    CHECK(verdict(disk("sda").blank().change(unread("size", EIO)), config) == Verdict::Excluded);
    CHECK(verdict(disk("loop7").transport("loop").change(unread("size", EIO))) == Verdict::Excluded);
    config = config_with_one_rule();
    config.disks.insert(config.disks.begin(), config.disks[0]);
    config.disks[0].exclude = true;
    config.disks[0].match.path = {"/dev/sda"};
    CHECK(verdict(disk("sda").blank().change(unread("size", EIO)), config) == Verdict::Excluded);
}

TEST_CASE("a multipath device that lost all its paths may be a disk in service: unreadable, and never left out")
{
    const auto without_paths = [](Observation& o) { o.disk.unread = {{"slaves", ENODEV}}; o.disk.identity = {}; o.opened = o.ledger_read = false; };
    const Observation lost = disk("dm-a").transport("dm").mounted("/srv/node/d15csda").change(without_paths);
    Config config = config_with_one_rule();
    CHECK(verdict(lost, config) == Verdict::Unreadable);
    CHECK(planned({lost}, config).disks[0].role == "object");
    config.disks[0].match.transport = {};
    CHECK(verdict(lost, config) == Verdict::Unreadable);
    config.disks[0].match.path = {"/dev/sd*"};
    CHECK(verdict(lost, config) == Verdict::Excluded);
}

TEST_CASE("a rule that excludes drives by what isn't known of this one doesn't exclude it, unless no other rule can mean it")
{
    Config config = config_with_one_rule();
    config.disks.insert(config.disks.begin(), DiskRule{});
    config.disks[0].exclude = true;
    config.disks[0].match.serial = {"ROOT"};
    const Observation sick = disk("sda").blank().change([](Observation& o) { o.disk.unread = {{"device/wwid", EIO}}; });
    CHECK(verdict(sick, config) == Verdict::Unreadable);
    CHECK(planned({sick}, config).disks[0].role == "object");
    config.disks.pop_back();
    CHECK(verdict(sick, config) == Verdict::Excluded);
}

TEST_CASE("a COMMITTED disk that turned read-only is damaged: never silently excluded, never mounted")
{
    const auto read_only = [](Observation& o) { o.disk.read_only = true; };
    for (const Observation& seen : {Observation(disk("sda").enrolled().change(read_only)), Observation(disk("sda").enrolled(other_machine).change(read_only)),
                                    Observation(disk("sda").enrolled().mounted("/srv/node/d15csda").change(read_only))}) {
        const Judgement judgement = judged(seen);
        CHECK(judgement.verdict == Verdict::Damaged);
        CHECK(has_reason(judgement, ReasonCode::ReadOnly));
        CHECK(planned({seen}).disks[0].action == Action::None);
    }
    CHECK(verdict(disk("sda").intent().change(read_only)) == Verdict::Excluded);
    Observation corrupt = disk("sda").blank().change(read_only);
    corrupt.ledger.slots[0] = {LedgerSlot::Kind::Corrupt, "CRC", std::nullopt};
    CHECK(verdict(corrupt) == Verdict::Damaged);
    Observation sick = disk("sda").change(read_only);
    sick.ledger_read = false;
    sick.problems = {io_error()};
    CHECK(verdict(sick) == Verdict::Unreadable);
}

TEST_CASE("loop, ram, zram, nbd and unknown devices count only where a rule names their path, and network drives their transport")
{
    Config config = config_with_one_rule();
    config.disks[0].match.transport = {};
    for (const char* transport : {"loop", "ram", "zram", "nbd", "unknown"}) {
        config.disks[0].match.path = {};
        CHECK(verdict(disk("sda").blank().transport(transport), config) == Verdict::Excluded);
        config.disks[0].match.path = {"/dev/sd*"};
        CHECK(verdict(disk("sda").blank().transport(transport), config) == Verdict::Blank);
    }
    for (const char* transport : {"iscsi", "fc", "usb", "nvme-tcp", "nvme-loop"}) {
        config.disks[0].match = {};
        config.disks[0].match.min_size = 1_GiB;
        CHECK(verdict(disk("sda").blank().transport(transport), config) == Verdict::Excluded);
        config.disks[0].match.transport = {transport};
        CHECK(verdict(disk("sda").blank().transport(transport), config) == Verdict::Blank);
    }
    config.disks[0].match = {};
    CHECK(verdict(disk("sda").blank().transport("optical"), config) == Verdict::Excluded);
    CHECK(verdict(disk("sda").blank().transport("virtual_media"), config) == Verdict::Excluded);
}

TEST_CASE("a drive that can't be asked counts in the share of the role that it may have")
{
    Config config = config_with_one_rule();
    config.disks[0].match.min_size = 1_GiB;
    Observation hung;
    hung.disk.name = "sdb";
    hung.disk.path = "/dev/sdb";
    hung.disk.unread = {{"sysfs", ETIMEDOUT}};
    const Plan plan = make_plan({hung}, config, {});
    CHECK(plan.disks[0].judgement.verdict == Verdict::Unreadable);
    CHECK(plan.disks[0].role == config.disks[0].role);
    CHECK(plan.disks[0].mount_point.empty());
}

TEST_CASE("a drive without WWN and serial is unreadable unless its rule says identity: none")
{
    Config config = config_with_one_rule();
    const auto anonymous = disk("sda").blank().identity({"", "ACME", "HD8", "0000000000"});
    CHECK(verdict(anonymous, config) == Verdict::Unreadable);
    config.disks[0].identity = IdentityNeed::None;
    CHECK(verdict(anonymous, config) == Verdict::Blank);
}

TEST_CASE("a bad sector elsewhere does not keep an enrolled disk from being enrolled")
{
    CHECK(verdict(disk("sda").enrolled().change([](Observation& o) { o.problems.push_back(io_error()); })) == Verdict::Enrolled);
    CHECK(verdict(disk("sda").enrolled().change([](Observation& o) { o.gpt_read = false; })) == Verdict::Unreadable);
    CHECK(verdict(disk("sda").enrolled().change([](Observation& o) { o.filesystem.looked = false; })) == Verdict::Unreadable);
}

TEST_CASE("two drives with one identity, or with one disk id, are both duplicates")
{
    const auto twins = planned({disk("sda").blank(), disk("sdb").blank().identity(Observation(disk("sda")).disk.identity)});
    for (const auto& entry : twins.disks) {
        CHECK(entry.judgement.verdict == Verdict::Duplicate);
        CHECK(entry.action == Action::None);
    }
    Observation original = disk("sda").enrolled();
    Observation clone = disk("sdb").enrolled();
    clone.ledger = original.ledger;
    for (const auto& entry : planned({original, clone}).disks) {
        CHECK(entry.judgement.verdict == Verdict::Duplicate);
        CHECK(has_reason(entry.judgement, ReasonCode::DuplicateDiskId));
    }
}

TEST_CASE("two paths to one drive, one of which names no WWN, are duplicates; beside an enrolled disk that proves nothing")
{
    const Identity named{"naa.5000c500a1b2c3d4", "SEAGATE", "ST16", "ZL2A0B1C"};
    Identity unnamed = named;
    for (const char* wwn : {"", "naa.0000000000000000"}) {
        unnamed.wwn = wwn;
        for (const auto& entry : planned({disk("sda").blank().identity(named), disk("sdb").blank().identity(unnamed)}).disks)
            CHECK(entry.judgement.verdict == Verdict::Duplicate);
    }
    const auto identified = [](const char* name, const Identity& identity) {
        return disk(name).enrolled().identity(identity).change([&](Observation& o) {
            for (auto& slot : o.ledger.slots) std::tie(slot.record->wwn, slot.record->serial) = std::pair(identity.wwn, identity.serial);
        });
    };
    for (const auto& entry : planned({identified("sda", named), identified("sdb", unnamed)}).disks) CHECK(entry.judgement.verdict == Verdict::Enrolled);
    unnamed.serial = "ZL2A0B1D";
    for (const auto& entry : planned({disk("sda").blank().identity(named), disk("sdb").blank().identity(unnamed)}).disks)
        CHECK(entry.judgement.verdict == Verdict::Blank);
}

TEST_CASE("namespaces of one NVMe drive share its serial number and are no duplicates")
{
    const auto plan = planned({disk("sda").blank().identity({"eui.0025385b71b00d2e", "", "NV1", "S1"}),
                               disk("sdb").blank().identity({"eui.0025385b71b00d2f", "", "NV1", "S1"})});
    CHECK(plan.disks[0].judgement.verdict == Verdict::Blank);
    CHECK(plan.disks[1].judgement.verdict == Verdict::Blank);
}

TEST_CASE("mounted at its own mount point an enrolled disk is enrolled, anywhere else it is in use")
{
    CHECK(verdict(disk("sda").enrolled().mounted("/srv/node/d15csda")) == Verdict::Enrolled);
    CHECK(verdict(disk("sda").enrolled().mounted("/mnt")) == Verdict::InUse);
    CHECK(verdict(disk("sda").blank().mounted("/mnt")) == Verdict::InUse);
    CHECK(planned({disk("sda").enrolled().mounted("/srv/node/d15csda")}).disks[0].action == Action::None);
    CHECK(planned({disk("sda").enrolled()}).disks[0].action == Action::Mount);
}

TEST_CASE("a second mount of a disk in service is told, and takes it out of service no more than any other verdict")
{
    Observation bound = disk("sda").enrolled().mounted("/srv/node/d15csda");
    bound.disk.mounts.push_back({"8:99", "/backup"});
    CHECK(verdict(bound) == Verdict::Enrolled);
    CHECK(has_reason(judged(bound), ReasonCode::Mounted));
    bound.disk.holders = {"dm-0"};
    CHECK(verdict(bound) == Verdict::InUse);
}

TEST_CASE("a device that nobody chose can't take an enrolled disk out of service by its identity, and forbids a format")
{
    const auto same = Observation(disk("sda")).disk.identity;
    const Observation stick = disk("sdb").identity(same).transport("usb").blank();
    CHECK(planned({disk("sda").enrolled(), stick}).disks[0].action == Action::Mount);
    CHECK(planned({disk("sda").blank(), stick}).disks[0].judgement.verdict == Verdict::Duplicate);
    CHECK(planned({disk("sda").intent(), stick}).disks[0].judgement.verdict == Verdict::Duplicate);
    CHECK(planned({disk("sda").enrolled(), disk("sdb").identity(same).blank()}).disks[0].judgement.verdict == Verdict::Duplicate);
}

TEST_CASE("a disk of another cluster or machine is elsewhere, and mounted only if moved_disks says so")
{
    Config config = config_with_one_rule();
    const auto moved = disk("sda").enrolled(other_machine);
    const auto stranger = disk("sda").enrolled(this_machine, "ams-2");
    CHECK(verdict(moved) == Verdict::Elsewhere);
    CHECK(verdict(stranger) == Verdict::Elsewhere);
    for (const auto on_moved : {OnMoved::Hold, OnMoved::Ask}) {
        config.moved_disks = on_moved;
        CHECK(planned({moved}, config).disks[0].action == Action::None);
    }
    config.moved_disks = OnMoved::Mount;
    CHECK(planned({moved}, config).disks[0].action == Action::Mount);
    CHECK(planned({stranger}, config).disks[0].action == Action::None);
}

TEST_CASE("where the inventory decides about moved disks, they are to be mounted unless it refuses")
{
    Config config = config_with_one_rule();
    config.moved_disks = OnMoved::Ask;
    config.inventory = InventoryAccess{"http://inventory", "", "", Admission::Off};
    const auto moved = disk("sda").enrolled(other_machine);
    CHECK(planned({moved}, config).disks[0].action == Action::Mount);
    CHECK(planned({disk("sda").enrolled(this_machine, "ams-2")}, config).disks[0].action == Action::None);
    Circumstances circumstances;
    circumstances.machine = this_machine;
    circumstances.admission["/dev/sda"] = {Admitted::Answer::No, ReasonCode::SeenElsewhere, "it is in machine m2"};
    const auto refused = make_plan({moved}, config, circumstances).disks[0];
    CHECK(refused.judgement.verdict == Verdict::Elsewhere);
    CHECK(refused.action == Action::None);
    CHECK(has_reason(refused.judgement, ReasonCode::SeenElsewhere));
}

TEST_CASE("a number is given to no new disk while another's number can't be read")
{
    Config config = config_with_one_rule();
    config.disks[0].label = "d{index}";
    const auto unread = disk("sdb").blank().change([](Observation& o) { o.ledger_read = false; o.problems.push_back(io_error()); });
    CHECK(planned({disk("sda").blank()}, config).disks[0].action == Action::Enroll);
    const auto held = planned({disk("sda").blank(), unread}, config).disks[0];
    CHECK(held.action == Action::None);
    CHECK(has_reason(held.judgement, ReasonCode::Ambiguous));
    config.disks[0].label = "{id8}";
    CHECK(planned({disk("sda").blank(), unread}, config).disks[0].action == Action::Enroll);
}

TEST_CASE("a label that can't be the name of a folder holds a blank disk")
{
    Config config = config_with_one_rule();
    config.disks[0].label = "{bay}";
    const auto in_slot = [](const char* slot) { return disk("sda").blank().change([=](Observation& o) { o.disk.slot = slot; }); };
    CHECK(planned({in_slot("slot 7")}, config).disks[0].action == Action::Enroll);
    for (const char* slot : {"slot Disk 7", "slot ../7", "slot .7", "bus 7"}) {
        CAPTURE(slot);
        const auto held = planned({in_slot(slot)}, config);
        CHECK(held.disks[0].action == Action::None);
        CHECK((held.disks[0].mount_point.empty() || held.disks[0].mount_point == "/srv/node/{bay}"));
    }
}

TEST_CASE("a removable drive is excluded unless its rule asks for removable ones")
{
    Config config = config_with_one_rule();
    const auto stick = disk("sda").blank().change([](Observation& o) { o.disk.removable = true; });
    config.disks[0].match.path = {"/dev/sd*"};
    CHECK(verdict(stick, config) == Verdict::Excluded);
    config.disks[0].match.removable = true;
    CHECK(verdict(stick, config) == Verdict::Blank);
}

TEST_CASE("whatever disagrees with a COMMITTED ledger makes the disk damaged, and nothing is done to it")
{
    const std::vector<std::pair<ReasonCode, std::function<void(Observation&)>>> damages{
        {ReasonCode::LedgerMismatch, [](Observation& o) { o.disk.identity.serial = "other"; }},
        {ReasonCode::LedgerMismatch, [](Observation& o) { o.disk.identity.wwn = "naa.5000c500a1b2c399"; }},
        {ReasonCode::LedgerMismatch, [](Observation& o) { o.disk.size = 9_TiB; }},
        {ReasonCode::LedgerMismatch, [](Observation& o) { o.disk.logical_sector = 4096_B; }},
        {ReasonCode::LedgerMismatch, [](Observation& o) { o.ledger.slots[1].record->label = "other"; }},
        {ReasonCode::GptDamaged, [](Observation& o) { o.gpt.primary.kind = GptCopy::Kind::Damaged; }},
        {ReasonCode::GptDamaged, [](Observation& o) { o.gpt.backup.kind = GptCopy::Kind::Absent; }},
        {ReasonCode::GptDamaged, [](Observation& o) { o.gpt.mbr = Gpt::Mbr::None; }},
        {ReasonCode::GptDamaged, [](Observation& o) { o.gpt.backup.partitions.clear(); }},
        {ReasonCode::GptMismatch, [](Observation& o) { o.gpt.primary.partitions[0].id = o.gpt.backup.partitions[0].id = other_machine; }},
        {ReasonCode::GptMismatch, [](Observation& o) { o.gpt.primary.partitions[0].start = o.gpt.backup.partitions[0].start = 2_MiB; }},
        {ReasonCode::GptMismatch, [](Observation& o) { o.gpt.primary.partitions[0].type = o.gpt.backup.partitions[0].type = other_machine; }},
        {ReasonCode::GptMismatch, [](Observation& o) { o.gpt.primary.table_id = o.gpt.backup.table_id = other_machine; }},
        {ReasonCode::FilesystemMismatch, [](Observation& o) { o.filesystem.uuid = "other"; }},
        {ReasonCode::FilesystemMismatch, [](Observation& o) { o.filesystem.type = ""; }},
        {ReasonCode::MarkerMismatch, [](Observation& o) { o.marker = Marker::Missing; }},
        {ReasonCode::MarkerMismatch, [](Observation& o) { o.marker = Marker::Disagrees; }},
    };
    for (std::size_t i = 0; i < damages.size(); ++i) {
        CAPTURE(i);
        const auto plan = planned({disk("sda").enrolled().change(damages[i].second)});
        CHECK(plan.disks[0].judgement.verdict == Verdict::Damaged);
        CHECK(has_reason(plan.disks[0].judgement, damages[i].first));
        CHECK(plan.disks[0].action == Action::None);
    }
}

TEST_CASE("a filesystem that is mounted and can't be read is damaged, not enrolled")
{
    const auto judgement = judged(disk("sda").enrolled().mounted("/srv/node/d15csda").change([](Observation& o) { o.marker = Marker::NotLooked; }));
    CHECK(judgement.verdict == Verdict::Damaged);
    CHECK(has_reason(judgement, ReasonCode::MarkerMismatch));
}

TEST_CASE("a label that would leave the mount point's folder is nobody's label")
{
    for (const char* label : {"", "..", "../../etc", "a/b", ".hidden", "a b", "a\nb"}) {
        CAPTURE(label);
        const auto plan = planned({disk("sda").enrolled().change([&](Observation& o) { for (auto& slot : o.ledger.slots) slot.record->label = label; })});
        CHECK(plan.disks[0].judgement.verdict == Verdict::Damaged);
        CHECK(plan.disks[0].action == Action::None);
        CHECK(plan.disks[0].mount_point.empty());
    }
}

TEST_CASE("a single rotten slot leaves a COMMITTED disk enrolled")
{
    for (const std::size_t slot : {0U, 1U})
        for (const auto kind : {LedgerSlot::Kind::Corrupt, LedgerSlot::Kind::Other, LedgerSlot::Kind::Blank, LedgerSlot::Kind::Unreadable})
            CHECK(verdict(disk("sda").enrolled().change([=](Observation& o) { o.ledger.slots[slot] = {kind, "rotten", std::nullopt}; })) == Verdict::Enrolled);
}

TEST_CASE("an interrupted enrolment resumes only if it is ours and explains everything on the disk")
{
    CHECK(verdict(disk("sda").intent()) == Verdict::Interrupted);
    CHECK(planned({disk("sda").intent()}).disks[0].action == Action::Resume);
    CHECK(verdict(disk("sda").intent(other_machine)) == Verdict::Damaged);
    CHECK(verdict(disk("sda").intent().change([](Observation& o) { o.unfinished.explained = false; })) == Verdict::Damaged);
    CHECK(verdict(disk("sda").intent().change([](Observation& o) { o.unfinished.looked = false; })) == Verdict::Unreadable);
    CHECK(verdict(disk("sda").intent().change([](Observation& o) { o.disk.identity.serial = "other"; })) == Verdict::Damaged);
    CHECK(verdict(disk("sda").intent().change([](Observation& o) { o.busy = true; })) == Verdict::InUse);
}

TEST_CASE("an INTENT whose other slot is rotten is held: that slot may have said COMMITTED")
{
    for (const auto kind : {LedgerSlot::Kind::Corrupt, LedgerSlot::Kind::Other})
        CHECK(verdict(disk("sda").intent().change([=](Observation& o) { o.ledger.slots[1] = {kind, "rotten", std::nullopt}; })) == Verdict::Damaged);
}

TEST_CASE("an INTENT that stands beside a COMMITTED record never undoes it")
{
    Observation seen = disk("sda").enrolled();
    LedgerRecord intent = *seen.ledger.slots[1].record;
    intent.state = LedgerState::Intent;
    intent.sequence = 1;
    seen.ledger.slots[0].record = intent;
    CHECK(verdict(seen) == Verdict::Enrolled);
    seen.ledger.slots[0].record->sequence = 9;
    CHECK(verdict(seen) != Verdict::Interrupted);
    CHECK(planned({seen}).disks[0].action == Action::None);
}

TEST_CASE("any byte, signature or table of somebody else's makes a disk foreign")
{
    const auto judgement = judged(disk("sda").nonblank_byte_at(4096));
    CHECK(judgement.verdict == Verdict::Foreign);
    CHECK(judgement.reasons[0].offset == 4096);
    CHECK(judgement.reasons[0].bytes == "2a");
    CHECK(verdict(disk("sda").blank().change([](Observation& o) { o.signatures = {{"ext4", false, 1080, "libblkid"}}; })) == Verdict::Foreign);
}

TEST_CASE("a drive that says that it is failing is held, unless its rule allows it; one in service stays in service")
{
    const auto failing = [](Observation& seen) { seen.health = {true, true, "the drive says that it is failing (SMART)"}; };
    Config allowed = config_with_one_rule();
    allowed.disks[0].allow_failing = true;
    const auto held = judged(disk("sda").blank().change(failing));
    CHECK(held.verdict == Verdict::Suspect);
    CHECK(has_reason(held, ReasonCode::FailingHealth));
    CHECK(judged(disk("sda").blank().change(failing), allowed).verdict == Verdict::Blank);
    CHECK(judged(disk("sda").enrolled().change(failing)).verdict == Verdict::Enrolled);
    CHECK(planned({disk("sda").intent().change(failing)}).disks[0].action == Action::None);
    CHECK(planned({disk("sda").intent().change(failing)}, allowed).disks[0].action == Action::Resume);
}

TEST_CASE("a blank disk that the inventory refuses, a failed self-test and a brake are suspect")
{
    Circumstances refused;
    refused.admission["/dev/sda"] = {Admitted::Answer::No, ReasonCode::RememberedEnrolled, "it was enrolled"};
    CHECK(judged(disk("sda").blank(), config_with_one_rule(), refused).verdict == Verdict::Suspect);
    CHECK(planned({disk("sda").intent()}, config_with_one_rule(), refused).disks[0].action == Action::None);

    Circumstances blind;
    blind.prober_trusted = false;
    CHECK(judged(disk("sda").blank(), config_with_one_rule(), blind).verdict == Verdict::Suspect);
    CHECK(planned({disk("sda").intent()}, config_with_one_rule(), blind).disks[0].action == Action::None);
    CHECK(planned({disk("sda").enrolled()}, config_with_one_rule(), blind).disks[0].action == Action::Mount);
}

TEST_CASE("format_at_most brakes a machine that has enrolled disks, and no other")
{
    Config config = config_with_one_rule();
    config.limits.format_at_most = 1;
    const auto verdicts = [&](const std::vector<Observation>& seen) {
        std::vector<Verdict> result;
        for (const auto& entry : planned(seen, config).disks) result.push_back(entry.judgement.verdict);
        return result;
    };
    CHECK(verdicts({disk("sda").blank(), disk("sdb").blank()}) == std::vector{Verdict::Blank, Verdict::Blank});
    CHECK(verdicts({disk("sda").enrolled(), disk("sdb").blank()}) == std::vector{Verdict::Enrolled, Verdict::Blank});
    CHECK(verdicts({disk("sda").enrolled(), disk("sdb").blank(), disk("sdc").blank()}) ==
          std::vector{Verdict::Enrolled, Verdict::Suspect, Verdict::Suspect});
    CHECK(verdicts({disk("sda").enrolled().change([](Observation& o) { o.gpt.mbr = Gpt::Mbr::None; }), disk("sdb").blank(), disk("sdc").blank()}) ==
          std::vector{Verdict::Damaged, Verdict::Suspect, Verdict::Suspect});
}

TEST_CASE("what was formatted before in this boot counts too, on a machine that has enrolled disks")
{
    Config config = config_with_one_rule();
    config.limits.format_at_most = 2;
    const auto last = [&](std::vector<Observation> seen, unsigned formats) {
        Circumstances circumstances;
        circumstances.formats_this_boot = formats;
        return planned(seen, config, circumstances).disks.back().judgement.verdict;
    };
    const Observation enrolled = disk("sda").enrolled(), blank = disk("sdb").blank();
    CHECK(last({enrolled, blank}, 1) == Verdict::Blank);
    CHECK(last({enrolled, blank}, 2) == Verdict::Suspect);
    CHECK(last({enrolled, blank}, std::numeric_limits<unsigned>::max()) == Verdict::Suspect);
    CHECK(last({blank}, 2) == Verdict::Blank);
    Circumstances full;
    full.formats_this_boot = 2;
    CHECK(planned({enrolled, disk("sdb").intent()}, config, full).disks[1].action == Action::Resume);  // one of the two
    CHECK(planned({enrolled}, config, full).in_service);
    CHECK_FALSE(planned({blank}, config, full).in_service);
}

TEST_CASE("a disk that nothing is done to takes no mount point from an enrolled one")
{
    Observation stranger = disk("sdb").enrolled(other_machine);
    Observation ours = disk("sda").enrolled();
    for (auto* seen : {&stranger, &ours})
        for (auto& slot : seen->ledger.slots) slot.record->label = "7";
    const auto plan = planned({ours, stranger});
    CHECK(plan.disks[0].action == Action::Mount);
    CHECK(plan.disks[1].action == Action::None);
}

TEST_CASE("of two enrolled disks with one bay's label the one in the bay is mounted")
{
    Observation moved = disk("sda").enrolled();
    Observation successor = disk("sdb").enrolled();
    for (auto* seen : {&moved, &successor})
        for (auto& slot : seen->ledger.slots) slot.record->label = "7";
    moved.disk.slot = "slot 9";
    successor.disk.slot = "slot 7";
    auto plan = planned({moved, successor});
    CHECK(plan.disks[0].action == Action::None);
    CHECK(plan.disks[1].action == Action::Mount);
    successor.disk.slot = "";
    for (const auto& entry : planned({moved, successor}).disks) CHECK(entry.action == Action::None);
}

TEST_CASE("two disks for one mount point: neither gets it")
{
    Config config = config_with_one_rule();
    config.disks[0].mount_point = "/srv/{label}";
    config.disks[0].label = "same";
    for (const auto& entry : planned({disk("sda").blank(), disk("sdb").blank()}, config).disks) CHECK(entry.action == Action::None);
    config.disks[0].label = "d{index}";
    const auto plan = planned({disk("sda").blank(), disk("sdb").blank()}, config);
    CHECK(plan.disks[0].mount_point == "/srv/d0");
    CHECK(plan.disks[1].mount_point == "/srv/d1");
}

TEST_CASE("the first row that matches wins, in the order of the table")
{
    // Each observation fits its own row and every later one that can hold at the same time.
    Observation all = disk("sda").nonblank_byte_at(1);
    all.disk.identity = {};
    all.disk.mounts = {{"8:0", "/mnt"}};
    all.disk.removable = true;
    CHECK(verdict(all) == Verdict::Excluded);
    all.disk.removable = false;
    CHECK(verdict(all) == Verdict::Unreadable);
    all.disk.identity = Observation(disk("sda")).disk.identity;
    CHECK(verdict(all) == Verdict::InUse);
    all.disk.mounts.clear();
    CHECK(verdict(all) == Verdict::Foreign);
    const auto in_use = judged(disk("sda").nonblank_byte_at(1).mounted("/mnt"));
    CHECK(has_reason(in_use, ReasonCode::Mounted));
    CHECK(has_reason(in_use, ReasonCode::NonBlankByte));
}

TEST_CASE("the README's decision table is the code's, row by row")
{
    std::ifstream readme(FOOTING_SOURCE_DIR "/README.md");
    std::vector<std::string> rows;
    bool inside = false;
    for (std::string line; std::getline(readme, line);) {
        if (line.starts_with("| verdict |")) inside = true;
        else if (inside && !line.starts_with("|")) break;
        else if (inside && !line.starts_with("|---")) rows.push_back(line);
    }
    REQUIRE(rows.size() == decision_table().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = decision_table()[i];
        CHECK(rows[i].starts_with("| " + to_string(row.verdict) + " | " + row.when + " |"));
    }
}
