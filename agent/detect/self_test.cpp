#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

#include "agent/detect/fixtures.hpp"
#include "agent/detect/probe.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"

namespace footing {
namespace {

Result<os::Fd> disk_of(const Fixture& fixture)
{
    os::Fd memory(::memfd_create("footing-fixture", MFD_CLOEXEC));
    if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(fixture_disk_size)) != 0)
        return os::errno_fail(ErrorKind::Hold, "make a disk in memory", errno);
    for (const auto& piece : fixture.pieces)
        if (::pwrite(memory.get(), piece.bytes.data(), piece.bytes.size(), static_cast<off_t>(piece.offset)) != static_cast<ssize_t>(piece.bytes.size()))
            return os::errno_fail(ErrorKind::Hold, "fill a disk in memory", errno);
    return memory;
}

/// What lies between `from` and `from + size` of the fixture.
std::vector<std::uint8_t> part_of(const Fixture& fixture, std::uint64_t from, std::size_t size)
{
    std::vector<std::uint8_t> bytes(size, 0);
    for (const auto& piece : fixture.pieces)
        for (std::size_t i = 0; i < piece.bytes.size(); ++i)
            if (piece.offset + i >= from && piece.offset + i - from < size)
                bytes[piece.offset + i - from] = static_cast<std::uint8_t>(piece.bytes[i]);
    return bytes;
}

}  // namespace

Result<void> self_test()
{
    constexpr std::size_t window = 128ULL << 10;
    for (const auto& fixture : prober_fixtures()) {
        auto disk = disk_of(fixture);
        if (!disk) return std::unexpected(disk.error());
        auto found = probe_with_libblkid(disk->get());
        if (!found) return std::unexpected(found.error());
        if (std::ranges::none_of(*found, [&](const Signature& signature) { return signature.type == fixture.type; }))
            return fail(ErrorKind::Hold, fmt::format("libblkid does not recognise '{}'", fixture.name));
        const auto head = part_of(fixture, 0, window);
        const auto tail = part_of(fixture, fixture_disk_size - window, window);
        if (probe_with_table(head, tail, Bytes{fixture_disk_size}).empty())
            return fail(ErrorKind::Hold, fmt::format("footing's own table does not recognise '{}'", fixture.name));
    }
    return {};
}

}  // namespace footing
