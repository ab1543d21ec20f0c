// Whatever lies where a GPT would: MBR, header, entries. Input: as on a disk with sectors of 512 bytes, LBA 0 to 33.
#include <algorithm>
#include <vector>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"
#include "agent/model/gpt.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace footing;

namespace {

constexpr std::size_t sector = 512, table = 34 * sector, header_size = 92;

void check(const std::vector<std::uint8_t>& disk)
{
    const std::span<const std::uint8_t> bytes(disk);
    (void)parse_mbr(bytes.first(sector));
    const auto header = bytes.subspan(sector, sector);
    const GptCopy alone = parse_gpt_header(header, 1, Bytes{sector});
    const GptCopy whole = parse_gpt(header, bytes.subspan(2 * sector), 1, Bytes{sector});
    // Entries can make a good header bad, never a bad one good.
    if (whole.kind == GptCopy::Kind::Valid) promise(alone.kind == GptCopy::Kind::Valid && whole.table_id == alone.table_id);
    promise((whole.kind == GptCopy::Kind::Absent) == (alone.kind == GptCopy::Kind::Absent));
    if (whole.kind != GptCopy::Kind::Valid) promise(whole.partitions.empty());
    for (const auto& partition : whole.partitions) promise(partition.size.count > 0);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::vector<std::uint8_t> disk(table, 0);
    std::copy_n(data, std::min(size, disk.size()), disk.begin());
    check(disk);
    // The same with the right checksums (UEFI 2.10 §5.3.2): entries at 88, header at 16.
    const std::span<std::uint8_t> bytes(disk);
    const auto header = bytes.subspan(sector, sector);
    put_le<std::uint32_t>(header, 88, crc32(bytes.subspan(2 * sector)));
    put_le<std::uint32_t>(header, 16, 0);
    put_le<std::uint32_t>(header, 16, crc32(header.first(header_size)));
    check(disk);
    return 0;
}
