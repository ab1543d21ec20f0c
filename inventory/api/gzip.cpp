#include "inventory/api/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

namespace footing::inventory {

Result<std::string> gunzip(std::string_view packed, std::size_t cap)
{
    constexpr int gzip_only = 15 + 16;  // zlib.h: window bits, and no zlib header
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK) return fail(ErrorKind::Retry, "no memory to unpack the body");
    std::string in(packed), out;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    std::array<char, 65536> piece{};
    int state = Z_OK;
    while (state == Z_OK && out.size() <= cap) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = piece.size();
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    const bool rest = stream.avail_in > 0;
    inflateEnd(&stream);
    Error error{ErrorKind::Refuse, fmt::format("the body unpacks to more than {} bytes", cap)};
    error.code = 413;
    if (out.size() > cap) return std::unexpected(error);
    if (state != Z_STREAM_END || rest) return fail(ErrorKind::Refuse, "the body is no whole gzip stream");
    return out;
}

}  // namespace footing::inventory
