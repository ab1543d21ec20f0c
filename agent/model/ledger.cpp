#include "agent/model/ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"

namespace footing {
namespace {

constexpr std::string_view ledger_magic = "FOOTLEDG";
constexpr std::uint32_t version = 1;
constexpr std::ptrdiff_t record_size = 512;  // of the slot's 4096; the rest is the fill

// Where each field stands; a text field is its bytes, then zeros, the last one always zero.
constexpr std::size_t at_version = 8, at_state = 12, at_sequence = 16, at_disk_id = 24, at_table_id = 40,
    at_machine = 56, at_disk_size = 72, at_logical_sector = 80, at_partition_start = 88, at_partition_size = 96,
    at_intent = 104, at_committed = 112, at_cluster = 120, at_wwn = 184, at_serial = 280, at_label = 344, at_role = 408,
    at_filesystem = 440, at_agent = 448, at_crc = 508;
constexpr std::size_t long_text = 64, wwn_text = 96, short_text = 32, filesystem_text = 8, agent_text = 16;
static_assert(longest_cluster < long_text && longest_serial < long_text && longest_label < long_text && longest_wwn < wwn_text && longest_role < short_text);
static_assert(at_agent + agent_text <= at_crc);

void put_uuid(std::span<std::uint8_t> slot, std::size_t at, const Uuid& uuid)
{
    std::ranges::copy(uuid.bytes, slot.begin() + static_cast<std::ptrdiff_t>(at));
}

Uuid get_uuid(std::span<const std::uint8_t> slot, std::size_t at)
{
    Uuid uuid;
    std::ranges::copy(slot.subspan(at, uuid.bytes.size()), uuid.bytes.begin());
    return uuid;
}

bool put_text(std::span<std::uint8_t> slot, std::size_t at, std::size_t room, const std::string& text)
{
    if (text.size() >= room || text.find('\0') != std::string::npos) return false;
    std::ranges::copy(text, slot.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
}

std::string get_text(std::span<const std::uint8_t> slot, std::size_t at, std::size_t room)
{
    const auto field = slot.subspan(at, room);
    return {field.begin(), std::ranges::find(field, std::uint8_t{0})};
}

LedgerSlot corrupt(std::string why) { return {LedgerSlot::Kind::Corrupt, std::move(why), std::nullopt}; }

}  // namespace

bool is_safe_label(std::string_view label)
{
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
    };
    return !label.empty() && label.size() <= longest_label && label.front() != '.' && std::ranges::all_of(label, is_plain);
}

Result<std::vector<std::uint8_t>> encode(const LedgerRecord& record, std::uint8_t fill)
{
    std::vector<std::uint8_t> slot(ledger_slot_size.count, fill);
    std::fill_n(slot.begin(), record_size, std::uint8_t{0});
    const std::span<std::uint8_t> bytes(slot);
    std::ranges::copy(ledger_magic, slot.begin());
    put_le<std::uint32_t>(bytes, at_version, version);
    put_le<std::uint32_t>(bytes, at_state, static_cast<std::uint32_t>(record.state));
    put_le<std::uint64_t>(bytes, at_sequence, record.sequence);
    put_uuid(bytes, at_disk_id, record.disk_id);
    put_uuid(bytes, at_table_id, record.table_id);
    put_uuid(bytes, at_machine, record.machine);
    put_le<std::uint64_t>(bytes, at_disk_size, record.disk_size.count);
    put_le<std::uint64_t>(bytes, at_logical_sector, record.logical_sector.count);
    put_le<std::uint64_t>(bytes, at_partition_start, record.partition_start.count);
    put_le<std::uint64_t>(bytes, at_partition_size, record.partition_size.count);
    put_le<std::uint64_t>(bytes, at_intent, static_cast<std::uint64_t>(record.intent_at));
    put_le<std::uint64_t>(bytes, at_committed, static_cast<std::uint64_t>(record.committed_at));

    struct Field {
        const char* name;
        std::size_t at, room;
        const std::string& text;
    };
    for (const Field& field : {Field{"cluster", at_cluster, long_text, record.cluster},
             Field{"WWN", at_wwn, wwn_text, record.wwn}, Field{"serial number", at_serial, long_text, record.serial},
             Field{"label", at_label, long_text, record.label}, Field{"role", at_role, short_text, record.role},
             Field{"filesystem", at_filesystem, filesystem_text, record.filesystem},
             Field{"agent version", at_agent, agent_text, record.agent_version}}) {
        if (!put_text(bytes, field.at, field.room, field.text))
            return fail(ErrorKind::Hold, fmt::format("the {} '{}' does not fit in the ledger: at most {} bytes",
                                                     field.name, field.text, field.room - 1));
    }
    put_le<std::uint32_t>(bytes, at_crc, crc32c(bytes.first(at_crc)));
    return slot;
}

LedgerSlot decode(std::span<const std::uint8_t> slot, std::uint8_t fill)
{
    if (slot.size() != ledger_slot_size.count) return corrupt(fmt::format("{} bytes instead of 4096", slot.size()));
    if (first_other(slot, fill) == slot.size()) return {};
    if (!std::ranges::equal(slot.first(ledger_magic.size()), ledger_magic, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }))
        return {LedgerSlot::Kind::Other, "no magic 'FOOTLEDG', found " + hex(slot, 8), std::nullopt};
    const auto found = get_le<std::uint32_t>(slot, at_crc);
    const auto expected = crc32c(slot.first(at_crc));
    if (found != expected) return corrupt(fmt::format("CRC32C is {:08x}, expected {:08x}", found, expected));
    if (const auto v = get_le<std::uint32_t>(slot, at_version); v != version) {
        LedgerSlot other = corrupt(fmt::format("version {} of the ledger, this agent knows {}", v, version));
        other.newer = v > version;
        return other;
    }
    const auto state = get_le<std::uint32_t>(slot, at_state);
    if (state != static_cast<std::uint32_t>(LedgerState::Intent) && state != static_cast<std::uint32_t>(LedgerState::Committed))
        return corrupt(fmt::format("unknown state {}", state));

