#include "inventory/api/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace footing::inventory {

namespace {

/// Words with commas between; none of an empty text.
Result<std::vector<std::string>> words_of(const Request& request, const char* parameter, const std::vector<std::string_view>& known)
{
    const std::string text = request.parameter(parameter);
    std::vector<std::string> out;
    for (std::size_t from = 0; !text.empty() && from <= text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        out.push_back(text.substr(from, end - from));
        if (std::ranges::find(known, out.back()) == known.end())
            return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected some of {}, with commas between", parameter, out.back(), fmt::join(known, ", ")));
        from = end + 1;
    }
    return out;
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
    auto fields = words_of(request, "fields", keys), expand = words_of(request, "expand", parts);
    if (!fields) return std::unexpected(fields.error());
    if (!expand) return std::unexpected(expand.error());
    const std::string count = request.parameter("count");
    if (!count.empty() && count != "exact") return fail(ErrorKind::Refuse, fmt::format("count is '{}', expected exact", count));
    return Rows{std::move(*fields), std::move(*expand), !count.empty()};
}

}  // namespace footing::inventory
