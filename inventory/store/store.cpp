#include "inventory/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "inventory/store/database.hpp"
#include "inventory/store/for_request.hpp"
#include "inventory/store/migrations.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t readers = 8;
constexpr std::size_t largest_group = 256;  // jobs of one commit: bounds the wait of the first

std::string on_one_line(std::string said)  // libpq's has several
{
    std::ranges::replace(said, '\n', ' ');
    while (said.ends_with(' ')) said.pop_back();
    return said;
}

Error database_error(const std::exception& e)
{
    const auto* of_soci = dynamic_cast<const soci::soci_error*>(&e);
    return {ErrorKind::Retry, "database: " + on_one_line(of_soci != nullptr ? of_soci->get_error_message() : e.what())};
}

/// Of a job. Its statement, and where a database server is and as whom it is asked, are for the log, not for whoever asked;
/// a database that is down fails many a second. Its values (" with :secret=…") are for neither.
Error job_error(const std::exception& e)
{
    const std::string_view said = e.what();
    static std::atomic<std::int64_t> last{-1};
    const auto second = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::seconds(1);
    const bool of_soci = dynamic_cast<const soci::soci_error*>(&e) != nullptr;
    if (of_soci && last.exchange(second) != second) std::fputs(fmt::format("database: {}\n", on_one_line(std::string(said.substr(0, said.find(" with :"))))).c_str(), stderr);
    if (of_soci && dynamic_cast<const soci::sqlite3_soci_error*>(&e) == nullptr)
        return {ErrorKind::Retry, "database: it can't be asked now; the log says why"};
    return database_error(e);
}

/// Begins a transaction; on a connection that was lost since (the server restarted), on a new one.
template <typename Begin>
void begin_connected(Sql& sql, const std::string& database, Purpose purpose, Begin begin)
{
    try {
        begin();
    } catch (const std::exception&) {
        if (sql.is_connected()) throw;
        sql.reconnect();
        set_up_session(sql, database, purpose);
        begin();
    }
}

void roll_back(Sql& sql)
{
    try {
        sql << "ROLLBACK";
    } catch (const std::exception&) {  // SQLite has rolled back by itself (disk full, I/O error), or the server is gone
    }
}

}  // namespace

struct Store::Impl {
    struct Pending {
        Job work;
        std::promise<Result<void>> done;
        std::string request;  // whom it is for (ForRequest)
        Repeats repeats;

        void run(Sql& sql) const
        {
            const ForRequest scope(request);
            work(sql);
        }
    };

    std::string database;
    Engine engine = Engine::Sqlite;
    soci::connection_pool pool{readers};
    Sql writer;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::vector<Pending> queue;
    std::jthread thread;  // last: stops before the rest goes

    void loop(const std::stop_token& stop);
    Result<void> transaction(const std::function<void()>& work);
    bool commit_together(std::vector<Pending>& group);
    void commit(std::vector<Pending>& group);
    Result<void> attempt(const Pending& job);
};

Result<void> Store::Impl::transaction(const std::function<void()>& work)
{
    try {
        begin_connected(writer, database, Purpose::Write, [&] { begin_write(writer, engine); });
        work();
        writer << "COMMIT";
        return {};
    } catch (const std::exception& e) {
        roll_back(writer);
        return std::unexpected(job_error(e));
    }
}

/// Without savepoints: SQLite copies each page that is changed behind one, PostgreSQL is asked twice more. False: a job
/// failed and took the others along, all of which may run again.
bool Store::Impl::commit_together(std::vector<Pending>& group)
{
    bool running = false;
    const auto done = transaction([&] {
        running = true;
        for (const auto& job : group) job.run(writer);
        running = false;
    });
    if (!done && running && group.size() > 1) return false;
    for (auto& job : group) job.done.set_value(done);
    return true;
}

Result<void> Store::Impl::attempt(const Pending& job)
{
    writer << "SAVEPOINT job";
    try {
        job.run(writer);
        writer << "RELEASE job";
        return {};
    } catch (const std::exception& e) {
        writer << "ROLLBACK TO job";
        writer << "RELEASE job";
        return std::unexpected(job_error(e));
    }
}

void Store::Impl::commit(std::vector<Pending>& group)
{
    const bool may_fail_together = group.size() == 1 || std::ranges::all_of(group, [](const Pending& job) { return job.repeats == Repeats::Yes; });
    if (may_fail_together && commit_together(group)) return;
    std::vector<Result<void>> results;
    const auto done = transaction([&] {
        for (const auto& job : group) results.push_back(attempt(job));
    });
    if (!done) results.assign(group.size(), done);
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

Result<std::unique_ptr<Store>> Store::open(const std::string& database)
{
    if (database.find_first_of("\"\n") != std::string::npos)
        return fail(ErrorKind::Refuse, fmt::format("database '{}' has a quote or a line end", printable(database)));
    auto impl = std::make_unique<Impl>();
    impl->database = database;
    impl->engine = engine_of(database);
    try {
        open_session(impl->writer, database, Purpose::Write);
        if (auto migrated = migrate(impl->writer, impl->engine); !migrated)
            return in_context(printable(database), migrated.error());
        for (std::size_t i = 0; i < readers; ++i) open_session(impl->pool.at(i), database, Purpose::Read);
    } catch (const std::exception& e) {
        return in_context(fmt::format("can't open database '{}'", printable(database)), {ErrorKind::Refuse, database_error(e).message});
    }
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::run_write(Job job, Repeats repeats)
{
    std::promise<Result<void>> promise;
    auto done = promise.get_future();
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->queue.push_back({std::move(job), std::move(promise), ForRequest::id(), repeats});
    }
    impl_->wake.notify_one();
    return done.get();
}

Store::Snapshot::Snapshot(std::unique_ptr<Sql> sql) : sql_(std::move(sql)) {}
Store::Snapshot::~Snapshot() { roll_back(*sql_); }

Result<void> Store::Snapshot::run(const Job& job)
{
    if (std::chrono::steady_clock::now() - begun_ > longest)
        return fail(ErrorKind::Retry, fmt::format("the reading has taken longer than {} minutes", longest.count()));
    try {
        job(*sql_);
        return {};
    } catch (const std::exception& e) {
        return std::unexpected(job_error(e));
    }
}

Result<std::unique_ptr<Store::Snapshot>> Store::snapshot()
{
    try {
        auto sql = std::make_unique<Sql>();
        open_session(*sql, impl_->database, Purpose::Read);
        begin_read(*sql, impl_->engine);
        return std::unique_ptr<Snapshot>(new Snapshot(std::move(sql)));
    } catch (const std::exception& e) {
        return std::unexpected(job_error(e));
    }
}

std::size_t Store::waiting() const
{
    const std::lock_guard lock(impl_->mutex);
    return impl_->queue.size();
}

Result<void> Store::run_read(const Job& job)
{
    try {
        Sql sql(impl_->pool);
        begin_connected(sql, impl_->database, Purpose::Read, [&] { begin_read(sql, impl_->engine); });
        try {
            job(sql);
        } catch (...) {
            roll_back(sql);
            throw;
        }
        sql << "COMMIT";
        return {};
    } catch (const std::exception& e) {
        return std::unexpected(job_error(e));
    }
}

}  // namespace footing::inventory
