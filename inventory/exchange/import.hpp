/// Takes a file into a table: all of its rows or none, unless told otherwise.
///
/// Every row is looked at first, with what is held beside it; nothing is written until all have been, so a dry run says
/// what an import will do. What a file doesn't name stays, unless the file replaces the table.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/exchange/table.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

enum class Outcome { Added, Changed, Unchanged, Removed, Failed };
const char* to_string(Outcome outcome);

struct CellChange {
    std::string column, before, after;
};

struct RowResult {
    std::size_t line = 0;  // 0: it isn't in the file
    Outcome outcome = Outcome::Unchanged;
    std::string name;
    std::vector<CellChange> changes;
    std::string error;
};

/// "line 3: changed rack …: units '42' -> '47'", "line 4: failed: …"
std::string sentence_of(const RowResult& row);

struct ImportOptions {
    bool dry_run = false;
    bool partial = false;  // rows that fail stay behind, the others are taken
    bool replace = false;  // rows that the file doesn't name end, unless one failed
    std::function<void(std::size_t done, std::size_t all)> progress{};  // in rows, each looked at and then written
};

struct ImportResult {
    std::size_t added = 0, changed = 0, unchanged = 0, removed = 0, failed = 0;
    std::vector<RowResult> rows;  // all but the unchanged, in the order of the file
    bool written = false;
    std::size_t moved = 0;        // machines that have another place
};

/// "3 rows: 1 added, …"
std::string sentence_of(const ImportResult& result);

/// Inside a transaction; Refuse: the file as a whole.
Result<ImportResult> import_rows(Sql& sql, Table& table, const std::vector<FileRow>& rows, const ImportOptions& options, const Writing& writing);

/// A whole file. Refuse names the line.
Result<ImportResult> import_text(Store& store, Table& table, std::string_view text, Format format, const ImportOptions& options,
                                 const Writing& writing);

}  // namespace footing::inventory
