#include "agent/model/ledger.hpp"

#include <array>
#include <cstring>
#include <doctest/doctest.h>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"

using namespace footing;

namespace {

using Slot = std::array<std::uint8_t, 4096>;
constexpr std::size_t sector = 512;
constexpr std::size_t sectors = 8;

/// A record in which every field differs from its default.
LedgerRecord record(LedgerState state = LedgerState::Intent, std::uint64_t sequence = 1)
{
    LedgerRecord r;
    r.state = state;
    r.sequence = sequence;
    r.disk_id = *parse_uuid("7d2c5a10-93f1-4c6e-8a52-0b9d4e6f1a23");
    r.table_id = *parse_uuid("1f0e2d3c-4b5a-4697-8879-6a5b4c3d2e1f");
    r.machine = *parse_uuid("4c4c4544-0042-3510-8054-b4c04f4d3232");
    r.cluster = "par-1";
    r.wwn = "naa.5000c500a1b2c3d4";
    r.serial = "ZL2A0B1C";
    r.label = "7d2c5a10";
    r.role = "object";
    r.filesystem = "xfs";
    r.agent_version = "0.1.0";
    r.disk_size = 16_TiB;
    r.logical_sector = 512_B;
    r.partition_start = 1_MiB;
    r.partition_size = 16_TiB - 2_MiB;
    r.intent_at = 1'790'000'000;
    r.committed_at = state == LedgerState::Committed ? 1'790'000'042 : 0;
    return r;
}

Slot bytes_of(const LedgerRecord& r)
{
    const auto bytes = encode(r);
    REQUIRE(bytes);
    REQUIRE(bytes->size() == 4096);
    Slot slot{};
    std::memcpy(slot.data(), bytes->data(), slot.size());
    return slot;
}

LedgerSlot slot_of(const LedgerRecord& r) { return decode(bytes_of(r), 0); }

LedgerSlot damaged_slot() { return {LedgerSlot::Kind::Corrupt, "rotten", std::nullopt}; }

Ledger ledger(LedgerSlot first, LedgerSlot second) { return {{std::move(first), std::move(second)}}; }

/// Looked at, not blank, and nothing that may be believed.
bool unusable(const LedgerSlot& slot)
{
    const bool refused = slot.kind == LedgerSlot::Kind::Corrupt || slot.kind == LedgerSlot::Kind::Other;
    return refused && !slot.record && !slot.why.empty();
}

/// The CRC made right again, so that what decode() refuses is the field and not the checksum.
Slot sealed(Slot slot)
{
    put_le<std::uint32_t>(slot, 508, crc32c(std::span(slot).first(508)));
    return slot;
}

Slot full_of(std::uint8_t byte)
{
    Slot slot;
    slot.fill(byte);
    return slot;
}

}  // namespace

TEST_CASE("a record is the same after a round trip")
{
    for (const auto state : {LedgerState::Intent, LedgerState::Committed}) {
        const auto r = record(state, 7);
        const auto slot = slot_of(r);
        CHECK(slot == LedgerSlot{LedgerSlot::Kind::Valid, {}, r});
    }
    CHECK(slot_of(LedgerRecord{}) == LedgerSlot{LedgerSlot::Kind::Valid, {}, LedgerRecord{}});
}

