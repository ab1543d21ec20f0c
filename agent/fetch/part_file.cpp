#include "agent/fetch/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>

#include "agent/os/errno_error.hpp"

namespace footing::fetch {
namespace {

std::string part_of(const std::filesystem::path& destination) { return destination.string() + ".part"; }

std::unexpected<Error> no_room(const os::Fd& fd, const std::filesystem::path& destination, Bytes size)
{
    struct statfs fs{};
    const bool known = ::fstatfs(fd.get(), &fs) == 0;
    const bool ram = known && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
    const Bytes room{known ? static_cast<std::uint64_t>(fs.f_bavail) * static_cast<std::uint64_t>(fs.f_bsize) : 0};
    return fail(ErrorKind::Hold, fmt::format("{}: {} has room for {}, {} are needed", ram ? "NOT ENOUGH RAM" : "NOT ENOUGH SPACE",
                                             destination.parent_path().string(), to_string(room), to_string(size)), ENOSPC);
}

}  // namespace

void PartFile::FreeHash::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Result<PartFile> PartFile::create(const std::filesystem::path& destination, Bytes size)
{
    PartFile file;
    const auto name = part_of(destination);
    file.fd_ = os::Fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!file.fd_) return os::errno_fail(ErrorKind::Hold, "create " + name, errno);
    file.destination_ = destination;
    file.size_ = size;
    file.hash_.reset(EVP_MD_CTX_new());
    // Better to fail now than after minutes. Where fallocate is not known, the writes will tell.
    if (::fallocate(file.fd_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size.count)) != 0 && errno != EOPNOTSUPP) {
        if (errno == ENOSPC || errno == EFBIG) return no_room(file.fd_, destination, size);
        return os::errno_fail(ErrorKind::Hold, "reserve " + to_string(size) + " for " + name, errno);
    }
    if (auto started = file.restart(); !started) return std::unexpected(started.error());
    return file;
}

PartFile::~PartFile()
{
    if (fd_) ::unlink(part_of(destination_).c_str());
}

Result<void> PartFile::append(std::string_view data)
{
    while (!data.empty()) {
        const ssize_t wrote = ::write(fd_.get(), data.data(), data.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0 && errno == ENOSPC) return no_room(fd_, destination_, size_);
        if (wrote < 0) return os::errno_fail(ErrorKind::Hold, "write " + part_of(destination_), errno);
        const auto count = static_cast<std::size_t>(wrote);
        if (EVP_DigestUpdate(hash_.get(), data.data(), count) != 1) return fail(ErrorKind::Bug, "SHA-256 can't be computed");
        written_ += count;
        data.remove_prefix(count);
    }
    return {};
}

Result<void> PartFile::restart()
{
    if (written_ > 0 && (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0))
        return os::errno_fail(ErrorKind::Hold, "truncate " + part_of(destination_), errno);
    written_ = 0;
    if (EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) != 1) return fail(ErrorKind::Bug, "SHA-256 can't be computed");
    return {};
}

Result<std::string> PartFile::sha256() const
{
    const std::unique_ptr<evp_md_ctx_st, FreeHash> copy(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_MD_CTX_copy_ex(copy.get(), hash_.get()) != 1 || EVP_DigestFinal_ex(copy.get(), digest.data(), &length) != 1)
        return fail(ErrorKind::Bug, "SHA-256 can't be computed");
    std::string hex;
    for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

Result<void> PartFile::finish()
{
    if (::fsync(fd_.get()) != 0) return os::errno_fail(ErrorKind::Hold, "fsync " + part_of(destination_), errno);
    if (::rename(part_of(destination_).c_str(), destination_.c_str()) != 0)
        return os::errno_fail(ErrorKind::Hold, "rename to " + destination_.string(), errno);
    fd_.reset();
    return {};
}

}  // namespace footing::fetch
