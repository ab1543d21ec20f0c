#include "agent/os/clock.hpp"

#include <sys/random.h>

#include <cerrno>
#include <ctime>
#include <fmt/chrono.h>

#include "agent/os/errno_error.hpp"
#include "agent/os/files.hpp"

namespace footing::os {
namespace {

Result<void> fill_random(void* into, std::size_t size)
{
    ssize_t got = 0;
    do got = ::getrandom(into, size, 0);
    while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(size)) return errno_fail(ErrorKind::Retry, "getrandom", got < 0 ? errno : EAGAIN);
    return {};
}

}  // namespace

double seconds_since_boot()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::uint64_t microseconds_since_boot()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

std::int64_t seconds_since_1970() { return static_cast<std::int64_t>(::time(nullptr)); }

std::string rfc3339_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(::time(nullptr))); }

Result<std::uint64_t> random_number()
{
    std::uint64_t value = 0;
    if (auto filled = fill_random(&value, sizeof value); !filled) return std::unexpected(filled.error());
    return value;
}

double random_share() { return static_cast<double>(random_number().value_or(1ULL << 63) >> 11) * 0x1p-53; }

Result<Uuid> random_uuid()
{
    Uuid uuid;
    if (auto filled = fill_random(uuid.bytes.data(), uuid.bytes.size()); !filled) return std::unexpected(filled.error());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
    return uuid;
}

std::string boot_id() { return read_attribute("/proc/sys/kernel/random/boot_id").value_or(""); }

}  // namespace footing::os