TEST_CASE("the layout of version 1 never changes")
{
    const auto bytes = bytes_of(record(LedgerState::Committed, 3));
    const auto text = [&](std::size_t at) { return std::string(reinterpret_cast<const char*>(bytes.data() + at)); };
    CHECK(std::string(bytes.begin(), bytes.begin() + 8) == "FOOTLEDG");
    CHECK(hex(std::span(bytes).subspan(8, 16)) == "01 00 00 00 02 00 00 00 03 00 00 00 00 00 00 00");
    CHECK(hex(std::span(bytes).subspan(24, 16)) == "7d 2c 5a 10 93 f1 4c 6e 8a 52 0b 9d 4e 6f 1a 23");
    CHECK(hex(std::span(bytes).subspan(40, 16)) == "1f 0e 2d 3c 4b 5a 46 97 88 79 6a 5b 4c 3d 2e 1f");
    CHECK(hex(std::span(bytes).subspan(56, 16)) == "4c 4c 45 44 00 42 35 10 80 54 b4 c0 4f 4d 32 32");
    CHECK(get_le<std::uint64_t>(bytes, 72) == (16_TiB).count);
    CHECK(get_le<std::uint64_t>(bytes, 80) == 512);
    CHECK(get_le<std::uint64_t>(bytes, 88) == 1 << 20);
    CHECK(get_le<std::uint64_t>(bytes, 96) == (16_TiB - 2_MiB).count);
    CHECK(get_le<std::uint64_t>(bytes, 104) == 1'790'000'000);
    CHECK(get_le<std::uint64_t>(bytes, 112) == 1'790'000'042);
    CHECK(text(120) == "par-1");
    CHECK(text(184) == "naa.5000c500a1b2c3d4");
    CHECK(text(280) == "ZL2A0B1C");
    CHECK(text(344) == "7d2c5a10");
    CHECK(text(408) == "object");
    CHECK(text(440) == "xfs");
    CHECK(text(448) == "0.1.0");
    CHECK(get_le<std::uint32_t>(bytes, 508) == crc32c(std::span(bytes).first(508)));
    CHECK(first_other(std::span(bytes).subspan(512), 0) == 4096 - 512);
}

TEST_CASE("the slots lie in the gap before the first partition, behind the GPT's entries of 4096-byte sectors")
{
    CHECK(ledger_slots[0].count == 1'040'384);
    CHECK(ledger_slots[1].count == 1'044'480);
    CHECK(ledger_slots[1] + ledger_slot_size == 1_MiB);
    CHECK(ledger_slots[0].count >= 2 * 4096 + 128 * 128);
}

TEST_CASE("a text that fills its field fits, one byte more is refused")
{
    struct Field {
        std::string LedgerRecord::* text;
        std::size_t most;
    };
    for (const Field field :
         {Field{&LedgerRecord::cluster, 63}, Field{&LedgerRecord::wwn, 95}, Field{&LedgerRecord::serial, 63},
          Field{&LedgerRecord::label, 63}, Field{&LedgerRecord::role, 31}, Field{&LedgerRecord::filesystem, 7},
          Field{&LedgerRecord::agent_version, 15}}) {
        auto r = record();
        r.*field.text = std::string(field.most, 'x');
        CHECK(slot_of(r).record == r);
        r.*field.text += 'x';
        const auto refused = encode(r);
        REQUIRE(!refused);
        CHECK(refused.error().kind == ErrorKind::Hold);
        CHECK(refused.error().message.find("at most " + std::to_string(field.most) + " bytes") != std::string::npos);
        r.*field.text = std::string("a\0b", 3);
        CHECK(!encode(r));
    }
}

TEST_CASE("a blank slot is full of the blank disk's byte, and of no other")
{
    for (const std::uint8_t fill : {std::uint8_t{0x00}, std::uint8_t{0xFF}}) {
        CHECK(decode(full_of(fill), fill) == LedgerSlot{});
        CHECK(unusable(decode(full_of(static_cast<std::uint8_t>(~fill)), fill)));
        for (std::size_t at = 0; at < 4096; ++at) {
            Slot slot = full_of(fill);
            slot[at] ^= 0x10;
            if (!unusable(decode(slot, fill))) FAIL("byte " << at);
        }
    }
}

TEST_CASE("a slot of another length is corrupt")
{
    const auto bytes = bytes_of(record());
    for (const std::size_t size : {0UL, 512UL, 4095UL})
        CHECK(decode(std::span(bytes).first(size), 0).kind == LedgerSlot::Kind::Corrupt);
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer.push_back(0);
    CHECK(decode(longer, 0).kind == LedgerSlot::Kind::Corrupt);
}

TEST_CASE("each flipped bit of a slot makes it corrupt; one in its magic, something that isn't ours")
{
    const auto bytes = bytes_of(record(LedgerState::Committed, 2));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto flipped = bytes;
            flipped[at] ^= static_cast<std::uint8_t>(1U << bit);
            const auto slot = decode(flipped, 0);
            const auto expected = at < 8 ? LedgerSlot::Kind::Other : LedgerSlot::Kind::Corrupt;
            if (slot.kind != expected || !unusable(slot)) FAIL("byte " << at << " bit " << bit);
        }
    }
}

