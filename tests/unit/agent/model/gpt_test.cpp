#include "agent/model/gpt.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"

using namespace footing;

namespace {

constexpr const char* table_id = "1f0e2d3c-4b5a-4697-8879-6a5b4c3d2e1f";
constexpr const char* partition_id = "7d2c5a10-93f1-4c6e-8a52-0b9d4e6f1a23";
constexpr Bytes disk_size = 64_MiB;

using Image = std::vector<std::uint8_t>;

/// A disk of 64 MiB with the table that the real sfdisk writes for this script.
Image sfdisk_image(Bytes sector, const std::string& script)
{
    const auto path = std::filesystem::temp_directory_path() / fmt::format("footing-gpt-{}", ::getpid());
    std::ofstream(path).close();
    std::filesystem::resize_file(path, disk_size.count);
    const auto command = fmt::format("printf '{}' | sfdisk --quiet --no-reread --sector-size {} {} 2>&1", script,
                                     sector.count, path.string());
    const int status = std::system(command.c_str());
    Image image(disk_size.count);
    std::ifstream written(path, std::ios::binary);
    written.read(reinterpret_cast<char*>(image.data()), static_cast<std::streamsize>(image.size()));
    std::filesystem::remove(path);
    REQUIRE_MESSAGE(status == 0, command);
    return image;
}

std::string script()
{
    return fmt::format("label: gpt\\nlabel-id: {}\\nstart=1MiB, size=62MiB, type={}, uuid={}, name=footing\\n",
                       table_id, footing_partition_type, partition_id);
}

/// What the detector does: header first, then the entries where the header says.
GptCopy read_copy(const Image& image, std::uint64_t lba, Bytes sector)
{
    const auto header = std::span(image).subspan(lba * sector.count, sector.count);
    const auto copy = parse_gpt_header(header, lba, sector);
    if (copy.kind != GptCopy::Kind::Valid) return copy;
    const auto start = copy.entries_lba * sector.count;
    if (start > image.size() - 128 * 128) return parse_gpt(header, {}, lba, sector);
    return parse_gpt(header, std::span(image).subspan(start, 128 * 128), lba, sector);
}

Gpt read(const Image& image, Bytes sector)
{
    return {parse_mbr(std::span(image).first(sector.count)), read_copy(image, 1, sector),
            read_copy(image, image.size() / sector.count - 1, sector)};
}

/// Header and entries of one copy, to be changed and made valid again.
struct Copy {
    Image& image;
    std::size_t header, entries;

    Copy(Image& where, std::uint64_t lba, Bytes sector)
        : image(where), header(lba * sector.count), entries(get_le<std::uint64_t>(where, header + 72) * sector.count)
    {
    }
    void seal_entries()
    {
        put_le<std::uint32_t>(image, header + 88, crc32(std::span(image).subspan(entries, 128 * 128)));
    }
    void seal()
    {
        put_le<std::uint32_t>(image, header + 16, 0);
        put_le<std::uint32_t>(image, header + 16, crc32(std::span(image).subspan(header, 92)));
    }
};

/// Why the primary copy is damaged after this change to the image that sfdisk wrote.
std::string why(const std::function<void(Image&, Copy&)>& change)
{
    static const Image good = sfdisk_image(512_B, script());
    Image image = good;
    Copy primary(image, 1, 512_B);
    change(image, primary);
    const auto gpt = read(image, 512_B);
    CHECK(!gpt.intact());
    CHECK(gpt.backup == read(good, 512_B).backup);
    CHECK(gpt.primary.kind == GptCopy::Kind::Damaged);
    CHECK(gpt.primary.partitions.empty());
    return gpt.primary.why;
}

}  // namespace

TEST_CASE("a table that sfdisk wrote is read as it was asked for")
{
    for (const Bytes sector : {512_B, 4096_B}) {
        CAPTURE(sector.count);
        const auto gpt = read(sfdisk_image(sector, script()), sector);
        const std::uint64_t last = disk_size.count / sector.count - 1;
        REQUIRE(gpt.primary.partitions.size() == 1);
        const auto& partition = gpt.primary.partitions[0];
        CHECK(partition.number == 1);
        CHECK(to_string(partition.type) == footing_partition_type);
        CHECK(to_string(partition.id) == partition_id);
        CHECK(partition.start == 1_MiB);
        CHECK(partition.size == 62_MiB);
        CHECK(partition.name == "footing");
        CHECK(gpt.mbr == Gpt::Mbr::Protective);
        CHECK(gpt.primary.kind == GptCopy::Kind::Valid);
        CHECK(gpt.backup.kind == GptCopy::Kind::Valid);
        CHECK(to_string(gpt.primary.table_id) == table_id);
        CHECK(gpt.primary.lba == 1);
        CHECK(gpt.primary.other_lba == last);
        CHECK(gpt.primary.entries_lba == 2);
        CHECK(gpt.backup.lba == last);
        CHECK(gpt.backup.other_lba == 1);
        CHECK(gpt.backup.partitions == gpt.primary.partitions);
        CHECK(gpt.intact());
    }
}

