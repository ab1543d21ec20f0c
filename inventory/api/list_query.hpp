/// How a list is asked for: `field=value` with a suffix that says how it is compared, `sort=`, `limit=`, `cursor=`, `at=`.
///
///     __ic contains (case doesn't count)   __sw starts with   __gte, __lte at least, at most   __n is not   __empty true|false
///
/// A parameter that is repeated is fulfilled by any of its values (__n: by none of them); different ones all are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/api/message.hpp"
#include "inventory/store/condition.hpp"

namespace footing::inventory {

using Fields = std::vector<Field>;

/// A parameter that is one of a field: "serial__ic".
struct AskedField {
    const Field* field;
    Operator how;
};
/// Refuse: no field is called so, or it takes no such suffix. The sentence says what would be taken beside `others`.
Result<AskedField> asked_field(const Fields& fields, std::string_view parameter, const std::vector<std::string>& others);

/// An empty text looks for nothing: a form that isn't filled in. An empty number, time, name or choice is a mistake.
bool may_be_empty(const AskedField& asked);

struct ListQuery {
    std::vector<Condition> conditions;
    std::vector<SortKey> order;
    std::string at;
    std::size_t limit = 0;
    Bookmark after;
    std::string mark;  // of what is asked, in its cursors: there they go on with the same list or not at all

    /// Of the page that begins after this row.
    std::string cursor(const Bookmark& last) const;
};

/// Refuse: a value that its field can't have, a field that no list is sorted by, a cursor of another question.
Result<ListQuery> list_query(const Request& request, const Fields& fields = {});

}  // namespace footing::inventory
