#include "inventory/permits/signing.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/unit/inventory/permits/builder.hpp"

using namespace footing;
using namespace footing::permits;

namespace {

struct Folder {
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::string file(const std::string& name) const { return path + "/" + name; }
    std::string path = "/tmp/footing-keys-XXXXXX";
};

std::string bytes_of(const std::string& hex)
{
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// OpenSSL's opinion, which shares nothing with ours but the RFC.
bool openssl_agrees(const std::string& public_key, const std::string& signature, const std::string& text)
{
    const std::string key = bytes_of(public_key), sig = bytes_of(signature);
    EVP_PKEY* pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key), key.size());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const bool good = EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, pkey) == 1 &&
                      EVP_DigestVerify(context, raw(sig), sig.size(), raw(text), text.size()) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    return good;
}

}  // namespace

TEST_CASE("the first test vector of RFC 8032 §7.1: seed and public key")
{
    const Folder folder;
    std::ofstream(folder.file("key")) << "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";
    ::chmod(folder.file("key").c_str(), 0600);
    const auto key = SigningKey::read(folder.file("key"));
    REQUIRE(key);
    CHECK(key->public_key() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_CASE("a signed permit is good, for OpenSSL too, until a single field of it is another")
{
    const Folder folder;
    const auto key = SigningKey::create(folder.file("key"));
    REQUIRE(key);
    Permit permit = some_permit();
    key->sign(permit);
    CHECK(permit.key_id == key_id_of(key->public_key()));
    CHECK(verify(permit, {key->public_key()}));
    CHECK(openssl_agrees(key->public_key(), permit.signature, signed_text(permit)));
    const std::vector<std::function<void(Permit&)>> changes{
        [](Permit& p) { p.id.back() = 'b'; }, [](Permit& p) { p.cluster = "par-2"; }, [](Permit& p) { p.machine.clear(); },
        [](Permit& p) { p.drive.vendor.clear(); }, [](Permit& p) { p.drive.model = "HD9"; }, [](Permit& p) { p.drive.serial += "x"; },
        [](Permit& p) { p.drive.wwn.clear(); }, [](Permit& p) { p.size += 512; }, [](Permit& p) { p.evidence.back() = 'f'; },
        [](Permit& p) { p.issued_at[3] = '5'; }, [](Permit& p) { p.expires_at[3] = '7'; }, [](Permit& p) { p.nonce.back() = '1'; },
        [](Permit& p) { p.signature[0] = p.signature[0] == '0' ? '1' : '0'; }, [](Permit& p) { p.signature = std::string(128, '0'); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        CAPTURE(i);
        Permit changed = permit;
        changes[i](changed);
        const auto verdict = verify(changed, {key->public_key()});
        REQUIRE_FALSE(verdict);
        CHECK(verdict.error().message.find("altered or forged") != std::string::npos);
    }
}

TEST_CASE("only a known key counts, and saying to be one doesn't help")
{
    const Folder folder;
    const auto ours = SigningKey::create(folder.file("ours")), theirs = SigningKey::create(folder.file("theirs"));
    REQUIRE(ours);
    REQUIRE(theirs);
    Permit permit = some_permit();
    theirs->sign(permit);
    CHECK(verify(permit, {ours->public_key()}).error().message.find("none of release.permit_keys") != std::string::npos);
    CHECK(verify(permit, {}).error().message.find("no release.permit_keys") != std::string::npos);
    CHECK(verify(permit, {ours->public_key(), theirs->public_key()}));
    permit.key_id = key_id_of(ours->public_key());
    CHECK(verify(permit, {ours->public_key()}).error().message.find("forged") != std::string::npos);
}

TEST_CASE("a private key that root makes in the service's folder is the service's")
{
    REQUIRE(::geteuid() == 0);  // as the tests' command asks
    const Folder folder;
    std::filesystem::create_directory(folder.file("state"));
    REQUIRE(::chown(folder.file("state").c_str(), 61184, 61184) == 0);
    REQUIRE(SigningKey::create(folder.file("state/key")));
    struct stat info{};
    REQUIRE(::stat(folder.file("state/key").c_str(), &info) == 0);
    CHECK(info.st_uid == 61184);
    CHECK((info.st_mode & 07777) == 0600);
}

TEST_CASE("a private key is its owner's alone, and never overwritten")
{
    const Folder folder;
    const std::string file = folder.file("key");
    const auto made = SigningKey::create(file);
    REQUIRE(made);
    struct stat info{};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0600);
    CHECK_FALSE(SigningKey::create(file));
    CHECK(SigningKey::read(file)->public_key() == made->public_key());
    ::chmod(file.c_str(), 0640);
    CHECK(SigningKey::read(file).error().message.find("0640") != std::string::npos);
    ::chmod(file.c_str(), 0600);
    std::ofstream(file) << "not a key";
    CHECK_FALSE(SigningKey::read(file));
    CHECK_FALSE(SigningKey::read(folder.file("none")));
    CHECK_FALSE(SigningKey::read(folder.path));
}