    LedgerRecord record;
    record.state = static_cast<LedgerState>(state);
    record.sequence = get_le<std::uint64_t>(slot, at_sequence);
    record.disk_id = get_uuid(slot, at_disk_id);
    record.table_id = get_uuid(slot, at_table_id);
    record.machine = get_uuid(slot, at_machine);
    record.disk_size = {get_le<std::uint64_t>(slot, at_disk_size)};
    record.logical_sector = {get_le<std::uint64_t>(slot, at_logical_sector)};
    record.partition_start = {get_le<std::uint64_t>(slot, at_partition_start)};
    record.partition_size = {get_le<std::uint64_t>(slot, at_partition_size)};
    record.intent_at = static_cast<std::int64_t>(get_le<std::uint64_t>(slot, at_intent));
    record.committed_at = static_cast<std::int64_t>(get_le<std::uint64_t>(slot, at_committed));
    record.cluster = get_text(slot, at_cluster, long_text);
    record.wwn = get_text(slot, at_wwn, wwn_text);
    record.serial = get_text(slot, at_serial, long_text);
    record.label = get_text(slot, at_label, long_text);
    record.role = get_text(slot, at_role, short_text);
    record.filesystem = get_text(slot, at_filesystem, filesystem_text);
    record.agent_version = get_text(slot, at_agent, agent_text);
    const auto again = encode(record);
    if (!again || !std::ranges::equal(again->begin(), again->begin() + record_size, slot.begin(), slot.begin() + record_size))
        return corrupt("bytes outside the record's fields");
    // Behind it lies the fill of its day. A write that was cut, or another fill since, leaves zeros or one byte there.
    const auto behind = slot.subspan(record_size);
    const auto is_expected = [fill](std::uint8_t byte) { return byte == 0 || byte == fill; };
    if (!std::ranges::all_of(behind, is_expected) && first_other(behind, behind.front()) != behind.size())
        return corrupt("bytes outside the record's fields");
    return {LedgerSlot::Kind::Valid, {}, std::move(record)};
}

const LedgerRecord* Ledger::newest() const
{
    const LedgerRecord* best = nullptr;
    for (const auto& slot : slots)
        if (slot.record && (best == nullptr || slot.record->sequence > best->sequence)) best = &*slot.record;
    return best;
}

bool Ledger::blank() const
{
    return std::ranges::all_of(slots, [](const LedgerSlot& slot) { return slot.kind == LedgerSlot::Kind::Blank; });
}

bool Ledger::contradicts_itself() const
{
    if (!slots[0].record || !slots[1].record) return false;
    LedgerRecord a = *slots[0].record;
    LedgerRecord b = *slots[1].record;
    if (a.sequence == b.sequence) return true;
    if (a.sequence > b.sequence) std::swap(a, b);
    if (a.state == LedgerState::Committed && b.state == LedgerState::Intent) return true;  // never undone
    if (a.state == LedgerState::Committed) b.machine = a.machine;  // a hand-over that was cut short
    b.state = a.state;
    b.sequence = a.sequence;
    b.committed_at = a.committed_at;
    return a != b;
}

bool Ledger::settled() const
{
    return std::ranges::all_of(slots, [&](const LedgerSlot& slot) {
        return slot.record && slot.record->state == LedgerState::Committed && slot.record->machine == newest()->machine;
    });
}

std::size_t next_slot(const Ledger& ledger)
{
    const LedgerRecord* newest = ledger.newest();
    return newest != nullptr && ledger.slots[0].record && newest == &*ledger.slots[0].record ? 1 : 0;
}

}  // namespace footing
