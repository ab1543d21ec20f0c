/// The lines of a wire map that a test writes down as CSV or YAML.
#pragma once

#include <doctest/doctest.h>

#include "inventory/location/wire_map_table.hpp"

namespace footing::inventory {

inline WireMap wires_in(std::string_view text, Format format = Format::Csv)
{
    WireMap out;
    const auto rows = read_rows(text, format, wire_map_columns(), wire_map_required());
    REQUIRE(rows);
    for (const auto& row : *rows) {
        REQUIRE_MESSAGE(row.cells, row.line);
        const auto line = wire_map_line(*row.cells);
        out.emplace(key_of(line), line);
    }
    return out;
}

}  // namespace footing::inventory
