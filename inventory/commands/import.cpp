#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/exchange/import.hpp"

namespace footing::inventory {

namespace {

std::string person()
{
    for (const char* name : {"SUDO_USER", "USER"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return "footing-inventory import";
}

Format format_for(const ImportCommand& what, const std::string& text)
{
    return format_of(what.format.empty() ? what.file : "." + what.format, text);
}

void print(const ImportResult& result, const ImportCommand& what)
{
    for (const auto& row : result.rows)
        if (row.outcome == Outcome::Failed) fmt::print(stderr, "footing-inventory: {}: {}\n", what.file, sentence_of(row));
        else if (what.options.dry_run) fmt::print("{}\n", sentence_of(row));
    fmt::print("{}: {}", what.kind, sentence_of(result));
    if (result.written) fmt::print("; {} machines have another place\n", result.moved);
    else fmt::print(" ({}nothing is written)\n", what.options.dry_run ? "dry run: " : "");
}

}  // namespace

Result<std::string> text_of_file(const std::string& file)
{
    std::ostringstream text;
    if (file == "-") {
        text << std::cin.rdbuf();
        return text.str();
    }
    std::ifstream in(file, std::ios::binary);
    if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(text << in.rdbuf()))) return fail(ErrorKind::Refuse, fmt::format("can't read '{}'", file));
    return text.str();
}

int import_command(const Config& config, const ImportCommand& what)
{
    const auto table = table_of(what.kind);
    if (!table) return report_failure(table.error(), exit_usage);
    const auto text = text_of_file(what.file);
    if (!text) return report_failure(text.error(), exit_config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    Progress progress;
    auto options = what.options;
    options.progress = [&](std::size_t done, std::size_t all) { progress.show(fmt::format("{} %", 100 * done / all)); };
    const auto result = import_text(**store, **table, *text, format_for(what, *text), options, {config.rules, now(), person()});
    progress.end();
    if (!result) {
        const bool wrong = result.error().kind == ErrorKind::Refuse;
        return report_failure({result.error().kind, wrong ? what.file + ": " + result.error().message : result.error().message}, wrong ? exit_config : exit_failed);
    }
    print(*result, what);
    if (result->failed == 0) return 0;
    return result->written ? exit_failed : exit_config;
}

}  // namespace footing::inventory