TEST_CASE("an empty table and one of many partitions are read too")
{
    const auto empty = read(sfdisk_image(512_B, "label: gpt\\n"), 512_B);
    CHECK(empty.intact());
    CHECK(empty.primary.partitions.empty());

    std::string many = "label: gpt\\n";
    for (int i = 0; i < 9; ++i) many += "size=1MiB, name=\"p\xc3\xa4\"\\n";
    const auto gpt = read(sfdisk_image(512_B, many), 512_B);
    CHECK(gpt.intact());
    REQUIRE(gpt.primary.partitions.size() == 9);
    CHECK(gpt.primary.partitions[8].number == 9);
    CHECK(gpt.primary.partitions[8].start == 9_MiB);
    CHECK(gpt.primary.partitions[8].name == "p?");
}

TEST_CASE("a disk without a table has none")
{
    const Image blank(disk_size.count, 0);
    CHECK(read(blank, 512_B) == Gpt{});
    CHECK(!read(blank, 512_B).intact());
    CHECK(parse_gpt_header({}, 1, 512_B) == GptCopy{});
    CHECK(parse_mbr({}) == Gpt::Mbr::None);
}

TEST_CASE("a table of 512-byte sectors is none on a disk of 4096-byte sectors, and the reverse")
{
    for (const auto& [written, seen] : {std::pair{512_B, 4096_B}, {4096_B, 512_B}}) {
        const auto gpt = read(sfdisk_image(written, script()), seen);
        CHECK(gpt.mbr == Gpt::Mbr::Protective);
        CHECK(gpt.primary.kind == GptCopy::Kind::Absent);
        CHECK(!gpt.intact());
    }
}

TEST_CASE("an MBR is protective only if its one entry says so")
{
    Image sector(512, 0);
    CHECK(parse_mbr(sector) == Gpt::Mbr::None);
    sector[510] = 0x55;
    sector[511] = 0xAA;
    CHECK(parse_mbr(sector) == Gpt::Mbr::Other);  // a boot sector, a FAT, an MBR without partitions
    sector[446 + 4] = 0x83;
    CHECK(parse_mbr(sector) == Gpt::Mbr::Other);
    sector[446 + 4] = 0xEE;
    CHECK(parse_mbr(sector) == Gpt::Mbr::Protective);
    sector[446 + 16 + 4] = 0x07;
    CHECK(parse_mbr(sector) == Gpt::Mbr::Other);  // hybrid
    sector[446 + 16 + 4] = 0;
    sector[511] = 0xAB;
    CHECK(parse_mbr(sector) == Gpt::Mbr::None);
    sector[511] = 0xAA;
    sector[510] = 0x54;
    CHECK(parse_mbr(sector) == Gpt::Mbr::None);
}

TEST_CASE("a protective MBR, a primary or a backup copy that is gone leaves no intact table")
{
    for (const Bytes sector : {512_B, 4096_B}) {
        const auto good = sfdisk_image(sector, script());
        const auto without = [&](std::size_t at) {
            Image image = good;
            std::memset(&image[at], 0, sector.count);
            return read(image, sector);
        };
        const auto whole = read(good, sector);
        CHECK(without(0) == Gpt{Gpt::Mbr::None, whole.primary, whole.backup});
        CHECK(without(sector.count) == Gpt{whole.mbr, {}, whole.backup});
        CHECK(without(disk_size.count - sector.count) == Gpt{whole.mbr, whole.primary, {}});
        CHECK(!without(0).intact());
        CHECK(!without(sector.count).intact());
        CHECK(!without(disk_size.count - sector.count).intact());
    }
}

TEST_CASE("each flipped bit of a header or of its entries damages that copy")
{
    const auto good = sfdisk_image(512_B, script());
    const auto last = disk_size.count / 512 - 1;
    const auto whole = read(good, 512_B);
    for (const std::uint64_t lba : {std::uint64_t{1}, last}) {
        Image image = good;
        const Copy copy(image, lba, 512_B);
        const auto check = [&](std::size_t at) {
            for (unsigned bit = 0; bit < 8; ++bit) {
                image[at] ^= static_cast<std::uint8_t>(1U << bit);
                const auto seen = read(image, 512_B);
                image[at] ^= static_cast<std::uint8_t>(1U << bit);
                const auto& hurt = lba == 1 ? seen.primary : seen.backup;
                const auto& other = lba == 1 ? seen.backup : seen.primary;
                // Without its magic it is no header at all.
                const bool in_magic = at >= copy.header && at < copy.header + 8;
                const auto expected = in_magic ? GptCopy::Kind::Absent : GptCopy::Kind::Damaged;
                if (hurt.kind != expected || seen.intact() || other != (lba == 1 ? whole.backup : whole.primary))
                    FAIL("LBA " << lba << ", byte " << at << ", bit " << bit);
            }
        };
        for (std::size_t i = 0; i < 92; ++i) check(copy.header + i);
        for (std::size_t i = 0; i < 128 + 16; ++i) check(copy.entries + i);  // the used entry, and the next one's type
        check(copy.entries + 128 * 128 - 1);
    }
}

