#include "inventory/api/people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "inventory/store/tokens.hpp"
#include "inventory/wire/characters.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest = 1024;  // characters
constexpr std::size_t longest_name = 128;

/// PostgreSQL stores no such text, and SQLite would.
bool has_nul(const wire::Json& value)
{
    if (value.is_string()) return value.get_ref<const std::string&>().find('\0') != std::string::npos;
    return value.is_structured() && std::ranges::any_of(value, has_nul);
}

/// 74.0 is an integer to JSON Schema.
void make_whole(wire::Json& value)
{
    constexpr double exact_up_to = 9007199254740992;  // 2^53
    if (!value.is_number_float()) return;
    const double number = value.get<double>();
    if (number >= 0 && number < exact_up_to && std::floor(number) == number) value = static_cast<std::uint64_t>(number);
}

/// All that people write are texts, but for a few keys. A null is as if it weren't there.
bool is_of_its_kind(const std::string& key, const wire::Json& value)
{
    if (value.is_null()) return true;
    if (key == "lock") return value.is_boolean();
    if (key == "claims" || key == "kinds") return value.is_array();
    if (key == "minutes" || key == "since") return value.is_number_integer();
    return value.is_string() || ((key == "unit" || key == "height") && value.is_number());
}

const char* expected(const std::string& key)
{
    if (key == "lock") return "true or false";
    if (key == "claims" || key == "kinds") return "an array";
    return key == "minutes" || key == "since" ? "a whole number" : "a text";
}

/// Of one member; empty: nothing is.
std::string fault_of(const std::string& key, const wire::Json& value, const std::vector<std::string>& keys)
{
    if (std::ranges::find(keys, key) == keys.end())
        return fmt::format("the member {} is unknown, expected {}", wire::text_of(wire::Json(key)), fmt::join(keys, ", "));
    if (!is_of_its_kind(key, value))
        return fmt::format("/{} is {}, expected {}", key, value.type_name(), expected(key));
    if (value.is_string() && wire::characters(value.get_ref<const std::string&>()) > longest)
        return fmt::format("/{} is too long, expected {} characters at most", key, longest);
    return has_nul(value) ? fmt::format("/{} has a NUL", key) : "";
}

}  // namespace

Result<wire::Json> object_of(const Request& request, const std::vector<std::string>& keys)
{
    auto body = request.body.empty() ? Result<wire::Json>(wire::Json::object()) : wire::parsed(request.body);
    if (!body) return body;
    if (!body->is_object()) return fail(ErrorKind::Refuse, "expected a JSON object");
    for (const char* key : {"minutes", "since"})
        if (const auto found = body->find(key); found != body->end()) make_whole(*found);
    std::string wrong;
    for (const auto& [key, value] : body->items())
        if (const auto said = fault_of(key, value, keys); !said.empty()) wrong += (wrong.empty() ? "" : "\n") + said;
    if (!wrong.empty()) return fail(ErrorKind::Refuse, wrong);
    return body;
}

Result<std::string> named_person(const wire::Json& object)
{
    const std::string by = wire::text_at(object, "by");
    if (by.empty() || wire::characters(by) > longest_name) return fail(ErrorKind::Refuse, fmt::format("/by is wrong, expected a name of 1 to {} characters", longest_name));
    return by;
}

std::string person_of(Sql& sql, const Request& request, const wire::Json& object)
{
    if (const std::string by = wire::text_at(object, "by"); !by.empty()) return by;
    const auto token = token_of_header(request.header("Authorization"));
    const auto row = token ? token_of(sql, token_hash(*token)) : std::nullopt;
    return !row || row->label.empty() ? "a person" : row->label;
}

}  // namespace footing::inventory
