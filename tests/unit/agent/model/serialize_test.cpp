#include "agent/model/serialize.hpp"

#include <doctest/doctest.h>

using namespace footing;

namespace {

GptCopy copy_of(std::uint64_t lba)
{
    GptCopy copy;
    copy.kind = GptCopy::Kind::Valid;
    copy.why = "w";
    copy.table_id = parse_uuid("11111111-2222-3333-4444-555555555555").value();
    copy.lba = lba;
    copy.other_lba = 2;
    copy.entries_lba = 3;
    copy.entries_crc = 4;
    copy.partitions = {{1, copy.table_id, copy.table_id, 1_MiB, 2_MiB, "name"}};
    return copy;
}

/// No field has its default: one that is forgotten in serialize.cpp comes back different.
Observation everything()
{
    {  // a new member doesn't compile here until it is given a value below
        [[maybe_unused]] const auto& [disk, problems, opened, busy, locked, ledger, ledger_read, gpt, gpt_read, filesystem, marker, mounted_at,
                                      signatures, probed, blank, unfinished, health] = Observation{};
    }
    Observation seen;
    seen.disk = {"sda", "/dev/sda", "/sys/devices/x", "8:0", 7, 8_TiB, 512_B, 4096_B, {"naa.1", "v", "m", "s"}, "sas", "slot 3",
                 true, true, true, true, "none", {{"sda1", 1, 1_MiB, 2_MiB, "8:1"}}, {"dm-0"}, {{"8:1", "/mnt"}}, {"/dev/sda2"}, "dm-1", {"sda", "sdc"}, "sdc", {{"size", 5}}, "0x5003", "Slot 01"};
    seen.problems = {{ReasonCode::ShortRead, "sentence", 5, "2a", "kernel", 61}};
    seen.opened = seen.busy = seen.locked = seen.ledger_read = seen.gpt_read = seen.probed = true;
    LedgerRecord record{LedgerState::Committed, 3, copy_of(1).table_id, copy_of(1).table_id, copy_of(1).table_id, "c", "w", "s", "l", "r",
                        "xfs", "0.1", 8_TiB, 512_B, 1_MiB, 2_MiB, 10, 11};
    seen.ledger.slots[0] = {LedgerSlot::Kind::Valid, "", record};
    seen.ledger.slots[1] = {LedgerSlot::Kind::Corrupt, "why", std::nullopt, true};
    seen.gpt = {Gpt::Mbr::Protective, copy_of(1), copy_of(99)};
    seen.filesystem = {true, "xfs", "uuid"};
    seen.marker = Marker::Agrees;
    seen.mounted_at = "/mnt";
    seen.signatures = {{"ext4", true, 1080, "libblkid"}};
    seen.blank = {true, true, 42, 43, "2a"};
    seen.unfinished = {true, true, "why", 44};
    seen.health = {true, true, "why"};
    return seen;
}

}  // namespace

TEST_CASE("an observation survives the way from a worker to its parent")
{
    CHECK(deserialize_observation(serialize(everything())) == everything());
    CHECK(deserialize_observation(serialize(Observation{})) == Observation{});
}

TEST_CASE("a serial number that is no UTF-8 comes out as the drive spells it")
{
    Observation seen = everything();
    seen.disk.identity.serial = seen.ledger.slots[0].record->serial = "ZL2A\xff\xfe";
    CHECK(deserialize_observation(serialize(seen)) == seen);
}

TEST_CASE("a list of drives survives it byte for byte, whatever a drive says of itself")
{
    std::vector<Disk> disks{everything().disk, {}};
    disks[1].identity.serial = "\xff\xfe \x80";
    CHECK(unpack_disks(pack(disks)) == disks);
    CHECK(unpack_disks(pack(std::vector<Disk>{})) == std::vector<Disk>{});
    const Error error{ErrorKind::Hold, "read the folder: Input/output error", 5};
    CHECK(unpack_disks(pack_error(error)).error() == error);
    CHECK_FALSE(unpack_disks(pack(disks).substr(0, 40)));
    CHECK_FALSE(unpack_disks(""));
}

TEST_CASE("half a message is an error, not an observation")
{
    const std::string text = serialize(everything());
    CHECK_FALSE(deserialize_observation(text.substr(0, text.size() / 2)));
    CHECK_FALSE(deserialize_observation("{}"));
    CHECK_FALSE(deserialize_observation(""));
}
