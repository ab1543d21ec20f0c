#include "agent/os/block_device.hpp"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/sed-opal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <new>
#include <sstream>
#include <vector>

#include "agent/os/errno_error.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mapped_partition.hpp"

namespace footing::os {
namespace {

std::string open_by_us(int fd)
{
    return fmt::format("/proc/self/fd/{}", fd);
}

/// Of one device: written and discarded.
Result<std::uint64_t> changed_in(const std::filesystem::path& folder)
{
    const auto text = read_file(folder / "stat");
    if (!text) return std::unexpected(text.error());
    constexpr std::size_t written = 6, discarded = 13;
    std::istringstream fields(*text);
    const std::vector<std::uint64_t> numbers{std::istream_iterator<std::uint64_t>(fields), {}};
    if (numbers.size() <= discarded) return fail(ErrorKind::Hold, fmt::format("{}/stat has {} fields: whether somebody writes to the drive can't be told", folder.string(), numbers.size()), ENODATA);
    return numbers[written] + numbers[discarded];
}

}  // namespace

bool hides_what_it_holds(std::uint32_t opal_flags)
{
    const bool shadowed = (opal_flags & OPAL_FL_MBR_ENABLED) != 0 && (opal_flags & OPAL_FL_MBR_DONE) == 0;
    return (opal_flags & OPAL_FL_LOCKED) != 0 || shadowed;
}

AlignedBuffer::AlignedBuffer(std::size_t size)
    : data_(static_cast<std::uint8_t*>(std::aligned_alloc(4096, (size + 4095) / 4096 * 4096))), size_(size)
{
    if (data_ == nullptr) throw std::bad_alloc();
}

AlignedBuffer::~AlignedBuffer() { std::free(data_); }

Result<BlockDevice> BlockDevice::open(const std::string& path, Access access)
{
    const int mode = access == Access::Write ? O_RDWR : O_RDONLY;
    Fd fd(::open(path.c_str(), mode | O_DIRECT | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return errno_fail(ErrorKind::Hold, "open " + path, errno);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return errno_fail(ErrorKind::Hold, "stat " + path, errno);
    if (!S_ISBLK(info.st_mode)) return fail(ErrorKind::Refuse, path + " is not a block device", ENOTBLK);
    return BlockDevice(path, std::move(fd));
}

Result<std::string> BlockDevice::number() const
{
    struct stat info{};
    if (::fstat(fd_.get(), &info) != 0) return errno_fail(ErrorKind::Hold, "stat " + path_, errno);
    return fmt::format("{}:{}", major(info.st_rdev), minor(info.st_rdev));
}

Result<DeviceIdentity> BlockDevice::identity() const
{
    DeviceIdentity identity;
    int sector = 0;
    int read_only = 0;
    auto device_number = number();
    if (!device_number) return std::unexpected(device_number.error());
    identity.device_number = std::move(*device_number);
    if (::ioctl(fd_.get(), BLKGETSIZE64, &identity.size.count) != 0) return errno_fail(ErrorKind::Hold, "BLKGETSIZE64 " + path_, errno);
    if (::ioctl(fd_.get(), BLKSSZGET, &sector) != 0) return errno_fail(ErrorKind::Hold, "BLKSSZGET " + path_, errno);
    if (::ioctl(fd_.get(), BLKROGET, &read_only) != 0) return errno_fail(ErrorKind::Hold, "BLKROGET " + path_, errno);
    std::uint64_t diskseq = 0;
    if (::ioctl(fd_.get(), BLKGETDISKSEQ, &diskseq) == 0) identity.diskseq = diskseq;  // older kernels have none
    identity.logical_sector = {static_cast<std::uint64_t>(sector)};
    identity.read_only = read_only != 0;
    return identity;
}

Result<void> BlockDevice::read(std::uint64_t offset, std::span<std::uint8_t> into) const
{
    while (!into.empty()) {
        const ssize_t got = ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_fail(ErrorKind::Hold, fmt::format("read {} bytes at {} of {}", into.size(), offset, path_), errno);
        if (got == 0) return fail(ErrorKind::Hold, fmt::format("read at {} of {}: the drive ends there", offset, path_), ENODATA);
        offset += static_cast<std::uint64_t>(got);
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Result<void> BlockDevice::write(std::uint64_t offset, std::span<const std::uint8_t> from) const
{
    while (!from.empty()) {
        const ssize_t put = ::pwrite(fd_.get(), from.data(), from.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno_fail(ErrorKind::Hold, fmt::format("write {} bytes at {} of {}", from.size(), offset, path_), errno);
        if (put == 0) return fail(ErrorKind::Hold, fmt::format("write at {} of {}: nothing was written", offset, path_), ENODATA);
        offset += static_cast<std::uint64_t>(put);
        from = from.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

Result<void> BlockDevice::flush() const
{
    if (::fsync(fd_.get()) != 0) return errno_fail(ErrorKind::Hold, "flush " + path_, errno);
    return {};
}

Result<void> BlockDevice::drop_cache() const
{
    if (::ioctl(fd_.get(), BLKFLSBUF, 0) != 0) return errno_fail(ErrorKind::Hold, "BLKFLSBUF " + path_, errno);
    return {};
}

Result<void> BlockDevice::lock(Lock kind) const
{
    while (::flock(fd_.get(), kind == Lock::Exclusive ? LOCK_EX : LOCK_SH) != 0)
        if (errno != EINTR) return errno_fail(ErrorKind::Hold, "lock " + path_, errno);
    return {};
}

Result<Fd> BlockDevice::claim() const
{
    // Through our own descriptor: the same device, whatever the path means by now.
    Fd exclusive(::open(open_by_us(fd_.get()).c_str(), O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK));
    if (!exclusive) return errno_fail(ErrorKind::Hold, "open " + path_ + " exclusively", errno);
    return exclusive;
}

Result<bool> BlockDevice::is_opal_locked() const
{
    constexpr int no_such_command[] = {ENOTTY, EINVAL, EOPNOTSUPP, 524};  // 524: the kernel's ENOTSUPP, which sed_ioctl() gave until 5.18; EINVAL: loop
    struct opal_status status{};
    if (::ioctl(fd_.get(), IOC_OPAL_GET_STATUS, &status) == 0) return hides_what_it_holds(status.flags);
    if (std::ranges::contains(no_such_command, errno)) return false;
    return errno_fail(ErrorKind::Hold, "IOC_OPAL_GET_STATUS " + path_, errno);
}

Result<std::uint64_t> BlockDevice::sectors_changed() const
{
    const auto own = number();
    if (!own) return std::unexpected(own.error());
    const std::filesystem::path folder = "/sys/dev/block/" + *own;
    auto sum = changed_in(folder);
    if (!sum || !is_mapped(std::filesystem::path(path_).filename())) return sum;
    const auto paths = read_folder(folder / "slaves");
    if (!paths) return std::unexpected(paths.error());
    for (const auto& path : *paths) {
        const auto changed = changed_in(folder / "slaves" / path);
        if (!changed) return changed;
        *sum += *changed;
    }
    return sum;
}

Result<void> BlockDevice::add_partition(unsigned number, Bytes start, Bytes size) const
{
    blkpg_partition partition{};
    partition.pno = static_cast<int>(number);
    partition.start = static_cast<long long>(start.count);
    partition.length = static_cast<long long>(size.count);
    blkpg_ioctl_arg argument{BLKPG_ADD_PARTITION, 0, sizeof partition, &partition};
    if (::ioctl(fd_.get(), BLKPG, &argument) != 0)
        return errno_fail(ErrorKind::Hold, fmt::format("add partition {} of {} to the kernel", number, path_), errno);
    return {};
}

Result<void> BlockDevice::drop_partition(unsigned number) const
{
    blkpg_partition partition{};
    partition.pno = static_cast<int>(number);
    blkpg_ioctl_arg argument{BLKPG_DEL_PARTITION, 0, sizeof partition, &partition};
    if (::ioctl(fd_.get(), BLKPG, &argument) != 0)
        return errno_fail(ErrorKind::Hold, fmt::format("take partition {} of {} from the kernel", number, path_), errno);
    return {};
}

Result<void> BlockDevice::overwrite(std::uint64_t offset, std::uint64_t size, std::uint8_t fill) const
{
    // Punching a block device is REQ_OP_WRITE_ZEROES without a fallback: zeros, or EOPNOTSUPP (block/fops.c,
    // blkdev_fallocate()). A discard promises nothing and is never used.
    if (fill == 0 && ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size)) == 0)
        return {};
    AlignedBuffer buffer(std::min<std::uint64_t>(size, 1ULL << 20));
    std::ranges::fill(buffer.bytes(), fill);
    for (std::uint64_t done = 0; done < size;) {
        const auto piece = buffer.bytes().first(std::min<std::uint64_t>(buffer.bytes().size(), size - done));
        if (auto written = write(offset + done, piece); !written) return written;
        done += piece.size();
    }
    return {};
}

}  // namespace footing::os
