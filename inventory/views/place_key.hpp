/// A place as one segment of an address: "par:A:1:R1" is rack R1 in row 1 of room A of site par.
///
/// A level without a name is empty ("::R1"); what isn't a letter, a digit, '-', '_' or '.' is written as =XX.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inventory/views/views.hpp"

namespace footing::inventory {

std::string room_key(const Place& place);
std::string row_key(const Place& place);
std::string rack_key(const Place& place);

/// The place of a key with 2 (room), 3 (row) or 4 (rack) parts; nothing when it has another number or a wrong escape.
std::optional<Place> place_of_key(std::string_view key, std::size_t parts);

bool same_room(const Place& a, const Place& b);
bool same_row(const Place& a, const Place& b);
bool same_rack(const Place& a, const Place& b);

/// "site par · room A · row 1 · rack R1", only what is known; with the unit where there is one.
std::string sentence_of(const Place& place);

}  // namespace footing::inventory
