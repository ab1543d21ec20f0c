#include "inventory/store/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "inventory/identity/id.hpp"
#include "inventory/store/database.hpp"
#include "inventory/store/listening.hpp"

namespace footing::inventory {

namespace {

constexpr int pages_at_once = 4096;
constexpr int wait_ms = 10000;

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

Result<Connection> open(const std::string& file, int flags)
{
    sqlite3* raw = nullptr;
    const int status = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    Connection connection(raw);
    if (status != SQLITE_OK) return fail(ErrorKind::Refuse, fmt::format("can't open '{}': {}", file, sqlite3_errstr(status)));
    sqlite3_busy_timeout(connection.get(), wait_ms);
    return connection;
}

Result<void> run(const Connection& connection, const char* sql)
{
    if (sqlite3_exec(connection.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return fail(ErrorKind::Retry, sqlite3_errmsg(connection.get()));
}

/// An open read transaction holds the source at one moment: a writer doesn't make the copy begin again.
Result<void> copy(const Connection& from, const Connection& to, const std::function<void(int, int)>& progress)
{
    for (const char* sql : {"BEGIN", "SELECT COUNT(*) FROM sqlite_master"})
        if (auto done = run(from, sql); !done) return done;
    sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
    if (backup == nullptr) return fail(ErrorKind::Retry, sqlite3_errmsg(to.get()));
    int status = SQLITE_OK;
    while (status == SQLITE_OK) {
        status = sqlite3_backup_step(backup, pages_at_once);
        progress(sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup));
    }
    sqlite3_backup_finish(backup);
    if (status != SQLITE_DONE) return fail(ErrorKind::Retry, sqlite3_errstr(status));
    return {};
}

Result<void> check(const Connection& copied)
{
    std::string said;
    const auto hear = [](void* out, int, char** values, char**) {
        *static_cast<std::string*>(out) += values[0] == nullptr ? "" : values[0];
        return 0;
    };
    if (sqlite3_exec(copied.get(), "PRAGMA quick_check(1)", hear, &said, nullptr) == SQLITE_OK && said == "ok") return {};
    return fail(ErrorKind::Hold, fmt::format("the copy is damaged: {}", said.empty() ? sqlite3_errmsg(copied.get()) : said));
}

Result<void> sync(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool done = fd >= 0 && fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0) close(fd);
    if (!done) return fail(ErrorKind::Retry, fmt::format("can't write '{}' to the disk: {}", path, std::strerror(error)), error);
    return {};
}

/// Copies into `part`, which is there and empty.
Result<std::uint64_t> fill(const std::string& database, const std::string& part, const std::function<void(int, int)>& progress)
{
    {
        const auto from = open(database, SQLITE_OPEN_READWRITE), to = open(part, SQLITE_OPEN_READWRITE);
        if (!from) return std::unexpected(from.error());
        if (!to) return std::unexpected(to.error());
        if (auto done = copy(*from, *to, progress); !done) return std::unexpected(done.error());
        if (auto whole = check(*to); !whole) return std::unexpected(whole.error());
        if (auto marked = run(*to, mark_as_copy); !marked) return std::unexpected(marked.error());
    }
    if (auto done = sync(part); !done) return std::unexpected(done.error());
    return std::filesystem::file_size(part);
}

}  // namespace

Result<std::uint64_t> back_up(const std::string& database, const std::string& file, const std::function<void(int done, int all)>& progress)
{
    if (engine_of(database) == Engine::Postgresql)
        return fail(ErrorKind::Hold, "the database is PostgreSQL: back it up with its own pg_dump, and restore with pg_restore");
    struct stat there {};
    if (lstat(file.c_str(), &there) == 0) return fail(ErrorKind::Refuse, fmt::format("'{}' is there already, a backup writes over nothing", file));
    const std::string part = fmt::format("{}.{}.part", file, random_hex(4));
    const int fd = ::open(part.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return fail(ErrorKind::Refuse, fmt::format("can't make '{}': {}", part, std::strerror(errno)), errno);
    close(fd);
    auto bytes = fill(database, part, progress);
    if (bytes && link(part.c_str(), file.c_str()) != 0)  // never over another's
        bytes = fail(ErrorKind::Refuse, fmt::format("can't name it '{}': {}", file, std::strerror(errno)), errno);
    for (const char* more : {"", "-wal", "-shm", "-journal"}) unlink((part + more).c_str());
    if (!bytes) return bytes;
    const auto folder = std::filesystem::absolute(file).parent_path();
    if (auto done = sync(folder.string()); !done) return std::unexpected(done.error());
    return bytes;
}

}  // namespace footing::inventory
