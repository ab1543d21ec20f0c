#include "agent/enroll/last_look.hpp"

#include <fmt/format.h>

#include "agent/model/bytes_io.hpp"

namespace footing {
namespace {

constexpr std::uint64_t piece = 1ULL << 20;  // the first holds GPT and ledger, the second is where the partition begins

Result<void> check_blank(const os::BlockDevice& device, std::uint64_t offset, std::uint8_t fill)
{
    os::AlignedBuffer buffer(piece);
    if (auto read = device.read(offset, buffer.bytes()); !read) return read;
    const std::size_t other = first_other(buffer.bytes(), fill);
    if (other == piece) return {};
    return fail(ErrorKind::Hold, fmt::format("byte {} of {} was proved blank and isn't any more: somebody writes to it", offset + other, device.path()));
}

}  // namespace

Result<void> check_untouched(const os::BlockDevice& device, std::uint64_t sectors_changed, Bytes size, std::uint8_t fill)
{
    for (const std::uint64_t offset : {std::uint64_t{0}, piece, size.count - piece})
        if (auto blank = check_blank(device, offset, fill); !blank) return blank;
    const auto now = device.sectors_changed();
    if (!now) return std::unexpected(now.error());
    if (*now == sectors_changed) return {};
    return fail(ErrorKind::Hold, fmt::format("{} of {} were written while it was looked at: somebody else uses it", to_string(Bytes{512} * (*now - sectors_changed)), device.path()));
}

Result<void> check_ledger(const os::BlockDevice& device, const Ledger& known, std::uint8_t fill)
{
    os::AlignedBuffer slot(ledger_slot_size.count);
    for (std::size_t i = 0; i < ledger_slots.size(); ++i) {
        if (auto read = device.read(ledger_slots[i].count, slot.bytes()); !read) return read;
        if (decode(slot.bytes(), fill) != known.slots[i])
            return fail(ErrorKind::Hold, fmt::format("ledger slot {} of {} isn't as it was: somebody else writes to it", i, device.path()));
    }
    return {};
}

}  // namespace footing
