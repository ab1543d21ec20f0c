/// A database of its own for each test, on SQLite or on a PostgreSQL.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "footing-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// A file in the folder; where on_postgresql.py runs the program, a schema of its own in that server's database.
inline std::string new_database(const TemporaryFolder& folder)
{
    static const char* const server = getenv("FOOTING_TEST_POSTGRESQL");
    if (server == nullptr) return folder.file("a.db");
    static const std::unique_ptr<Store> shared = std::move(*Store::open(server));
    static int made = 0;
    const std::string schema = "test" + std::to_string(++made);
    REQUIRE(shared->write([&](Sql& sql) { sql << "CREATE SCHEMA " + schema; }));
    return std::string(server) + "&options=-csearch_path%3D" + schema;
}

inline Instant second(int n) { return Instant(std::chrono::seconds(1'790'000'000 + n)); }

}  // namespace footing::inventory
