#include "inventory/api/list_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "inventory/api/at.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/parameter.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/tables/words.hpp"
#include "inventory/wire/base64.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

using wire::Json;

namespace {

constexpr std::size_t most_sort_keys = 3;  // a cursor has all of them

struct Suffix {
    Operator how;
    std::string_view text;
    std::vector<FieldType> of;
};

const std::vector<Suffix>& suffixes()
{
    using enum FieldType;
    static const std::vector<Suffix> all{
        {Operator::Is, "", {Text, Word, Number, Time, Name, Whole}},
        {Operator::Contains, "__ic", {Text}},
        {Operator::StartsWith, "__sw", {Text, Name}},
        {Operator::AtLeast, "__gte", {Number, Time}},
        {Operator::AtMost, "__lte", {Number, Time}},
        {Operator::IsNot, "__n", {Text, Word, Number, Time, Name}},
        {Operator::Empty, "__empty", {Text, Word, Time, Name}},
    };
    return all;
}

bool takes(const Field& field, const Suffix& suffix) { return std::ranges::find(suffix.of, field.type) != suffix.of.end(); }

std::string one_of(const std::vector<std::string_view>& words)
{
    return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

Result<std::vector<std::string>> values_of(const AskedField& asked, const std::string& name, const std::string& text)
{
    if (asked.how == Operator::Empty) {
        if (text != "true" && text != "false") return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected true or false", name, text));
        return {{text}};
    }
    switch (asked.field->type) {
    case FieldType::Text:
    case FieldType::Name:
    case FieldType::Whole: return {{text}};
    case FieldType::Number: return number_of(name, text, {}).transform([](std::uint64_t one) { return std::vector{std::to_string(one)}; });
    case FieldType::Time: {
        const auto time = parse_instant(text);
        if (!time) return in_context(name, time.error());
        return {{to_string(*time)}};
    }
    case FieldType::Word: break;
    }
    auto words = words_of(text);
    for (const auto& word : words)
        if (std::ranges::find(asked.field->words, word) == asked.field->words.end())
            return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected {}", name, word, one_of(asked.field->words)));
    return words;
}

Result<std::vector<Condition>> conditions_of(const Query& query, const Fields& fields)
{
    std::vector<Condition> out;
    for (auto at = query.begin(); at != query.end();) {
        const std::string& name = at->first;
        const auto end = query.upper_bound(name);
        const auto asked = asked_field(fields, name, {});
        Condition condition;
        if (asked) condition = {std::string(asked->field->name), asked->how, {}};
        for (; at != end; ++at) {
            if (!asked || (at->second.empty() && may_be_empty(*asked))) continue;
            auto values = values_of(*asked, name, at->second);
            if (!values) return std::unexpected(values.error());
            std::ranges::move(*values, std::back_inserter(condition.values));
        }
        if (!condition.values.empty()) out.push_back(std::move(condition));
    }
    return out;
}

Result<std::vector<SortKey>> order_of(const std::string& text, const Fields& fields)
{
    std::vector<SortKey> out;
    for (const auto& word : words_of(text)) {
        const bool descending = word.starts_with('-');
        const std::string name = word.substr(descending ? 1 : 0);
        const auto found = std::ranges::find(fields, name, &Field::name);
        if (found == fields.end() || !found->sorts) {
            std::vector<std::string_view> sorting;
            for (const auto& field : fields)
                if (field.sorts) sorting.push_back(field.name);
            return fail(ErrorKind::Refuse, fmt::format("sort is '{}', expected {}, with - in front for the last first", word, one_of(sorting)));
        }
        out.push_back({name, descending});
    }
    if (out.size() > most_sort_keys) return fail(ErrorKind::Refuse, fmt::format("sort has {} fields, expected at most {}", out.size(), most_sort_keys));
    return out;
}

/// What doesn't say which rows there are, nor in which order.
bool of_the_page(const std::string& parameter)
{
    static constexpr std::array all{"count", "cursor", "expand", "fields", "limit"};
    return std::ranges::find(all, parameter) != all.end();
}

std::string mark_of(const Query& query)
{
    Json asked = Json::array();
    for (const auto& [name, value] : query)
        if (!of_the_page(name) && !value.empty()) asked.push_back({name, value});
    return sha256_hex(wire::text_of(asked)).substr(0, 16);
}

/// Base64 that needs no escaping in a query (RFC 4648 §5).
std::string for_urls(std::string text)
{
    std::erase(text, '=');
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::optional<std::string> from_url(std::string text)
{
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.resize((text.size() + 3) / 4 * 4, '=');
    return wire::from_base64(text);
}

/// Anybody can make a cursor.
bool can_be_of(const Fields& fields, const std::string& field, const std::string& key)
{
    const auto of = std::ranges::find(fields, field, &Field::name);
    return of != fields.end() && (of->type != FieldType::Number || number_of(field, key, {}));
}

Result<Bookmark> bookmark_of(const std::string& cursor, const ListQuery& asked, const Fields& fields)
{
    if (cursor.empty()) return Bookmark{};
    const auto bytes = from_url(cursor);
    const Json said = bytes ? Json::parse(*bytes, nullptr, false) : Json();
    bool whole = said.is_array() && said.size() == 2 + asked.order.size() &&
                 std::ranges::all_of(said, [](const Json& one) { return one.is_string() && !one.get_ref<const std::string&>().contains('\0'); });
    for (std::size_t i = 0; whole && i < asked.order.size(); ++i) whole = can_be_of(fields, asked.order[i].field, said[i + 2]);
    if (!whole || said[0] != asked.mark)
        return fail(ErrorKind::Refuse, "cursor is not one of this list: it goes on with the filter and the order that it was made with");
    Bookmark out{{}, said[1]};
    for (std::size_t i = 2; i < said.size(); ++i) out.keys.push_back(said[i]);
    return out;
}

}  // namespace

Result<AskedField> asked_field(const Fields& fields, std::string_view parameter, const std::vector<std::string>& others)
{
    const auto split_at = std::min(parameter.find("__"), parameter.size());
    const auto field = std::ranges::find(fields, parameter.substr(0, split_at), &Field::name);
    std::vector<std::string> expected;
    for (const auto& suffix : suffixes()) {
        if (field == fields.end() || !takes(*field, suffix)) continue;
        if (suffix.text == parameter.substr(split_at)) return AskedField{&*field, suffix.how};
        expected.push_back(fmt::format("{}{}", field->name, suffix.text));
    }
    if (field == fields.end()) {
        expected = others;
        for (const auto& one : fields) expected.emplace_back(one.name);
    }
    return fail(ErrorKind::Refuse, fmt::format("unknown parameter '{}', expected one of {}", parameter, fmt::join(expected, ", ")));
}

bool may_be_empty(const AskedField& asked)
{
    return asked.how == Operator::Is && asked.field->type != FieldType::Number && asked.field->type != FieldType::Time;
}

std::string ListQuery::cursor(const Bookmark& last) const
{
    Json said{mark, last.id};
    for (const auto& key : last.keys) said.push_back(key);
    return for_urls(wire::to_base64(wire::text_of(said)));
}

Result<ListQuery> list_query(const Request& request, const Fields& fields)
{
    ListQuery out;
    const auto limit = limit_of(request);
    if (!limit) return std::unexpected(limit.error());
    auto at = at_of(request);
    if (!at) return std::unexpected(at.error());
    auto conditions = conditions_of(request.query, fields);
    if (!conditions) return std::unexpected(conditions.error());
    auto order = order_of(request.parameter("sort"), fields);
    if (!order) return std::unexpected(order.error());
    out = {std::move(*conditions), std::move(*order), std::move(*at), *limit, {}, mark_of(request.query)};
    auto after = bookmark_of(request.parameter("cursor"), out, fields);
    if (!after) return std::unexpected(after.error());
    out.after = std::move(*after);
    return out;
}

}  // namespace footing::inventory
