#include "agent/release/refusal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "tests/unit/agent/judge/builders.hpp"

using namespace footing;
using namespace footing::test;

namespace {

const std::string serial = "ZL2A0sda";

std::string refused(Observation seen, const std::string& said = serial)
{
    seen.disk.diskseq = 7;
    return why_not_released(seen, judged(seen), said).value_or("");
}

Observation foreign() { return disk("sda").nonblank_byte_at(1080); }

}  // namespace

TEST_CASE("a foreign disk is released to who knows its serial number")
{
    CHECK(refused(foreign()).empty());
    CHECK(refused(foreign(), "ZL2A0sdb") == "its serial number is 'ZL2A0sda', not 'ZL2A0sdb'");
    CHECK(refused(foreign(), "").contains("not ''"));
}

TEST_CASE("a disk that can't be recognised again is not released")
{
    Observation seen = foreign();
    seen.disk.identity.serial.clear();
    CHECK(refused(seen, "").contains("no serial number"));
    seen.disk.identity.serial = "000000";
    CHECK(refused(seen, "000000").contains("many drives share"));
    seen = foreign();
    CHECK(why_not_released(seen, judged(seen), serial).value_or("").contains("diskseq"));
}

TEST_CASE("an enrolled disk is never released, whatever is damaged on it")
{
    const std::vector<std::function<void(Observation&)>> damages{
        [](Observation&) {},
        [](Observation& o) { o.ledger.slots[0] = {LedgerSlot::Kind::Corrupt, "CRC32C", std::nullopt}; },
        [](Observation& o) { o.ledger.slots[1] = {LedgerSlot::Kind::Unreadable, "EIO", std::nullopt}; },
        [](Observation& o) { o.ledger.slots[1].record->state = LedgerState::Intent; },
        [](Observation& o) { for (auto& slot : o.ledger.slots) slot = {LedgerSlot::Kind::Corrupt, "CRC32C", std::nullopt}; },
        [](Observation& o) { o.gpt = {}; for (auto& slot : o.ledger.slots) slot = {LedgerSlot::Kind::Corrupt, "CRC32C", std::nullopt}; },
        [](Observation& o) { o.gpt.primary.kind = GptCopy::Kind::Damaged; },
        [](Observation& o) { o.ledger = {}; o.probed = true; o.blank = {true, false, 1, 0, "2a"}; },
        [](Observation& o) { o.ledger = {}; o.gpt.primary = {}; o.probed = true; o.blank = {true, false, 1, 0, "2a"}; },
        [](Observation& o) { o.filesystem.type.clear(); },
        [](Observation& o) { o.disk.size = 4_TiB; },
    };
    for (std::size_t i = 0; i < damages.size(); ++i) {
        CAPTURE(i);
        CHECK_FALSE(refused(disk("sda").enrolled().change(damages[i])).empty());
        CHECK_FALSE(refused(disk("sda").enrolled(other_machine, "lyon-2").change(damages[i])).empty());
    }
}

TEST_CASE("an unfinished enrolment goes on by itself; beside a stranger's bytes it may be released, for it never served")
{
    CHECK(refused(disk("sda").intent()).contains("goes on by itself"));
    const auto stranger = [](Observation& o) { o.unfinished = {true, false, "the filesystem in its partition holds 'x'", std::nullopt}; };
    CHECK(refused(disk("sda").intent().change(stranger)).empty());
}

TEST_CASE("used, read with an error, or excluded: not released")
{
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).mounted("/mnt")).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).change([](Observation& o) { o.busy = true; })).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).change([](Observation& o) { o.disk.holders = {"md0"}; })).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).change([](Observation& o) { o.problems.push_back({ReasonCode::IoError, "EIO", {}, "", "kernel", 5}); })).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).change([](Observation& o) { o.ledger_read = false; })).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).change([](Observation& o) { o.locked = true; })).empty());
    CHECK_FALSE(refused(disk("sda").nonblank_byte_at(0).transport("usb")).empty());
}

TEST_CASE("only what the proof finds blank is blank already")
{
    CHECK(is_blank_already(judged(disk("sda").blank())));
    CHECK_FALSE(is_blank_already(judged(foreign())));
}
