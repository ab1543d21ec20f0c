/// What SQLite and PostgreSQL do differently. Only store.cpp, migrations.cpp and backup.cpp ask.
#pragma once

#include <string>

#include "inventory/store/store.hpp"

namespace footing::inventory {

enum class Engine { Sqlite, Postgresql };

/// PostgreSQL for "postgresql://…" and "postgres://…", which libpq reads; all else is the path of an SQLite file.
Engine engine_of(const std::string& database);

/// The database as it may be printed: without a URL's password.
std::string printable(const std::string& database);

/// SQLite reads a page anew that its cache can't hold: whoever files a new machine touches thousands of them.
enum class Purpose { Read, Write };

/// Durable (synchronous) sessions that wait ten seconds for a lock and keep their statements prepared; one thread at a
/// time uses a session. Throws.
void open_session(Sql& sql, const std::string& database, Purpose purpose);
/// What open_session() does after connecting: for a session that was reconnected.
void set_up_session(Sql& sql, const std::string& database, Purpose purpose);

/// One writer at a time in all processes: SQLite's own lock, or an advisory lock of the whole database.
void begin_write(Sql& sql, Engine engine);
/// A snapshot: every statement sees the same state.
void begin_read(Sql& sql, Engine engine);

/// DDL in this engine's words: PostgreSQL's TEXT gets SQLite's order, by bytes.
std::string ddl(Engine engine, std::string text);

}  // namespace footing::inventory