TEST_CASE("a damaged copy says what is wrong, even when its checksums are right")
{
    const auto number = [](std::size_t at, std::uint64_t value) {
        return [=](Image& image, Copy& copy) {
            put_le<std::uint64_t>(image, copy.header + at, value);
            copy.seal();
        };
    };
    CHECK(why([](Image& i, Copy& c) { i[c.header + 60] ^= 1; }).starts_with("header CRC is "));
    CHECK(why([](Image& i, Copy& c) { i[c.entries] ^= 1; }).starts_with("entries' CRC is "));
    CHECK(why([](Image& i, Copy& c) { i[c.header + 10] = 2; c.seal(); }) == "revision is 00020000, expected 00010000");
    CHECK(why([](Image& i, Copy& c) { i[c.header + 12] = 96; c.seal(); }) == "header size is 96, expected 92");
    CHECK(why(number(24, 2)) == "header says that it lies at LBA 2, it lies at 1");
    CHECK(why(number(72, UINT64_MAX / 1024)) == "entries could not be read");
    CHECK(why([](Image& i, Copy& c) { i[c.header + 80] = 64; c.seal(); }) ==
          "64 entries of 128 bytes, expected 128 of 128");
    CHECK(why([](Image& i, Copy& c) { i[c.header + 85] = 1; c.seal(); }) ==
          "128 entries of 384 bytes, expected 128 of 128");
}

TEST_CASE("a partition outside of its table's room damages the copy")
{
    const auto lies = [](std::uint64_t first, std::uint64_t last) {
        return why([=](Image& image, Copy& copy) {
            put_le<std::uint64_t>(image, copy.entries + 32, first);
            put_le<std::uint64_t>(image, copy.entries + 40, last);
            copy.seal_entries();
            copy.seal();
        });
    };
    const std::uint64_t sectors = disk_size.count / 512;
    CHECK(lies(4096, 2048) == "partition 1 ends before it starts");
    CHECK(lies(33, 4096).starts_with("partition 1 lies at LBA 33 to 4096, the table has room from "));
    CHECK(lies(2048, sectors - 30).starts_with("partition 1 lies at"));
    CHECK(lies(2048, sectors - 1).starts_with("partition 1 lies at"));
    // Times 512 these are 1 MiB and 63 MiB again: 2^55 sectors are 2^64 bytes.
    CHECK(lies(2048 + (1ULL << 55), 129023 + (1ULL << 55)).starts_with("partition 1 lies at"));
    // The header's own word is no proof either.
    const auto roomier = [&](Image& image, Copy& copy) {
        put_le<std::uint64_t>(image, copy.entries + 40, sectors * 2);
        put_le<std::uint64_t>(image, copy.header + 48, sectors * 4);
        copy.seal_entries();
        copy.seal();
    };
    CHECK(why(roomier).starts_with("partition 1 lies at"));
}

TEST_CASE("two valid copies that differ are no intact table")
{
    const auto good = sfdisk_image(512_B, script());
    const auto last = disk_size.count / 512 - 1;
    const auto changed = [&](const std::function<void(Image&, Copy&)>& change) {
        Image image = good;
        Copy backup(image, last, 512_B);
        change(image, backup);
        backup.seal_entries();
        backup.seal();
        const auto gpt = read(image, 512_B);
        CHECK(gpt.primary.kind == GptCopy::Kind::Valid);
        CHECK(gpt.backup.kind == GptCopy::Kind::Valid);
        return gpt.intact();
    };
    CHECK(changed([](Image&, Copy&) {}));
    CHECK(!changed([](Image& i, Copy& c) { i[c.header + 56] ^= 1; }));   // table id
    CHECK(!changed([](Image& i, Copy& c) { i[c.header + 32] = 2; }));    // the other copy's place
    CHECK(!changed([](Image& i, Copy& c) { i[c.entries + 16] ^= 1; }));  // partition id
    CHECK(!changed([](Image& i, Copy& c) { i[c.entries + 56] ^= 1; }));  // name
    CHECK(!changed([](Image& i, Copy& c) { i[c.entries + 48] ^= 4; }));  // attributes, which aren't read
}

TEST_CASE("a table made for a smaller disk is not intact on the bigger one")
{
    auto image = sfdisk_image(512_B, script());
    const auto old_last = disk_size.count / 512 - 1;
    image.resize((disk_size + 8_MiB).count, 0);
    CHECK(!read(image, 512_B).intact());
    CHECK(read(image, 512_B).primary.kind == GptCopy::Kind::Valid);
    // A backup copy moved to the new end by hand, the primary still pointing at the old one.
    std::memcpy(&image[image.size() - 512], &image[old_last * 512], 512);
    Copy backup(image, image.size() / 512 - 1, 512_B);
    put_le<std::uint64_t>(image, backup.header + 24, image.size() / 512 - 1);
    backup.seal();
    CHECK(read(image, 512_B).backup.kind == GptCopy::Kind::Valid);
    CHECK(!read(image, 512_B).intact());
}
