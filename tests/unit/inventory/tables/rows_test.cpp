#include "inventory/tables/rows.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

const Columns columns{"rack", "units", "note"};
const Columns required{"rack"};

std::string refused(std::string_view text, Format format = Format::Csv)
{
    const auto rows = read_rows(text, format, columns, required);
    return rows ? "" : rows.error().message;
}

/// What is wrong with the first row that is.
std::string wrong_row(std::string_view text, Format format = Format::Csv)
{
    const auto rows = read_rows(text, format, columns, required);
    REQUIRE_MESSAGE(rows, rows.error().message);
    for (const auto& row : *rows)
        if (!row.cells) return std::to_string(row.line) + ": " + row.cells.error().message;
    return "";
}

}  // namespace

TEST_CASE("a file that can't be read as a whole says where and why")
{
    CHECK(refused("") == "no header line, expected one with some of rack,units,note");
    CHECK(refused("rack,height\n") == "line 1: unknown column 'height', expected rack, units, note");
    CHECK(refused("units\n42\n") == "line 1: column 'rack' is missing");
    CHECK(refused("Rack,RACK\n") == "line 1: column 'rack' stands there twice");
    CHECK(refused("rack\nR\xFC" "1\n") == "line 2: it is no UTF-8 (in a spreadsheet: save as CSV UTF-8)");
    CHECK(refused("rack\nR\xED\xA0\x80\n") == "line 2: it is no UTF-8 (in a spreadsheet: save as CSV UTF-8)");
    CHECK(refused(std::string("\xFF\xFEr\0a\0", 6)).starts_with("line 1: the file is UTF-16"));
    CHECK(refused("a: 1", Format::Yaml).starts_with("expected a list of maps"));
    CHECK(refused("- [", Format::Yaml).starts_with("line "));
}

TEST_CASE("a row that is wrong is wrong alone")
{
    CHECK(wrong_row("rack,units\nR1,42\nR2\n") == "3: 1 cells, the header has 2");
    CHECK(wrong_row("rack,units\n,42\n") == "2: rack is empty");
    CHECK(wrong_row("rack\n" + std::string(1025, 'x')) == "2: rack has 1025 characters, 1024 are the most");
    CHECK(wrong_row("{\"rack\": \"R1\"}\n\n{\"rack\": \"R2\", \"height\": 1}\n", Format::Ndjson) == "3: unknown column 'height', expected rack, units, note");
    CHECK(wrong_row("[1]\n", Format::Ndjson) == "1: expected a JSON object");
    CHECK(wrong_row("{\"rack\": [1]}\n", Format::Ndjson) == "1: rack is no text, number, true, false or null");
    CHECK(wrong_row("{\"rack\": \"a\\u0000\"}\n", Format::Ndjson) == "1: rack has a NUL");
    CHECK(wrong_row("{\"rack\": \"a\"", Format::Ndjson) == "1: expected a JSON object");
    CHECK(wrong_row("- {rack: R1}\n- {units: 3}\n", Format::Yaml) == "2: rack is empty");
}

TEST_CASE("the three formats say the same, absent cells are not empty ones")
{
    const auto csv = read_rows("note,rack\nä,R1\n", Format::Csv, columns, required), json = read_rows("\xEF\xBB\xBF{\"rack\": \"R1\", \"note\": \"ä\"}\r\n", Format::Ndjson, columns, required),
               yaml = read_rows("- {rack: R1, note: ä}\n", Format::Yaml, columns, required);
    REQUIRE((csv && json && yaml));
    CHECK(*csv->front().cells == *json->front().cells);
    CHECK(*csv->front().cells == *yaml->front().cells);
    CHECK(!csv->front().cells->has("units"));
    CHECK(read_rows("{\"rack\": 7, \"units\": null}", Format::Ndjson, columns, required)->front().cells->get("rack") == "7");
    CHECK(row_text(*csv->front().cells, Format::Csv) == "R1,,ä\n");
    CHECK(row_text(*csv->front().cells, Format::Ndjson) == "{\"rack\":\"R1\",\"units\":\"\",\"note\":\"ä\"}\n");
}

TEST_CASE("a file's format is told by its name, else by how it begins")
{
    CHECK(format_of("a.yml", "") == Format::Yaml);
    CHECK(format_of("a.jsonl", "") == Format::Ndjson);
    CHECK(format_of("-", "\xEF\xBB\xBF {\"a\"") == Format::Ndjson);
    CHECK(format_of("-", "a,b") == Format::Csv);
}
