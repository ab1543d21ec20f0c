/// GET /v1/exports/{kind} and POST /v1/imports/{kind}: exchange/ over HTTP.
#include <fmt/format.h>

#include <algorithm>

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/turn.hpp"
#include "inventory/exchange/export.hpp"
#include "inventory/exchange/import.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr const char* csv_type = "text/csv; charset=utf-8";
constexpr const char* ndjson_type = "application/x-ndjson";

Result<bool> flag(const Request& request, const char* name)
{
    const std::string text = request.parameter(name);
    if (text.empty() || text == "false") return false;
    if (text == "true") return true;
    return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected true or false", name, text));
}

Result<ImportOptions> options_of(const Request& request)
{
    ImportOptions out;
    for (const auto& [name, option] : {std::pair{"dry_run", &out.dry_run}, {"partial", &out.partial}, {"replace", &out.replace}}) {
        const auto set = flag(request, name);
        if (!set) return std::unexpected(set.error());
        *option = *set;
    }
    return out;
}

/// By the media type alone: what a body looks like is no word of its sender.
Result<Format> format_of(const Request& request)
{
    const std::string type = request.header("Content-Type");
    const std::string name = type.substr(0, type.find_first_of("; "));
    if (name == "text/csv") return Format::Csv;
    if (name == "application/x-ndjson" || name == "application/jsonl") return Format::Ndjson;
    return fail(ErrorKind::Refuse, fmt::format("Content-Type is '{}', expected text/csv or application/x-ndjson", name), 415);
}

Json json_of(const RowResult& row)
{
    Json out{{"line", row.line == 0 ? Json(nullptr) : Json(row.line)}, {"result", to_string(row.outcome)}, {"sentence", sentence_of(row)}};
    if (row.changes.empty()) return out;
    Json changes = Json::object();
    for (const auto& [column, before, after] : row.changes) changes[column] = {{"before", before}, {"after", after}};
    out["changes"] = std::move(changes);
    return out;
}

Json json_of(const ImportResult& result, const std::string& kind)
{
    Json rows = Json::array();
    for (const auto& row : result.rows) rows.push_back(json_of(row));
    return {{"kind", kind}, {"written", result.written}, {"added", result.added}, {"changed", result.changed}, {"removed", result.removed},
            {"unchanged", result.unchanged}, {"failed", result.failed}, {"machines_moved", result.moved}, {"rows", std::move(rows)}};
}

/// The rows that can't be taken, by where they stand among `rows`.
Json errors_of(const ImportResult& result)
{
    Json out = Json::array();
    for (std::size_t i = 0; i < result.rows.size(); ++i)
        if (result.rows[i].outcome == Outcome::Failed)
            out.push_back({{"pointer", fmt::format("/rows/{}", i)}, {"code", "refused_row"}, {"detail", sentence_of(result.rows[i])}});
    return out;
}

}  // namespace

Response Api::post_import(const Request& request, const Captures& captures)
{
    const auto table = table_of(captures.at("kind"));
    if (!table) return problem(table.error());
    const auto options = options_of(request);
    if (!options) return problem(options.error());
    const auto format = format_of(request);
    if (!format) return problem(format.error());
    const auto by = store_.read([&](Sql& sql) { return person_of(sql, request, Json::object()); });
    if (!by) return problem(by.error());
    const auto result = import_text(store_, **table, request.body, *format, *options, {rules_, clock_(), *by});
    if (!result) return problem(result.error());
    Json body = json_of(*result, (*table)->kind());
    if (result->failed == 0 || result->written || options->dry_run) return {200, "application/json", {}, wire::text_of(body)};
    Response refused = problem(422, fmt::format("{} of the rows can't be taken, so none was: {}", result->failed, sentence_of(*std::ranges::find(result->rows, Outcome::Failed, &RowResult::outcome))));
    Json whole = Json::parse(refused.body);
    whole.update(body);
    whole["errors"] = errors_of(*result);
    refused.body = wire::text_of(whole);
    return refused;
}

Error Api::too_many_exports() { return {ErrorKind::Retry, fmt::format("{} exports are under way already", most_exports)}; }

Response Api::get_export(const Request& request, const Captures& captures)
{
    auto table = listing_of(captures.at("kind"));
    if (!table) return problem(table.error());
    const std::string format = request.parameter("format");
    if (!format.empty() && format != "csv" && format != "ndjson") return problem(400, fmt::format("format is '{}', expected csv or ndjson", format));
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const bool ndjson = format == "ndjson";
    Response out{200, ndjson ? ndjson_type : csv_type, {}, ""};
    out.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"", (*table)->kind(), ndjson ? "ndjson" : "csv"));
    auto turn = std::make_shared<Turn<decltype(exports_)>>(exports_);
    if (!*turn) return problem(too_many_exports());
    auto rows = std::make_shared<Export>(store_, std::move(*table), ndjson ? Format::Ndjson : Format::Csv, *at);
    out.next_piece = [turn, rows] { return rows->next(); };
    return out;
}

}  // namespace footing::inventory
