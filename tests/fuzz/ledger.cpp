// Whatever lies in a ledger slot: it is read without harm, and what counts as valid is exactly what we would have written.
#include <algorithm>
#include <vector>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"
#include "agent/model/ledger.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace footing;

namespace {

void check(const std::vector<std::uint8_t>& slot)
{
    const LedgerSlot read = decode(slot, 0);
    promise((read.kind == LedgerSlot::Kind::Valid) == read.record.has_value());
    promise((read.kind == LedgerSlot::Kind::Blank) == std::ranges::all_of(slot, [](std::uint8_t byte) { return byte == 0; }));
    if (!read.record) return;
    const auto written = encode(*read.record, 0);
    promise(written && *written == slot);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::vector<std::uint8_t> slot(ledger_slot_size.count, 0);
    std::copy_n(data, std::min(size, slot.size()), slot.begin());
    check(slot);
    // A fuzzer guesses no checksum: the same with the right one (ledger.cpp: over the first 508 bytes, in the last 4).
    put_le<std::uint32_t>(slot, 508, crc32c(std::span<const std::uint8_t>(slot).first(508)));
    check(slot);
    return 0;
}
