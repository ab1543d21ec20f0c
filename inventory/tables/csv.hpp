/// CSV as RFC 4180 and spreadsheets write it.
///
/// Read: a byte order mark, LF or CRLF, quoted cells with line ends in them; blank lines and lines that begin with '#'
/// are passed over. Divided by ',', else by ';' or tab, whichever the header has. Cells that aren't quoted are trimmed.
///
/// Written: LF. A cell that a spreadsheet would run as a formula (it begins with = + - @, tab or CR) gets an apostrophe
/// in front, and so does one that begins with an apostrophe; reading takes that one away again (OWASP, "CSV Injection").
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::inventory {

struct CsvRecord {
    std::size_t line = 0;  // where it begins, from 1
    std::vector<std::string> cells;
};

class CsvReader {
public:
    explicit CsvReader(std::string_view text);

    /// Nothing at the end. Refuse, with the line: a quote that isn't closed, text behind a closing quote.
    Result<std::optional<CsvRecord>> next();

private:
    bool ended() const { return at_ >= text_.size(); }
    void skip_empty_lines();
    Result<std::string> quoted_cell();
    std::string plain_cell();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    char separator_ = ',';
};

/// With its line end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace footing::inventory
