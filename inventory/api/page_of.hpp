/// Pages of lists that are short enough to be read as a whole and sorted here.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "inventory/api/list_query.hpp"
#include "inventory/api/paging.hpp"

namespace footing::inventory {

/// `place_of` a row is a text that no other has: the list is in their order.
template <typename Row, typename PlaceOf, typename ItemOf>
wire::Json page_of(const char* name, std::vector<Row> rows, const ListQuery& query, PlaceOf place_of, ItemOf item_of)
{
    std::ranges::sort(rows, {}, place_of);
    auto next = std::ranges::upper_bound(rows, query.after.id, {}, place_of);
    wire::Json items = wire::Json::array();
    std::string last;
    for (; next != rows.end() && items.size() < query.limit; ++next) {
        items.push_back(item_of(*next));
        last = place_of(*next);
    }
    return page(name, std::move(items), query.cursor({{}, std::move(last)}), next != rows.end());
}

}  // namespace footing::inventory
