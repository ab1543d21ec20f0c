/// The file while it comes: written in order and hashed as it is written, so that it never has to be read again.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"
#include "agent/model/units.hpp"
#include "agent/os/fd.hpp"

struct evp_md_ctx_st;

namespace footing::fetch {

class PartFile {
public:
    /// Creates "<destination>.part", empty, with room for `size` taken at once. "NOT ENOUGH RAM: …" if there is none.
    static Result<PartFile> create(const std::filesystem::path& destination, Bytes size);
    PartFile(PartFile&&) = default;
    PartFile& operator=(PartFile&&) = delete;
    /// Removes the file if it was not finished.
    ~PartFile();

    [[nodiscard]] std::uint64_t written() const { return written_; }
    Result<void> append(std::string_view data);
    /// Throws away what came so far.
    Result<void> restart();
    /// SHA-256 of what was written, in lower case hex.
    [[nodiscard]] Result<std::string> sha256() const;
    /// To its destination.
    Result<void> finish();

private:
    struct FreeHash {
        void operator()(evp_md_ctx_st* context) const;
    };
    PartFile() = default;

    os::Fd fd_;
    std::filesystem::path destination_;
    std::unique_ptr<evp_md_ctx_st, FreeHash> hash_;
    std::uint64_t written_ = 0;
    Bytes size_;
};

}  // namespace footing::fetch