TEST_CASE("the corrupt slot says what is wrong")
{
    const auto bytes = bytes_of(record());
    const auto decoded = [&](auto change) {
        auto changed = bytes;
        change(changed);
        return decode(changed, 0);
    };
    const auto why = [&](auto change) { return decoded(change).why; };
    CHECK(why([](Slot& s) { s[0] = 'X'; }) == "no magic 'FOOTLEDG', found 58 4f 4f 54 4c 45 44 47");
    CHECK(why([](Slot& s) { s[300] ^= 1; }).starts_with("CRC32C is "));
    CHECK(why([](Slot& s) { s[8] = 2; s = sealed(s); }) == "version 2 of the ledger, this agent knows 1");
    CHECK(decoded([](Slot& s) { s[8] = 2; s = sealed(s); }).newer);
    CHECK_FALSE(decoded([](Slot& s) { s[8] = 2; }).newer);  // a rotten one
    CHECK_FALSE(decoded([](Slot& s) { s[8] = 0; s = sealed(s); }).newer);
    CHECK(why([](Slot& s) { s[12] = 3; s = sealed(s); }) == "unknown state 3");
    CHECK(why([](Slot& s) { s[12] = 0; s = sealed(s); }) == "unknown state 0");
    CHECK(why([](Slot& s) { s[4095] = 1; }) == "bytes outside the record's fields");
    CHECK(why([](Slot& s) { s[500] = 1; s = sealed(s); }) == "bytes outside the record's fields");
    // Behind the end of the cluster's name; a role without its final zero.
    CHECK(why([](Slot& s) { s[183] = 1; s = sealed(s); }) == "bytes outside the record's fields");
    CHECK(why([](Slot& s) { std::memset(&s[408], 'x', 32); s = sealed(s); }) ==
          "bytes outside the record's fields");
}

TEST_CASE("a write torn at any sector leaves the old record, the new one or an unusable slot")
{
    const Slot blank_zero = full_of(0x00);
    const Slot blank_ones = full_of(0xFF);
    const auto intent = record(LedgerState::Intent, 1);
    const auto committed = record(LedgerState::Committed, 3);
    struct Write {
        Slot before, after;
        std::uint8_t fill;
    };
    const std::vector<Write> writes{{blank_zero, bytes_of(intent), 0x00}, {blank_ones, bytes_of(intent), 0xFF},
        {bytes_of(intent), bytes_of(committed), 0x00}, {bytes_of(committed), bytes_of(intent), 0x00},
        {bytes_of(intent), blank_zero, 0x00}};
    for (const auto& [before, after, fill] : writes) {
        const auto old_slot = decode(before, fill);
        const auto new_slot = decode(after, fill);
        // Every subset of the eight sectors, so every prefix, every suffix and every reordering.
        for (unsigned written = 0; written < 1U << sectors; ++written) {
            Slot torn = before;
            for (std::size_t i = 0; i < sectors; ++i)
                if ((written >> i & 1) != 0) std::memcpy(&torn[i * sector], &after[i * sector], sector);
            const auto slot = decode(torn, fill);
            const bool honest = slot == old_slot || slot == new_slot || unusable(slot);
            // All that counts lies in the first sector.
            const bool complete = (written & 1) != 0 ? slot == new_slot : fill != 0 || slot == old_slot;
            if (!honest || !complete) FAIL("fill " << unsigned{fill} << ", sectors written " << written);
        }
    }
}

TEST_CASE("a first sector torn inside is never a valid record")
{
    const auto before = bytes_of(record(LedgerState::Intent, 1));
    const auto after = bytes_of(record(LedgerState::Committed, 3));
    const Slot blank = full_of(0x00);
    for (std::size_t cut = 1; cut < sector; ++cut) {
        for (const auto& [head, tail] :
             {std::pair{&before, &after}, {&after, &before}, {&blank, &after}, {&after, &blank}}) {
            Slot torn = *tail;
            std::memcpy(torn.data(), head->data(), cut);
            if (torn == *tail || torn == *head) continue;
            if (!unusable(decode(torn, 0))) FAIL("cut at " << cut);
        }
    }
}

TEST_CASE("the record with the highest sequence counts, wherever it lies")
{
    const auto older = slot_of(record(LedgerState::Intent, 1));
    const auto newer = slot_of(record(LedgerState::Committed, 2));
    CHECK(*ledger(older, newer).newest() == *newer.record);
    CHECK(*ledger(newer, older).newest() == *newer.record);
    CHECK(*ledger(older, {}).newest() == *older.record);
    CHECK(*ledger({}, older).newest() == *older.record);
    CHECK(*ledger(damaged_slot(), older).newest() == *older.record);
    CHECK(Ledger{}.newest() == nullptr);
    CHECK(ledger(damaged_slot(), {}).newest() == nullptr);
}

