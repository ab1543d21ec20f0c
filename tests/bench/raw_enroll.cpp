/// The raw limit of an enrolment: the same reads, the same GPT, the same mkfs and mount on all disks at once, and no check
/// at all. Never run it on a disk with data: it destroys what it is given.
///
///     raw_enroll DEVICE MOUNT_POINT [DEVICE MOUNT_POINT]...
///
/// Reads what the proof of blankness reads (proof_ranges(), O_DIRECT), twice, because footing proves twice; writes the table with libfdisk; adds the partition with BLKPG; runs mkfs.xfs -K; mounts.
#include <fcntl.h>
#include <libfdisk.h>
#include <linux/blkpg.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "agent/detect/proof_reads.hpp"

namespace {

constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t piece = 4 * mib;

void check(bool good, const std::string& what)
{
    if (!good) throw std::runtime_error(what + " failed");
}

void read_what_the_proof_reads(int fd, std::uint64_t size, std::uint64_t seed)
{
    const std::unique_ptr<void, decltype(&std::free)> buffer(std::aligned_alloc(4096, piece), std::free);
    for (const auto& range : footing::proof_ranges({size}, {}, seed))
        for (std::uint64_t done = 0; done < range.size; done += piece) {
            const std::uint64_t count = std::min(piece, range.size - done);
            check(::pread(fd, buffer.get(), count, static_cast<off_t>(range.offset + done)) == static_cast<ssize_t>(count), "read");
        }
}

void write_table(int fd, const char* path, std::uint64_t start, std::uint64_t length)
{
    fdisk_context* context = fdisk_new_context();
    fdisk_disable_dialogs(context, 1);
    check(fdisk_assign_device_by_fd(context, fd, path, 0) == 0, "assign");
    check(fdisk_create_disklabel(context, "gpt") == 0, "GPT");
    const std::uint64_t sector = fdisk_get_sector_size(context);
    fdisk_partition* partition = fdisk_new_partition();
    fdisk_partition_set_start(partition, start / sector);
    fdisk_partition_set_size(partition, length / sector);
    fdisk_partition_set_partno(partition, 0);
    check(fdisk_add_partition(context, partition, nullptr) == 0, "partition");
    check(fdisk_write_disklabel(context) == 0, "write");
    fdisk_unref_partition(partition);
    fdisk_deassign_device(context, 1);
    fdisk_unref_context(context);
}

void add_partition_node(int fd, std::uint64_t start, std::uint64_t length)
{
    blkpg_partition partition{};
    partition.start = static_cast<long long>(start);
    partition.length = static_cast<long long>(length);
    partition.pno = 1;
    blkpg_ioctl_arg argument{BLKPG_ADD_PARTITION, 0, sizeof partition, &partition};
    check(::ioctl(fd, BLKPG, &argument) == 0, "BLKPG");
}

void make_filesystem(std::string node)
{
    std::string program = "mkfs.xfs", quiet = "-q", keep = "-K";
    char* argv[] = {program.data(), quiet.data(), keep.data(), node.data(), nullptr};
    pid_t child = 0;
    check(::posix_spawnp(&child, "mkfs.xfs", nullptr, nullptr, argv, environ) == 0, "mkfs.xfs");
    int status = 0;
    check(::waitpid(child, &status, 0) == child && status == 0, "mkfs.xfs on " + node);
}

void enroll(const char* path, const char* where, unsigned seed)
{
    const int direct = ::open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
    const int cached = ::open(path, O_RDWR | O_CLOEXEC);
    check(direct >= 0 && cached >= 0, std::string("open ") + path);
    const auto size = static_cast<std::uint64_t>(::lseek(cached, 0, SEEK_END));
    read_what_the_proof_reads(direct, size, seed);
    read_what_the_proof_reads(direct, size, seed + 1);
    const std::uint64_t length = (size - 2 * mib) / mib * mib;
    write_table(cached, path, mib, length);
    add_partition_node(cached, mib, length);
    const std::string node = std::string(path) + "p1";
    make_filesystem(node);
    check(::mount(node.c_str(), where, "xfs", 0, nullptr) == 0, "mount " + node);
    ::close(direct);
    ::close(cached);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3 || argc % 2 == 0) {
        std::fprintf(stderr, "usage: raw_enroll DEVICE MOUNT_POINT [DEVICE MOUNT_POINT]...\n");
        return 64;
    }
    std::vector<std::jthread> workers;
    std::vector<std::string> errors(static_cast<std::size_t>(argc));
    for (int i = 1; i + 1 < argc; i += 2)
        workers.emplace_back([=, &errors] {
            try {
                enroll(argv[i], argv[i + 1], static_cast<unsigned>(i));
            } catch (const std::exception& error) {
                errors[static_cast<std::size_t>(i)] = std::string(argv[i]) + ": " + error.what();
            }
        });
    workers.clear();
    for (const auto& error : errors)
        if (!error.empty()) std::fprintf(stderr, "raw_enroll: %s\n", error.c_str());
    return std::ranges::all_of(errors, &std::string::empty) ? 0 : 1;
}
