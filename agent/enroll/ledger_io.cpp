#include "agent/enroll/ledger_io.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace footing {

Result<void> write_record(const os::BlockDevice& device, Ledger& ledger, const LedgerRecord& record, std::uint8_t fill)
{
    auto bytes = encode(record, fill);
    if (!bytes) return std::unexpected(bytes.error());
    const std::size_t slot = next_slot(ledger);
    os::AlignedBuffer buffer(bytes->size());
    std::ranges::copy(*bytes, buffer.bytes().begin());
    if (auto written = device.write(ledger_slots[slot].count, buffer.bytes()); !written) return written;
    if (auto flushed = device.flush(); !flushed) return flushed;

    os::AlignedBuffer again(bytes->size());
    if (auto read = device.read(ledger_slots[slot].count, again.bytes()); !read) return read;
    if (!std::ranges::equal(again.bytes(), *bytes))
        return fail(ErrorKind::Hold, fmt::format("ledger slot {} of {} reads back other than it was written", slot, device.path()));
    ledger.slots[slot] = {LedgerSlot::Kind::Valid, {}, record};
    return {};
}

Result<void> settle(const os::BlockDevice& device, Ledger& ledger, std::uint8_t fill)
{
    while (!ledger.settled()) {
        const LedgerRecord* newest = ledger.newest();
        if (newest == nullptr || newest->state != LedgerState::Committed)
            return fail(ErrorKind::Bug, "settle() of a ledger that isn't COMMITTED");
        LedgerRecord next = *newest;
        ++next.sequence;
        if (auto written = write_record(device, ledger, next, fill); !written) return written;
    }
    return {};
}

Result<void> hand_over(const os::BlockDevice& device, Ledger& ledger, const Uuid& machine, std::uint8_t fill)
{
    const LedgerRecord* newest = ledger.newest();
    if (newest == nullptr || newest->state != LedgerState::Committed || !ledger.settled())
        return fail(ErrorKind::Bug, "hand_over() of a ledger that isn't COMMITTED in both slots");
    LedgerRecord next = *newest;
    ++next.sequence;
    next.machine = machine;
    if (auto written = write_record(device, ledger, next, fill); !written) return written;
    return settle(device, ledger, fill);
}

}  // namespace footing
