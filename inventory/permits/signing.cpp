#include "inventory/permits/signing.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace footing::permits {
namespace {

constexpr std::size_t seed_digits = std::size_t{2} * crypto_sign_SEEDBYTES;

template <std::size_t Size>
std::string hex(const std::array<unsigned char, Size>& bytes)
{
    std::string text(2 * Size + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

template <std::size_t Size>
bool unhex(const std::string& text, std::array<unsigned char, Size>& bytes)
{
    return is_hex(text, 2 * Size) && sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, nullptr, nullptr) == 0;
}

std::unexpected<Error> failed(const std::string& what, int code)
{
    return fail(ErrorKind::Refuse, what + ": " + std::generic_category().message(code), code);
}

/// The file's folder belongs to who will read it: the service, where root makes the key.
bool give_to_folders_owner(int fd, const std::string& file)
{
    struct stat folder{};
    if (::stat(std::filesystem::absolute(file).parent_path().c_str(), &folder) != 0) return false;
    return ::geteuid() != 0 || ::fchown(fd, folder.st_uid, folder.st_gid) == 0;
}

struct File {
    int fd = -1;
    ~File()
    {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

std::string key_id_of(const std::string& public_key)
{
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key{};
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    if (!unhex(public_key, key)) return {};
    crypto_hash_sha256(digest.data(), key.data(), key.size());
    return hex(digest).substr(0, 16);
}

Result<SigningKey> SigningKey::from_seed(const std::string& text)
{
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    if (sodium_init() < 0) return fail(ErrorKind::Bug, "libsodium could not be started");
    if (!unhex(text, seed)) return fail(ErrorKind::Refuse, fmt::format("a permit key is {} hex digits", seed_digits));
    SigningKey key;
    static_assert(crypto_sign_SECRETKEYBYTES == sizeof key.secret_);
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
    crypto_sign_seed_keypair(open.data(), key.secret_.data(), seed.data());
    key.public_key_ = hex(open);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

Result<SigningKey> SigningKey::create(const std::string& file)
{
    if (sodium_init() < 0) return fail(ErrorKind::Bug, "libsodium could not be started");
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    randombytes_buf(seed.data(), seed.size());
    const std::string text = hex(seed);
    const File out{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (out.fd < 0) return failed("create '" + file + "'", errno);
    const std::string line = text + "\n";
    if (!give_to_folders_owner(out.fd, file) || ::write(out.fd, line.data(), line.size()) != static_cast<ssize_t>(line.size()) || ::fsync(out.fd) != 0) {
        const int code = errno;
        ::unlink(file.c_str());
        return failed("write '" + file + "'", code);
    }
    return from_seed(text);
}

Result<SigningKey> SigningKey::read(const std::string& file)
{
    const File in{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat info{};
    if (in.fd < 0 || ::fstat(in.fd, &info) != 0) return failed("permit key '" + file + "'", errno);
    if (!S_ISREG(info.st_mode) || (info.st_mode & 077) != 0)
        return fail(ErrorKind::Refuse, fmt::format("permit key '{}' must be a file that only its owner may read (mode 0600), found mode {:04o}", file, info.st_mode & 07777));
    std::string text(seed_digits + 2, '\0');
    const ssize_t got = ::read(in.fd, text.data(), text.size());
    if (got < 0) return failed("read '" + file + "'", errno);
    text.resize(static_cast<std::size_t>(got));
    if (text.ends_with('\n')) text.pop_back();
    auto key = from_seed(text);
    if (!key) return in_context(file, key.error());
    return key;
}

void SigningKey::sign(Permit& permit) const
{
    permit.key_id = key_id_of(public_key_);
    const std::string text = signed_text(permit);
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(text.data()), text.size(), secret_.data());
    permit.signature = hex(signature);
}

Result<void> verify(const Permit& permit, const std::vector<std::string>& public_keys)
{
    if (sodium_init() < 0) return fail(ErrorKind::Bug, "libsodium could not be started");
    if (public_keys.empty()) return fail(ErrorKind::Refuse, "no permit is taken here: the configuration has no release.permit_keys");
    const auto known = std::ranges::find(public_keys, permit.key_id, key_id_of);
    if (known == public_keys.end()) return fail(ErrorKind::Refuse, fmt::format("it is signed with key {}, which is none of release.permit_keys", permit.key_id));
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key{};
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    const std::string text = signed_text(permit);
    const bool good = unhex(*known, key) && unhex(permit.signature, signature) &&
                      crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data()) == 0;
    if (!good) return fail(ErrorKind::Refuse, fmt::format("its signature is not key {}'s: it was altered or forged", permit.key_id));
    return {};
}

}  // namespace footing::permits
