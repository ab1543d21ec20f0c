/// The rows of a table in a file: CSV with a header line, NDJSON (an object on each line), YAML (a list of maps).
///
/// Columns are known by name, in any order; those that must be there are named by the caller. All values are texts;
/// NDJSON may also write numbers, true, false and null.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/tables/cells.hpp"

namespace footing::inventory {

enum class Format { Csv, Ndjson, Yaml };

/// By a file name's ending, else by the first character: '{' begins NDJSON.
Format format_of(std::string_view file_name, std::string_view text);

struct FileRow {
    std::size_t line = 0;  // where it begins, from 1
    Result<Cells> cells;   // what is wrong with this row alone, without its line
};

/// Errors, with their line: what makes the whole file unreadable: no header, an unknown or missing column, text that
/// isn't UTF-8, a quote that isn't closed, YAML that isn't.
Result<std::vector<FileRow>> read_rows(std::string_view text, Format format, const Columns& columns, const Columns& required);

/// The header: empty for NDJSON. Throws nothing away: absent cells are written as empty.
std::string header_text(const Columns& columns, Format format);
std::string row_text(const Cells& row, Format format);

}  // namespace footing::inventory
