#include "agent/release/pre_image.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <memory>

#include "agent/model/bytes_io.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

namespace footing {
namespace {

constexpr std::uint64_t block = 4096;
constexpr std::uint64_t piece = 1ULL << 20;
constexpr std::string_view heading = "footing pre-image 1\n";

struct FreeHash {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::span<const std::uint8_t> bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::string hex_digits()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        std::string text;
        for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, FreeHash> context_;
};

struct CloseGzip {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

/// The compressed file; nothing at all when it has no name.
class Copy {
public:
    static Result<Copy> create(const std::string& name)
    {
        Copy copy;
        if (name.empty()) return copy;
        copy.fd_ = os::Fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!copy.fd_) return os::errno_fail(ErrorKind::Hold, "create " + name, errno);
        copy.gzip_.reset(gzdopen(::fcntl(copy.fd_.get(), F_DUPFD_CLOEXEC, 0), "wb6"));
        if (!copy.gzip_) return fail(ErrorKind::Hold, "zlib can't write " + name);
        copy.name_ = name;
        if (auto put = copy.put({reinterpret_cast<const std::uint8_t*>(heading.data()), heading.size()}); !put) return std::unexpected(put.error());
        return copy;
    }

    [[nodiscard]] bool is_there() const { return gzip_ != nullptr; }

    Result<void> put(std::span<const std::uint8_t> bytes)
    {
        if (gzwrite(gzip_.get(), bytes.data(), static_cast<unsigned>(bytes.size())) != static_cast<int>(bytes.size()))
            return os::errno_fail(ErrorKind::Hold, "write " + name_, errno);
        return {};
    }

    Result<void> finish()
    {
        if (gzclose(gzip_.release()) != Z_OK) return os::errno_fail(ErrorKind::Hold, "write " + name_, errno);
        if (::fsync(fd_.get()) != 0) return os::errno_fail(ErrorKind::Hold, "fsync " + name_, errno);
        return {};
    }

private:
    std::string name_;
    os::Fd fd_;
    std::unique_ptr<gzFile_s, CloseGzip> gzip_;
};

std::array<std::uint8_t, 16> place(std::uint64_t offset, std::uint64_t size)
{
    std::array<std::uint8_t, 16> bytes{};
    put_le<std::uint64_t>(bytes, 0, offset);
    put_le<std::uint64_t>(bytes, 8, size);
    return bytes;
}

}  // namespace

Result<PreImage> take_pre_image(const os::BlockDevice& device, const std::vector<Piece>& pieces, std::uint8_t fill,
                                const std::string& file, Bytes at_most)
{
    auto copy = Copy::create(file);
    if (!copy) return std::unexpected(copy.error());
    PreImage image;
    Sha256 evidence;
    os::AlignedBuffer buffer(piece);
    const auto take = [&](std::uint64_t offset, std::span<const std::uint8_t> bytes) -> Result<void> {
        for (std::size_t at = 0; at < bytes.size(); at += block) {
            const auto part = bytes.subspan(at, std::min<std::size_t>(block, bytes.size() - at));
            if (first_other(part, fill) == part.size()) continue;
            const auto where = place(offset + at, part.size());
            evidence.add(where);
            evidence.add(part);
            image.nonblank += part.size();
            if (!copy->is_there() || image.kept + part.size() > at_most.count) continue;
            if (auto put = copy->put(where); !put) return put;
            if (auto put = copy->put(part); !put) return put;
            image.kept += part.size();
        }
        return {};
    };
    for (const auto& range : pieces)
        for (std::uint64_t done = 0; done < range.size;) {
            const auto bytes = buffer.bytes().first(std::min(piece, range.size - done));
            if (auto read = device.read(range.offset + done, bytes); !read) return std::unexpected(read.error());
            if (auto taken = take(range.offset + done, bytes); !taken) return std::unexpected(taken.error());
            done += bytes.size();
        }
    image.evidence = evidence.hex_digits();
    if (!copy->is_there()) return image;
    if (auto finished = copy->finish(); !finished) return std::unexpected(finished.error());
    auto written = os::read_file(file);
    if (!written) return std::unexpected(written.error());
    Sha256 of_file;
    of_file.add({reinterpret_cast<const std::uint8_t*>(written->data()), written->size()});
    image.file = file;
    image.file_size = written->size();
    image.file_sha256 = of_file.hex_digits();
    return image;
}

}  // namespace footing