TEST_CASE("a record is never written over the newest valid one")
{
    const auto older = slot_of(record(LedgerState::Intent, 1));
    const auto newer = slot_of(record(LedgerState::Committed, 2));
    CHECK(next_slot(Ledger{}) == 0);
    CHECK(next_slot(ledger(older, {})) == 1);
    CHECK(next_slot(ledger({}, older)) == 0);
    CHECK(next_slot(ledger(older, newer)) == 0);
    CHECK(next_slot(ledger(newer, older)) == 1);
    CHECK(next_slot(ledger(damaged_slot(), newer)) == 0);
    CHECK(next_slot(ledger(newer, damaged_slot())) == 1);
}

TEST_CASE("a ledger is blank only if both slots are")
{
    CHECK(Ledger{}.blank());
    CHECK(!ledger(damaged_slot(), {}).blank());
    CHECK(!ledger({}, damaged_slot()).blank());
    CHECK(!ledger({}, slot_of(record())).blank());
}

TEST_CASE("a ledger is settled only if no INTENT can be found in it")
{
    const auto intent = slot_of(record(LedgerState::Intent, 1));
    const auto second = slot_of(record(LedgerState::Committed, 2));
    const auto third = slot_of(record(LedgerState::Committed, 3));
    CHECK(ledger(third, second).settled());
    CHECK(!ledger(intent, second).settled());
    CHECK(!ledger(second, {}).settled());
    CHECK(!ledger(second, damaged_slot()).settled());
    CHECK(!Ledger{}.settled());
}

TEST_CASE("a hand-over to another machine that was cut short is no contradiction, and not settled")
{
    auto taken = record(LedgerState::Committed, 4);
    taken.machine.bytes[3] ^= 1;
    const Ledger cut = ledger(slot_of(record(LedgerState::Committed, 3)), slot_of(taken));
    CHECK(!cut.contradicts_itself());
    CHECK(!cut.settled());
    CHECK(cut.newest()->machine == taken.machine);
    ++taken.sequence;
    CHECK(ledger(slot_of(taken), cut.slots[1]).settled());
}

TEST_CASE("two slots of one enrolment agree")
{
    const auto intent = slot_of(record(LedgerState::Intent, 1));
    const auto second = slot_of(record(LedgerState::Committed, 2));
    const auto third = slot_of(record(LedgerState::Committed, 3));
    CHECK(!Ledger{}.contradicts_itself());
    CHECK(!ledger(intent, {}).contradicts_itself());
    CHECK(!ledger(intent, damaged_slot()).contradicts_itself());
    CHECK(!ledger(intent, second).contradicts_itself());
    CHECK(!ledger(second, intent).contradicts_itself());
    CHECK(!ledger(third, second).contradicts_itself());
}

TEST_CASE("two slots of different disks, or of a commit undone, contradict each other")
{
    const auto committed = record(LedgerState::Committed, 3);
    const auto beside = [&](LedgerRecord other) {
        const bool one = ledger(slot_of(committed), slot_of(other)).contradicts_itself();
        CHECK(one == ledger(slot_of(other), slot_of(committed)).contradicts_itself());
        return one;
    };
    CHECK(beside(committed));                              // one sequence twice
    CHECK(beside(record(LedgerState::Intent, 3)));
    CHECK(beside(record(LedgerState::Intent, 4)));         // a COMMITTED ledger is never undone
    CHECK(!beside(record(LedgerState::Committed, 4)));
    for (const auto change : std::vector<void (*)(LedgerRecord&)>{
             [](LedgerRecord& r) { r.disk_id.bytes[3] ^= 1; }, [](LedgerRecord& r) { r.table_id.bytes[3] ^= 1; },
             [](LedgerRecord& r) { r.machine.bytes[3] ^= 1; }, [](LedgerRecord& r) { r.cluster = "lon-1"; },
             [](LedgerRecord& r) { r.wwn = "naa.5000c500ffffffff"; }, [](LedgerRecord& r) { r.serial = "ZL2AFFFF"; },
             [](LedgerRecord& r) { r.label = "d04"; }, [](LedgerRecord& r) { r.role = "account"; },
             [](LedgerRecord& r) { r.filesystem = "ext4"; }, [](LedgerRecord& r) { r.disk_size = 1_TiB; },
             [](LedgerRecord& r) { r.logical_sector = 4096_B; }, [](LedgerRecord& r) { r.partition_start = 2_MiB; },
             [](LedgerRecord& r) { r.partition_size = 1_MiB; }}) {
        auto other = record(LedgerState::Intent, 2);
        CHECK(!beside(other));
        change(other);
        CHECK(beside(other));
    }
}
