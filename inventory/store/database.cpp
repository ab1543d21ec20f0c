#include "inventory/store/database.hpp"

#include <soci/postgresql/soci-postgresql.h>

#include <map>
#include <regex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t most_kept = 512;  // statements of one session

/// What is worth keeping: a statement that comes again.
bool repeats(std::string_view text)
{
    for (const std::string_view word : {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
        if (text.starts_with(word)) return true;
    return false;
}

/// SOCI prepares each statement anew, which costs more than running it. These backends keep them by their text.
class SqliteSession : public soci::sqlite3_session_backend {
public:
    explicit SqliteSession(const soci::connection_parameters& parameters) : sqlite3_session_backend(parameters)
    {
        // Or a kept statement is planned anew for each value that it compares with a column of a partial index's condition.
        sqlite_api::sqlite3_db_config(conn_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
    }
    ~SqliteSession() override
    {
        for (const auto& [text, idle] : idle_)
            for (auto* statement : idle) sqlite_api::sqlite3_finalize(statement);
    }
    soci::sqlite3_statement_backend* make_statement_backend() override;

    sqlite_api::sqlite3_stmt* take(const std::string& text)
    {
        const auto found = idle_.find(text);
        if (found == idle_.end() || found->second.empty()) return nullptr;
        auto* statement = found->second.back();
        found->second.pop_back();
        return statement;
    }
    bool keep(const std::string& text, sqlite_api::sqlite3_stmt* statement)
    {
        if (!repeats(text) || idle_.size() >= most_kept) return false;
        sqlite_api::sqlite3_reset(statement);
        sqlite_api::sqlite3_clear_bindings(statement);
        idle_[text].push_back(statement);
        return true;
    }

private:
    std::unordered_map<std::string, std::vector<sqlite_api::sqlite3_stmt*>> idle_;
};

class SqliteStatement : public soci::sqlite3_statement_backend {
public:
    explicit SqliteStatement(SqliteSession& session) : sqlite3_statement_backend(session), kept_in_(session) {}

    void prepare(const std::string& text, soci::details::statement_type type) override
    {
        clean_up();
        text_ = text;
        stmt_ = kept_in_.take(text);
        if (stmt_ == nullptr) sqlite3_statement_backend::prepare(text, type);
        databaseReady_ = true;
    }
    void clean_up() override
    {
        if (stmt_ != nullptr && kept_in_.keep(text_, stmt_)) stmt_ = nullptr;
        databaseReady_ = databaseReady_ && stmt_ != nullptr;
        sqlite3_statement_backend::clean_up();
    }

private:
    SqliteSession& kept_in_;
    std::string text_;
};

soci::sqlite3_statement_backend* SqliteSession::make_statement_backend() { return new SqliteStatement(*this); }

class PostgresqlSession : public soci::postgresql_session_backend {
public:
    explicit PostgresqlSession(const soci::connection_parameters& parameters)
        : postgresql_session_backend(parameters, false)
    {
    }
    struct Prepared {
        std::string text, name;
        std::vector<std::string> parameters;
    };
    soci::postgresql_statement_backend* make_statement_backend() override;
    std::unordered_map<std::string, Prepared> prepared;
};

class PostgresqlStatement : public soci::postgresql_statement_backend {
public:
    explicit PostgresqlStatement(PostgresqlSession& session) : postgresql_statement_backend(session, false), kept_in_(session) {}
    ~PostgresqlStatement() override
    {
        if (kept_) statementName_.clear();  // or SOCI deallocates it
    }
    void prepare(const std::string& text, soci::details::statement_type type) override
    {
        if (!repeats(text) || kept_in_.prepared.size() >= most_kept) return postgresql_statement_backend::prepare(text, type);
        kept_ = true;
        if (const auto known = kept_in_.prepared.find(text); known != kept_in_.prepared.end()) {
            query_ = known->second.text;
            names_ = known->second.parameters;
            statementName_ = known->second.name;
            stType_ = soci::details::st_repeatable_query;
            return;
        }
        postgresql_statement_backend::prepare(text, soci::details::st_repeatable_query);
        kept_in_.prepared[text] = {query_, statementName_, names_};
    }

private:
    PostgresqlSession& kept_in_;
    bool kept_ = false;
};

soci::postgresql_statement_backend* PostgresqlSession::make_statement_backend() { return new PostgresqlStatement(*this); }

struct SqliteFactory : soci::backend_factory {
    soci::details::session_backend* make_session(const soci::connection_parameters& parameters) const override
    {
        return new SqliteSession(parameters);
    }
};
/// SOCI's own takes the text apart as key=value, which a URL doesn't survive.
struct PostgresqlFactory : soci::backend_factory {
    soci::details::session_backend* make_session(const soci::connection_parameters& parameters) const override
    {
        return new PostgresqlSession(parameters);
    }
};

const SqliteFactory sqlite;
const PostgresqlFactory postgresql;

}  // namespace

Engine engine_of(const std::string& database)
{
    return database.starts_with("postgresql://") || database.starts_with("postgres://") ? Engine::Postgresql : Engine::Sqlite;
}

std::string printable(const std::string& database)
{
    if (engine_of(database) == Engine::Sqlite) return database;
    static const std::regex in_authority("(//[^/@:]*):[^/@]*@"), in_query("([?&]password=)[^&]*");
    return std::regex_replace(std::regex_replace(database, in_authority, "$1:…@"), in_query, "$1…");
}

void open_session(Sql& sql, const std::string& database, Purpose purpose)
{
    // No locks inside a connection, none for counting memory: no two threads share one. Once, before the first is open.
    static const bool without_locks = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
                                      sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
    (void)without_locks;  // refused: it is only slower
    if (engine_of(database) == Engine::Postgresql) sql.open(postgresql, database);
    else sql.open(sqlite, "dbname=\"" + database + "\"");
    set_up_session(sql, database, purpose);
}

void set_up_session(Sql& sql, const std::string& database, Purpose purpose)
{
    if (engine_of(database) == Engine::Postgresql) {
        for (const char* setting : {"SET client_encoding = 'UTF8'", "SET lock_timeout = '10s'", "SET jit = off",
                                    "SET client_min_messages = 'error'"})
            sql << setting;
        return;
    }
    std::string mode;
    sql << "PRAGMA busy_timeout = 10000";  // another process: `footing-inventory token add`
    sql << "PRAGMA journal_mode = WAL", into(mode);
    sql << "PRAGMA synchronous = FULL";
    sql << "PRAGMA foreign_keys = ON";
    sql << (purpose == Purpose::Write ? "PRAGMA cache_size = -131072" : "PRAGMA cache_size = -8192");  // KiB, at most
    // Pages of a boot storm are written again and again: they go home from the log (64 MiB of it) once, not each time.
    sql << "PRAGMA wal_autocheckpoint = 16384";
    sql << "PRAGMA journal_size_limit = 134217728";
}

void begin_write(Sql& sql, Engine engine)
{
    if (engine == Engine::Sqlite) {
        sql << "BEGIN IMMEDIATE";
        return;
    }
    sql << "BEGIN";  // READ COMMITTED: what follows the lock sees all that was committed before it
    sql << "SELECT pg_advisory_xact_lock(7379620614)";
}

void begin_read(Sql& sql, Engine engine)
{
    sql << (engine == Engine::Sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

std::string ddl(Engine engine, std::string text)
{
    static const std::regex word("\\bTEXT\\b");
    return engine == Engine::Sqlite ? text : std::regex_replace(text, word, "TEXT COLLATE \"C\"");
}

}  // namespace footing::inventory
