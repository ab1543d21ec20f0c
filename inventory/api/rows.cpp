#include "inventory/api/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/tables/words.hpp"

namespace footing::inventory {

namespace {

Result<std::vector<std::string>> known_words(const Request& request, const char* parameter, const std::vector<std::string_view>& known)
{
    auto words = words_of(request.parameter(parameter));
    for (const auto& word : words)
        if (std::ranges::find(known, word) == known.end())
            return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected some of {}, with commas between", parameter, word, fmt::join(known, ", ")));
    return words;
}

}  // namespace

wire::Json Rows::row(wire::Json whole) const
{
    if (keys.empty()) return whole;
    wire::Json out{{"id", whole["id"]}};
    for (const auto& key : keys)
        if (const auto found = whole.find(key); found != whole.end()) out[key] = *found;
    return out;
}

bool Rows::has(std::string_view part) const { return std::ranges::find(parts, part) != parts.end(); }

Result<Rows> rows_of(const Request& request, const std::vector<std::string_view>& keys, const std::vector<std::string_view>& parts)
{
    auto fields = known_words(request, "fields", keys), expand = known_words(request, "expand", parts);
    if (!fields) return std::unexpected(fields.error());
    if (!expand) return std::unexpected(expand.error());
    const std::string count = request.parameter("count");
    if (!count.empty() && count != "exact") return fail(ErrorKind::Refuse, fmt::format("count is '{}', expected exact", count));
    return Rows{std::move(*fields), std::move(*expand), !count.empty()};
}

}  // namespace footing::inventory
