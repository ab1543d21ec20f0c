#include "inventory/tables/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "inventory/tables/csv.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t longest_cell = 1024;  // characters, as of what people write over HTTP

Result<void> known_column(const std::string& name, const Columns& columns)
{
    if (std::ranges::contains(columns, name)) return {};
    return fail(ErrorKind::Refuse, fmt::format("unknown column '{}', expected {}", name, fmt::join(columns, ", ")));
}

/// A text that every database and every page takes.
Result<void> put(Cells& row, const std::string& name, std::string value)
{
    if (const auto length = wire::characters(value); length > longest_cell)
        return fail(ErrorKind::Refuse, fmt::format("{} has {} characters, {} are the most", name, length, longest_cell));
    if (value.contains('\0')) return fail(ErrorKind::Refuse, name + " has a NUL");
    row.set(name, std::move(value));
    return {};
}

Result<void> all_required(const Cells& row, const Columns& required)
{
    for (const auto& name : required)
        if (row.get(name).empty()) return fail(ErrorKind::Refuse, fmt::format("{} is empty", name));
    return {};
}

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
        const unsigned first = byte(i);
        const std::size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
        if (length == 0) return false;
        for (std::size_t j = 1; j < length; ++j)
            if ((byte(i + j) & 0xc0) != 0x80) return false;
        const unsigned second = byte(i + 1);
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
            return false;
        i += length;
    }
    return true;
}

/// A file in another encoding is told so before its letters are torn.
Result<void> check_text(std::string_view text)
{
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return fail(ErrorKind::Refuse, "line 1: the file is UTF-16, expected UTF-8 (in a spreadsheet: save as CSV UTF-8)");
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        ++line;
        if (!is_utf8(text.substr(at, end - at)))
            return fail(ErrorKind::Refuse, fmt::format("line {}: it is no UTF-8 (in a spreadsheet: save as CSV UTF-8)", line));
        at = end + 1;
    }
    return {};
}

Result<Columns> header_of(CsvReader& reader, const Columns& columns, const Columns& required)
{
    auto record = reader.next();
    if (!record) return std::unexpected(record.error());
    if (!*record) return fail(ErrorKind::Refuse, fmt::format("no header line, expected one with some of {}", fmt::join(columns, ",")));
    const auto at_line = [&](Error error) { return in_context(fmt::format("line {}", (*record)->line), std::move(error)); };
    std::set<std::string> seen;
    for (auto& name : (*record)->cells) {
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
        if (auto known = known_column(name, columns); !known) return at_line(known.error());
        if (!seen.insert(name).second) return at_line({ErrorKind::Refuse, fmt::format("column '{}' stands there twice", name)});
    }
    for (const auto& name : required)
        if (!seen.contains(name)) return at_line({ErrorKind::Refuse, fmt::format("column '{}' is missing", name)});
    return (*record)->cells;
}

Result<Cells> csv_cells(const CsvRecord& record, const Columns& header, const Columns& columns, const Columns& required)
{
    if (record.cells.size() != header.size())
        return fail(ErrorKind::Refuse, fmt::format("{} cells, the header has {}", record.cells.size(), header.size()));
    Cells row(columns);
    for (std::size_t i = 0; i < header.size(); ++i)
        if (auto done = put(row, header[i], record.cells[i]); !done) return std::unexpected(done.error());
    if (auto whole = all_required(row, required); !whole) return std::unexpected(whole.error());
    return row;
}

Result<std::vector<FileRow>> read_csv(std::string_view text, const Columns& columns, const Columns& required)
{
    CsvReader reader(text);
    const auto header = header_of(reader, columns, required);
    if (!header) return std::unexpected(header.error());
    std::vector<FileRow> rows;
    for (;;) {
        auto record = reader.next();
        if (!record) return std::unexpected(record.error());
        if (!*record) return rows;
        rows.push_back({(*record)->line, csv_cells(**record, *header, columns, required)});
    }
}

Result<Cells> json_cells(std::string_view line, const Columns& columns, const Columns& required)
{
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) return fail(ErrorKind::Refuse, "expected a JSON object");
    Cells row(columns);
    for (const auto& [name, value] : object.items()) {
        if (auto known = known_column(name, columns); !known) return std::unexpected(known.error());
        if (value.is_structured()) return fail(ErrorKind::Refuse, fmt::format("{} is no text, number, true, false or null", name));
        const std::string text = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
        if (auto done = put(row, name, text); !done) return std::unexpected(done.error());
    }
    if (auto whole = all_required(row, required); !whole) return std::unexpected(whole.error());
    return row;
}

Result<std::vector<FileRow>> read_ndjson(std::string_view text, const Columns& columns, const Columns& required)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<FileRow> rows;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) rows.push_back({number, json_cells(line, columns, required)});
    }
    return rows;
}

Result<Cells> yaml_cells(const YAML::Node& item, const Columns& columns, const Columns& required)
{
    if (!item.IsMap()) return fail(ErrorKind::Refuse, "expected a map");
    Cells row(columns);
    for (const auto& pair : item) {
        const auto name = pair.first.as<std::string>();
        if (auto known = known_column(name, columns); !known) return std::unexpected(known.error());
        if (auto done = put(row, name, pair.second.as<std::string>()); !done) return std::unexpected(done.error());
    }
    if (auto whole = all_required(row, required); !whole) return std::unexpected(whole.error());
    return row;
}

Result<std::vector<FileRow>> read_yaml(std::string_view text, const Columns& columns, const Columns& required)
{
    std::vector<FileRow> rows;
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        if (!root.IsSequence()) return fail(ErrorKind::Refuse, fmt::format("expected a list of maps with some of {}", fmt::join(columns, ", ")));
        for (const auto& item : root) rows.push_back({static_cast<std::size_t>(item.Mark().line) + 1, yaml_cells(item, columns, required)});
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::Refuse, fmt::format("line {}: {}", e.mark.line + 1, e.msg));
    }
    return rows;
}

}  // namespace

Format format_of(std::string_view file_name, std::string_view text)
{
    if (file_name.ends_with(".yaml") || file_name.ends_with(".yml")) return Format::Yaml;
    if (file_name.ends_with(".ndjson") || file_name.ends_with(".jsonl")) return Format::Ndjson;
    if (file_name.ends_with(".csv")) return Format::Csv;
    const auto first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    return first != std::string_view::npos && text[first] == '{' ? Format::Ndjson : Format::Csv;
}

Result<std::vector<FileRow>> read_rows(std::string_view text, Format format, const Columns& columns, const Columns& required)
{
    if (auto readable = check_text(text); !readable) return std::unexpected(readable.error());
    switch (format) {
    case Format::Csv: return read_csv(text, columns, required);
    case Format::Ndjson: return read_ndjson(text, columns, required);
    case Format::Yaml: break;
    }
    return read_yaml(text, columns, required);
}

std::string header_text(const Columns& columns, Format format) { return format == Format::Csv ? csv_line(columns) : ""; }

std::string row_text(const Cells& row, Format format)
{
    if (format == Format::Csv) {
        std::vector<std::string> cells;
        for (const auto& name : row.columns()) cells.push_back(row.get(name));
        return csv_line(cells);
    }
    Json object = Json::object();
    for (const auto& name : row.columns()) object[name] = row.get(name);
    return wire::text_of(object) + "\n";
}

}  // namespace footing::inventory
