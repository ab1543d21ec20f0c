/// One open block device. Reads and writes bypass the page cache (O_DIRECT), are complete or an Error with its offset,
/// and go through the file descriptor that was opened once: a path is never opened twice and hoped to be the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "agent/model/result.hpp"
#include "agent/model/units.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {

/// Memory that O_DIRECT can read into: aligned to 4096 bytes, a multiple of 4096 long.
class AlignedBuffer {
public:
    explicit AlignedBuffer(std::size_t size);
    AlignedBuffer(AlignedBuffer&&) = delete;
    ~AlignedBuffer();

    [[nodiscard]] std::span<std::uint8_t> bytes() { return {data_, size_}; }

private:
    std::uint8_t* data_;
    std::size_t size_;
};

/// What stays the same for as long as the same drive is attached, asked through the open descriptor.
struct DeviceIdentity {
    std::string device_number;   // fstat's st_rdev: "8:0"
    std::uint64_t diskseq = 0;   // BLKGETDISKSEQ (Linux 5.15); 0 for partitions
    Bytes size;                  // BLKGETSIZE64
    Bytes logical_sector;        // BLKSSZGET
    bool read_only = false;      // BLKROGET
    bool operator==(const DeviceIdentity&) const = default;
};

/// IOC_OPAL_GET_STATUS's flags: locked, or with its shadow MBR active, so that the first part of what is read is not what
/// the drive holds (TCG Storage Opal SSC, "MBR shadowing").
bool hides_what_it_holds(std::uint32_t opal_flags);

enum class Access { Read, Write };
enum class Lock { Shared, Exclusive };

class BlockDevice {
public:
    /// Refuses anything that isn't a block device. Non-blocking: a drive without a medium is an error, not a wait.
    static Result<BlockDevice> open(const std::string& path, Access access);

    [[nodiscard]] Result<DeviceIdentity> identity() const;
    [[nodiscard]] Result<std::string> number() const;  ///< fstat's st_rdev: "8:0"
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] const std::string& path() const { return path_; }

    /// Offset and size are multiples of 4096 (or of the sector size, for the very end). Error code EIO, … or
    /// ENODATA for a read that came back short.
    Result<void> read(std::uint64_t offset, std::span<std::uint8_t> into) const;
    Result<void> write(std::uint64_t offset, std::span<const std::uint8_t> from) const;
    Result<void> flush() const;       ///< fsync: data and drive cache. Never call it again to undo a failure.
    Result<void> drop_cache() const;  ///< BLKFLSBUF: what is read next through the page cache comes from the drive

    /// The whole-disk lock that udev and systemd respect (systemd.io/BLOCK_DEVICE_LOCKING). Waits for it.
    Result<void> lock(Lock kind) const;

    /// Opens it exclusively (O_EXCL): as long as the Fd lives, no mount, mkfs, md or dm can take the disk. EBUSY if one has.
    /// Of a whole drive claim() of drive_claim.hpp asks this.
    [[nodiscard]] Result<Fd> claim() const;

    /// Of the drive's flags; false for drives and kernels that know no OPAL.
    [[nodiscard]] Result<bool> is_opal_locked() const;

    /// What this kernel has written and discarded since the drive came, whoever asked, in sectors of 512 bytes: fields 7
    /// and 14 of its stat (Documentation/block/stat.rst), and of its paths' if it has some. It stands still where queue/iostats is off.
    [[nodiscard]] Result<std::uint64_t> sectors_changed() const;

    /// BLKPG: adds one partition in the kernel without re-reading the table. One that overlaps it is an Error.
    Result<void> add_partition(unsigned number, Bytes start, Bytes size) const;

    /// BLKPG: takes one partition away from the kernel. EBUSY while anybody has it open.
    Result<void> drop_partition(unsigned number) const;

    /// Overwrites with one byte, past the cache; 0x00 by the drive's own command where it has one that promises zeros.
    Result<void> overwrite(std::uint64_t offset, std::uint64_t size, std::uint8_t fill) const;

private:
    BlockDevice(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    Fd fd_;
};

}  // namespace footing::os
