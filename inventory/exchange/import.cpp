#include "inventory/exchange/import.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "inventory/store/feed.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t compared_at_once = 1000;

struct Plan {
    ImportResult result;
    std::vector<Seen> puts;
    std::vector<TableRow> ends;
};

void count(ImportResult& result, RowResult row)
{
    switch (row.outcome) {
    case Outcome::Added: ++result.added; break;
    case Outcome::Changed: ++result.changed; break;
    case Outcome::Unchanged: ++result.unchanged; return;
    case Outcome::Removed: ++result.removed; break;
    case Outcome::Failed: ++result.failed; break;
    }
    result.rows.push_back(std::move(row));
}

std::vector<CellChange> difference(const Seen& seen)
{
    std::vector<CellChange> out;
    if (!seen.held) return out;
    for (const auto& column : seen.row.columns())
        if (seen.row.get(column) != seen.held->get(column)) out.push_back({column, seen.held->get(column), seen.row.get(column)});
    return out;
}

/// No two rows may be one.
Result<void> claim_keys(std::unordered_map<std::string, std::size_t>& lines, const Seen& seen, std::size_t line)
{
    for (const auto& key : seen.keys)
        if (const auto [held, is_new] = lines.try_emplace(key, line); !is_new)
            return fail(ErrorKind::Refuse, fmt::format("{} stands there twice, first in line {}", seen.name, held->second));
    return {};
}

constexpr std::size_t told_every = 500;  // rows

void tell(const ImportOptions& options, std::size_t done, std::size_t all)
{
    if (options.progress && done % told_every == 0) options.progress(done, all);
}

Cells completed(const Cells& given, const ImportOptions& options) { return options.replace ? given.over({}) : given; }

Result<Plan> plan(Sql& sql, const Table& table, const std::vector<FileRow>& rows, const ImportOptions& options, const IntakeRules& rules)
{
    Plan out;
    std::unordered_map<std::string, std::size_t> lines;
    std::size_t looked_at = 0;
    for (const auto& [line, cells] : rows) {
        tell(options, ++looked_at, 2 * rows.size());
        auto seen = cells ? table.look(sql, completed(*cells, options), rules) : std::unexpected(cells.error());
        if (seen)
            if (auto claimed = claim_keys(lines, *seen, line); !claimed) seen = std::unexpected(claimed.error());
        if (!seen) {
            count(out.result, {line, Outcome::Failed, "", {}, seen.error().message});
            continue;
        }
        auto changes = difference(*seen);
        const Outcome outcome = !seen->held ? Outcome::Added : changes.empty() ? Outcome::Unchanged : Outcome::Changed;
        count(out.result, {line, outcome, seen->name, std::move(changes), ""});
        if (outcome != Outcome::Unchanged) out.puts.push_back(std::move(*seen));
    }
    if (!options.replace || out.result.failed != 0) return out;
    for (auto some = table.page(sql, {}, compared_at_once, latest); !some.empty(); some = table.page(sql, some.back().key, compared_at_once, latest))
        for (const auto& row : some)
            if (!lines.contains(joined(row.key))) {
                count(out.result, {0, Outcome::Removed, row.name, {}, ""});
                out.ends.push_back(row);
            }
    if (rows.empty() && !out.ends.empty()) return fail(ErrorKind::Refuse, fmt::format("the file has no row: all of {} would end", table.kind()));
    return out;
}

}  // namespace

const char* to_string(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Added: return "added";
    case Outcome::Changed: return "changed";
    case Outcome::Unchanged: return "unchanged";
    case Outcome::Removed: return "removed";
    case Outcome::Failed: return "failed";
    }
    return "";
}

std::string sentence_of(const RowResult& row)
{
    std::string out = row.line == 0 ? "" : fmt::format("line {}: ", row.line);
    if (row.outcome == Outcome::Failed) return out + row.error;
    out += fmt::format("{} {}", row.name, to_string(row.outcome));
    for (std::size_t i = 0; i < row.changes.size(); ++i)
        out += fmt::format("{} {} '{}' -> '{}'", i == 0 ? ":" : ",", row.changes[i].column, row.changes[i].before, row.changes[i].after);
    return out;
}

std::string sentence_of(const ImportResult& result)
{
    return fmt::format("{} added, {} changed, {} removed, {} unchanged, {} failed", result.added, result.changed, result.removed,
                       result.unchanged, result.failed);
}

Result<ImportResult> import_rows(Sql& sql, Table& table, const std::vector<FileRow>& rows, const ImportOptions& options, const Writing& writing)
{
    if (options.replace && !table.can_end())
        return fail(ErrorKind::Refuse, fmt::format("{} can't be replaced: an import takes none away", table.kind()));
    auto planned = plan(sql, table, rows, options, writing.rules);
    if (!planned) return std::unexpected(planned.error());
    ImportResult& result = planned->result;
    if (options.dry_run || (result.failed != 0 && !options.partial)) return std::move(result);
    result.written = true;
    for (const auto& row : planned->ends) table.end(sql, row, writing);
    std::size_t put = 0;
    for (const auto& seen : planned->puts) {
        tell(options, rows.size() + ++put, rows.size() + planned->puts.size());
        table.put(sql, seen, writing);
    }
    if (planned->puts.empty() && planned->ends.empty()) return std::move(result);
    result.moved = table.settle(sql, writing);
    record(sql, {0, "", "imported", "", "", fmt::format("{}: {}", table.kind(), sentence_of(result)), "", writing.by}, writing.now);
    return std::move(result);
}

Result<ImportResult> import_text(Store& store, Table& table, std::string_view text, Format format, const ImportOptions& options,
                                 const Writing& writing)
{
    const auto rows = table.read(text, format);
    if (!rows) return std::unexpected(rows.error());
    const auto work = [&](Sql& sql) { return import_rows(sql, table, *rows, options, writing); };
    auto done = options.dry_run ? store.read(work) : store.write(work);
    if (!done) return std::unexpected(done.error());
    return std::move(*done);
}

}  // namespace footing::inventory
