/// The database. All SQL of the inventory stands in this folder, in words that SQLite and PostgreSQL share (sql.hpp).
///
/// Nothing is deleted: what changes is kept as intervals [valid_from, valid_to), and `open_end` is the end of what
/// still holds. Times are texts of history/instant.hpp; absent texts are empty, never NULL.
///
/// One thread writes. Jobs that wait while a transaction commits share the next one (group commit), so that fsync's price
/// is paid once for all. One job's failure is its own: they are taken again then, each behind its own savepoint; where one
/// of them must not run twice, at once so. A job that returned
/// Ok is on the disk (WAL, synchronous=FULL; PostgreSQL's synchronous_commit). Several processes may share one
/// PostgreSQL: their groups take turns, so a job always sees the work of all jobs before it.
///
/// The functions of the other headers here run inside such a job and may throw what the database library throws;
/// write() and read() are where that becomes an Error, and where it undoes the job.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "agent/model/result.hpp"

namespace soci {
class session;
}

namespace footing::inventory {

using Sql = soci::session;

/// Whether a job of writing may run a second time when its first run was undone: what it leaves outside the database must
/// be what the last run left.
enum class Repeats { No, Yes };

class Store {
public:
    /// Opens the database ("postgresql://…", or an SQLite file, made when it isn't there) and brings its schema up to
    /// date. Errors: Refuse for a newer schema. A lost connection is made again by the next job.
    static Result<std::unique_ptr<Store>> open(const std::string& database);
    ~Store();

    /// Runs `work(Sql&)` in a transaction and returns its value once that is durable.
    template <typename F>
    auto write(F&& work, Repeats repeats = Repeats::No) -> Result<std::invoke_result_t<F, Sql&>>
    {
        return collect<std::invoke_result_t<F, Sql&>>(work, [&](auto job) { return run_write(std::move(job), repeats); });
    }
    /// The same for reading: one snapshot, beside the writer and other readers.
    template <typename F>
    auto read(F&& work) -> Result<std::invoke_result_t<F, Sql&>>
    {
        return collect<std::invoke_result_t<F, Sql&>>(work, [&](auto job) { return run_read(job); });
    }
    /// One snapshot for several readings, one after the other: what the database held at the first of them. It has a
    /// connection of its own, and holds up nobody; but SQLite's log grows while it lives: after `longest` reading fails, Retry.
    class Snapshot {
    public:
        static constexpr std::chrono::minutes longest{15};

        ~Snapshot();
        template <typename F>
        auto read(F&& work) -> Result<std::invoke_result_t<F, Sql&>>
        {
            return collect<std::invoke_result_t<F, Sql&>>(work, [&](auto job) { return run(job); });
        }

    private:
        friend class Store;
        explicit Snapshot(std::unique_ptr<Sql> sql);
        Result<void> run(const std::function<void(Sql&)>& job);

        std::unique_ptr<Sql> sql_;
        const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    };
    Result<std::unique_ptr<Snapshot>> snapshot();

    /// Jobs that wait until the writer has committed those before them.
    std::size_t waiting() const;

private:
    using Job = std::function<void(Sql&)>;
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    Result<void> run_write(Job job, Repeats repeats);
    Result<void> run_read(const Job& job);

    template <typename T, typename F, typename Run>
    static Result<T> collect(F& work, Run run)
    {
        if constexpr (std::is_void_v<T>) {
            return run(Job([&](Sql& sql) { work(sql); }));
        } else {
            std::optional<T> value;
            const auto done = run(Job([&](Sql& sql) { value.emplace(work(sql)); }));
            if (!done) return std::unexpected(done.error());
            return std::move(*value);
        }
    }

    std::unique_ptr<Impl> impl_;
};

}  // namespace footing::inventory
