#include "inventory/store/store.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "inventory/store/migrations.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t readers = 8;
constexpr std::size_t largest_group = 256;  // jobs of one commit: bounds the wait of the first

void open_session(Sql& sql, const std::string& path)
{
    std::string mode;
    sql.open(soci::sqlite3, "dbname=\"" + path + "\"");
    sql << "PRAGMA busy_timeout = 10000";  // another process: `footing-inventory token add`
    sql << "PRAGMA journal_mode = WAL", soci::into(mode);
    sql << "PRAGMA synchronous = FULL";
    sql << "PRAGMA foreign_keys = ON";
}

Error database_error(const std::exception& e)
{
    return {ErrorKind::Retry, fmt::format("database: {}", e.what())};
}

}  // namespace

struct Store::Impl {
    struct Pending {
        Job work;
        std::promise<Result<void>> done;
    };

    soci::connection_pool pool{readers};
    Sql writer;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::vector<Pending> queue;
    std::jthread thread;  // last: stops before the rest goes

    void loop(const std::stop_token& stop);
    void commit(std::vector<Pending>& group);
    Result<void> attempt(const Job& work);
};

Result<void> Store::Impl::attempt(const Job& work)
{
    writer << "SAVEPOINT job";
    try {
        work(writer);
        writer << "RELEASE job";
        return {};
    } catch (const std::exception& e) {
        writer << "ROLLBACK TO job";
        writer << "RELEASE job";
        return std::unexpected(database_error(e));
    }
}

void Store::Impl::commit(std::vector<Pending>& group)
{
    std::vector<Result<void>> results;
    try {
        writer << "BEGIN IMMEDIATE";
        for (const auto& job : group) results.push_back(attempt(job.work));
        writer << "COMMIT";
    } catch (const std::exception& e) {
        try {
            writer << "ROLLBACK";
        } catch (const std::exception&) {  // SQLite has rolled back by itself: disk full, I/O error
        }
        results.assign(group.size(), std::unexpected(database_error(e)));
    }
    for (std::size_t i = 0; i < group.size(); ++i) group[i].done.set_value(results[i]);
}

void Store::Impl::loop(const std::stop_token& stop)
{
    std::unique_lock lock(mutex);
    while (wake.wait(lock, stop, [&] { return !queue.empty(); })) {
        std::vector<Pending> group;
        const auto count = std::min(queue.size(), largest_group);
        std::move(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(group));
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
        lock.unlock();
        commit(group);
        lock.lock();
    }
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl))
{
    impl_->thread = std::jthread([this](const std::stop_token& stop) { impl_->loop(stop); });
}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path)
{
    if (path.find_first_of("\"\n") != std::string::npos)
        return fail(ErrorKind::Refuse, fmt::format("database path '{}' has a quote or a line end", path));
    auto impl = std::make_unique<Impl>();
    try {
        open_session(impl->writer, path);
        if (auto migrated = migrate(impl->writer); !migrated) return in_context(path, migrated.error());
        for (std::size_t i = 0; i < readers; ++i) open_session(impl->pool.at(i), path);
    } catch (const std::exception& e) {
        return in_context(fmt::format("can't open database '{}'", path), {ErrorKind::Refuse, e.what()});
    }
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::run_write(Job job)
{
    std::promise<Result<void>> promise;
    auto done = promise.get_future();
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->queue.push_back({std::move(job), std::move(promise)});
    }
    impl_->wake.notify_one();
    return done.get();
}

Result<void> Store::run_read(const Job& job)
{
    try {
        Sql sql(impl_->pool);
        sql << "BEGIN";
        try {
            job(sql);
        } catch (...) {
            sql << "ROLLBACK";
            throw;
        }
        sql << "COMMIT";
        return {};
    } catch (const std::exception& e) {
        return std::unexpected(database_error(e));
    }
}

}  // namespace footing::inventory
