#include "inventory/tables/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/tables/trimmed.hpp"

namespace footing::inventory {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view formula_starts = "=+-@\t\r'";

bool blank(char c) { return c == ' ' || c == '\t'; }

std::string without_guard(std::string cell)
{
    if (cell.size() > 1 && cell[0] == '\'' && formula_starts.contains(cell[1])) cell.erase(0, 1);
    return cell;
}

char separator_of(std::string_view header)
{
    header = header.substr(0, header.find('\n'));
    for (const char c : {',', ';', '\t'})
        if (header.contains(c)) return c;
    return ',';
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text)
{
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    skip_empty_lines();
    separator_ = separator_of(text_.substr(std::min(at_, text_.size())));
}

void CsvReader::skip_empty_lines()
{
    while (!ended()) {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view line = text_.substr(at_, end - at_);
        if (!line.starts_with('#') && !trimmed(line).empty()) return;
        at_ = end + 1;
        ++line_;
    }
}

Result<std::string> CsvReader::quoted_cell()
{
    const auto opened = line_;
    std::string out;
    for (++at_; !ended(); ++at_) {
        const char c = text_[at_];
        if (c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') ++at_;
        else if (c == '"') break;
        line_ += c == '\n';
        out += c;
    }
    if (ended()) return fail(ErrorKind::Refuse, fmt::format("line {}: a quote is not closed", opened));
    const auto behind = std::min(text_.find_first_of(std::string("\n") + separator_, ++at_), text_.size());
    const std::string rest = trimmed(text_.substr(at_, behind - at_));
    if (!rest.empty()) return fail(ErrorKind::Refuse, fmt::format("line {}: '{}' stands behind a closing quote", line_, rest.substr(0, 40)));
    at_ = behind;
    return out;
}

std::string CsvReader::plain_cell()
{
    const auto end = std::min(text_.find_first_of(std::string("\n") + separator_, at_), text_.size());
    const std::string out = trimmed(text_.substr(at_, end - at_));
    at_ = end;
    return out;
}

Result<std::optional<CsvRecord>> CsvReader::next()
{
    skip_empty_lines();
    if (ended()) return std::nullopt;
    CsvRecord record{line_, {}};
    for (;;) {
        while (!ended() && blank(text_[at_]) && text_[at_] != separator_) ++at_;
        if (!ended() && text_[at_] == '"') {
            auto cell = quoted_cell();
            if (!cell) return std::unexpected(cell.error());
            record.cells.push_back(without_guard(std::move(*cell)));
        } else {
            record.cells.push_back(without_guard(plain_cell()));
        }
        if (ended() || text_[at_] == '\n') break;
        ++at_;  // the separator
    }
    ++at_;
    ++line_;
    return record;
}

std::string csv_line(const std::vector<std::string>& cells)
{
    std::string out;
    for (const auto& raw : cells) {
        const bool guarded = !raw.empty() && formula_starts.contains(raw.front());
        const std::string cell = guarded ? "'" + raw : raw;
        if (&raw != &cells.front()) out += ',';
        const bool padded = !cell.empty() && (cell != trimmed(cell) || cell.front() == '#');
        if (!padded && cell.find_first_of(",;\"\n\r\t") == std::string::npos) {
            out += cell;
            continue;
        }
        out += '"';
        for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
        out += '"';
    }
    return out + '\n';
}

}  // namespace footing::inventory
