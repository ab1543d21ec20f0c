#include "inventory/views/place_key.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace footing::inventory {

namespace {

std::string written(const std::string& part)
{
    std::string out;
    for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '-' || c == '_' || c == '.') out += c;
        else out += fmt::format("={:02X}", byte);
    }
    return out;
}

std::optional<std::string> read(std::string_view part)
{
    std::string out;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] != '=') {
            out += part[i];
            continue;
        }
        unsigned byte = 0;
        if (i + 2 >= part.size()) return {};
        const auto* end = part.data() + i + 3;
        if (std::from_chars(part.data() + i + 1, end, byte, 16).ptr != end) return {};
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

}  // namespace

std::string room_key(const Place& place) { return written(place.site) + ":" + written(place.room); }
std::string row_key(const Place& place) { return room_key(place) + ":" + written(place.row); }
std::string rack_key(const Place& place) { return row_key(place) + ":" + written(place.rack); }

std::optional<Place> place_of_key(std::string_view key, std::size_t parts)
{
    std::vector<std::string> read_parts;
    for (std::size_t at = 0; at <= key.size();) {
        const auto end = std::min(key.find(':', at), key.size());
        const auto part = read(key.substr(at, end - at));
        if (!part) return {};
        read_parts.push_back(*part);
        at = end + 1;
    }
    if (read_parts.size() != parts || parts > 4) return {};
    read_parts.resize(4);
    return Place{read_parts[0], read_parts[1], read_parts[2], read_parts[3], ""};
}

bool same_room(const Place& a, const Place& b) { return a.site == b.site && a.room == b.room; }
bool same_row(const Place& a, const Place& b) { return same_room(a, b) && a.row == b.row; }
bool same_rack(const Place& a, const Place& b) { return same_row(a, b) && a.rack == b.rack; }

std::string sentence_of(const Place& place)
{
    std::string out;
    using Pair = std::pair<const char*, const std::string*>;
    for (const auto& [word, value] : {Pair{"site", &place.site}, {"room", &place.room}, {"row", &place.row},
                                      {"rack", &place.rack}, {"unit", &place.unit}})
        if (!value->empty()) out += fmt::format("{}{} {}", out.empty() ? "" : " · ", word, *value);
    return out.empty() ? "no place known" : out;
}

}  // namespace footing::inventory
