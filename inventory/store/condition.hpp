/// What the rows of a list are chosen and sorted by: conditions on its fields. The API reads them from a query string
/// (api/list_query.hpp); SQL (disk_list.hpp) or memory (views/machine_list.hpp) answers them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace footing::inventory {

enum class FieldType {
    Text,
    Word,    // one of a few
    Number,  // decimal, without a sign and leading zeros
    Time,    // as history/instant.hpp writes it
    Name,    // a text whose parts aren't looked for
    Whole,   // a text that is asked for as a whole or not at all
};

struct Field {
    std::string_view name;
    FieldType type;
    bool sorts = true;
    std::vector<std::string_view> words{};  // of a Word, in their order
};

enum class Operator { Is, IsNot, Contains, StartsWith, AtLeast, AtMost, Empty };

struct Condition {
    std::string field;
    Operator how = Operator::Is;
    std::vector<std::string> values{};  // any of them; IsNot: none of them; Empty: "true" or "false"
};

/// Of a value as the types above say; an empty one is neither much nor little. Case counts but for Contains.
bool holds(const Condition& condition, const std::string& value);

struct SortKey {
    std::string field;
    bool descending = false;
};

/// Rows are sorted by the beginnings of texts: so many characters. What is equal goes by id.
inline constexpr std::size_t sorted_characters = 40;

/// A row's place in a list: its values of the fields that it is sorted by, and its id.
struct Bookmark {
    std::vector<std::string> keys{};
    std::string id{};  // empty: before the first
};

}  // namespace footing::inventory
