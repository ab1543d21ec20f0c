#include "inventory/views/ansible_group.hpp"

#include <fmt/format.h>

#include <initializer_list>

namespace footing::inventory {

namespace {

/// Read back by the length of a run of underscores: 2 is an escape, 1 + 3n a separator with n unknown levels before the
/// next, 3 + 3n that and an escape.
std::string group(std::string name, std::initializer_list<const std::string*> path)
{
    for (const std::string* level : path) {
        name += level->empty() ? "___" : "_";
        for (const char c : *level) {
            const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            name += plain ? std::string(1, c) : fmt::format("__{:02X}", static_cast<unsigned char>(c));
        }
    }
    return name;
}

}  // namespace

std::vector<std::string> ansible_groups(const Place& place)
{
    std::vector<std::string> out;
    if (!place.site.empty()) out.push_back(group("site", {&place.site}));
    if (!place.room.empty()) out.push_back(group("room", {&place.site, &place.room}));
    if (!place.rack.empty()) out.push_back(group("rack", {&place.site, &place.room, &place.row, &place.rack}));
    return out;
}

}  // namespace footing::inventory
