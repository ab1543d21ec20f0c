#include "inventory/tables/csv.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

using Lines = std::vector<std::pair<std::size_t, std::vector<std::string>>>;

Lines read(std::string_view text)
{
    Lines out;
    CsvReader reader(text);
    for (auto record = reader.next();; record = reader.next()) {
        REQUIRE_MESSAGE(record, record.error().message);
        if (!*record) return out;
        out.emplace_back((*record)->line, (*record)->cells);
    }
}

std::string refused_csv(std::string_view text)
{
    CsvReader reader(text);
    for (auto record = reader.next();; record = reader.next()) {
        if (!record) return record.error().message;
        if (!*record) return "";
    }
}

}  // namespace

TEST_CASE("a byte order mark, DOS line ends, comments, blank lines and quotes with line ends in them")
{
    CHECK(read("\xEF\xBB\xBF" "a,b\r\n# no\r\n\r\n\"x\r\n\"\"y\"\"\", z \r\n,\r\n\"last\",") ==
          Lines{{1, {"a", "b"}}, {4, {"x\r\n\"y\"", "z"}}, {6, {"", ""}}, {7, {"last", ""}}});
    CHECK(read("").empty());
    CHECK(read("a\n").size() == 1);
    CHECK(read("a, \" b \" ,c") == Lines{{1, {"a", " b ", "c"}}});
}

TEST_CASE("semicolons or tabs divide where the header says so")
{
    CHECK(read("a;b\n1,5;2\n") == Lines{{1, {"a", "b"}}, {2, {"1,5", "2"}}});
    CHECK(read("a\tb\n1\t\n") == Lines{{1, {"a", "b"}}, {2, {"1", ""}}});
}

TEST_CASE("what can't be read is named with its line")
{
    CHECK(refused_csv("a,b\n1,\"2\n3\n") == "line 2: a quote is not closed");
    CHECK(refused_csv("a,b\n\"1\"x,2\n") == "line 2: 'x' stands behind a closing quote");
}

TEST_CASE("every cell comes back as it was, and none begins as a formula")
{
    const std::vector<std::string> cells{"=1+1", "+49", "-2", "@a", "\tx", "\rx", "'", "'=1", "''", "plain", "a,b", "a;b", " pad ", "say \"hi\"", "two\nlines",
                                         "#tag", "", "5\" disk"};
    const std::string line = csv_line(cells);
    CHECK(read("\xEF\xBB\xBF" + csv_line(std::vector<std::string>(cells.size(), "h")) + line)[1].second == cells);
    for (const auto& cell : cells) {
        const std::string written = csv_line({cell, "x"});
        const char first = written[0] == '"' ? written[1] : written[0];
        CHECK_MESSAGE(std::string("=+-@\t\r").find(first) == std::string::npos, written);
    }
    CHECK(csv_line({"=HYPERLINK(\"http://x\")"}) == "\"'=HYPERLINK(\"\"http://x\"\")\"\n");
    CHECK(csv_line({"#a"}) == "\"#a\"\n");
}
