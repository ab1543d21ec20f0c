#include "agent/model/wanted.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace footing {
namespace {

bool any_glob(const std::vector<std::string>& globs, const std::string& value)
{
    return globs.empty() ||
           std::ranges::any_of(globs, [&](const auto& glob) { return ::fnmatch(glob.c_str(), value.c_str(), 0) == 0; });
}

/// How much of a drive is known: what isn't, is as the rule wants it.
struct Known {
    bool size = true;
    bool rest = true;
};

bool matches(const Match& match, const Disk& disk, Known known = {})
{
    const bool size = !known.size || ((!match.min_size || disk.size >= *match.min_size) && (!match.max_size || disk.size <= *match.max_size));
    const bool transport = match.transport.empty() || std::ranges::find(match.transport, disk.transport) != match.transport.end();
    const bool rest = !known.rest || (transport && (!match.rotational || match.rotational == disk.rotational) && (!match.removable || match.removable == disk.removable) &&
                                      any_glob(match.vendor, disk.identity.vendor) && any_glob(match.model, disk.identity.model) &&
                                      any_glob(match.serial, disk.identity.serial) && any_glob(match.wwn, disk.identity.wwn));
    return size && rest && any_glob(match.path, disk.path);
}

}  // namespace

const DiskRule* select_rule(const std::vector<DiskRule>& rules, const Disk& disk)
{
    const auto found = std::ranges::find_if(rules, [&](const DiskRule& rule) { return matches(rule.match, disk); });
    return found == rules.end() ? nullptr : &*found;
}

const DiskRule* possible_rule(const std::vector<DiskRule>& rules, const Disk& disk)
{
    const Known known{disk.size != 0_B && disk.unread.empty(), disk.unread.empty()};
    const auto can_match = [&](const DiskRule& rule) { return matches(rule.match, disk, known); };
    const auto found = std::ranges::find_if(rules, can_match);
    if (found == rules.end()) return nullptr;
    // What isn't known can't say that the drive is one to be left alone; its path is known.
    const auto wants = std::ranges::find_if(found, rules.end(), [&](const DiskRule& rule) { return can_match(rule) && (!rule.exclude || known.rest || !rule.match.path.empty()); });
    return wants == rules.end() ? &*found : &*wants;
}

std::string mount_point_of(const DiskRule& rule, const std::string& label)
{
    static constexpr std::string_view name = "{label}";
    std::string path = rule.mount_point;
    for (auto at = path.find(name); at != std::string::npos; at = path.find(name, at + label.size()))
        path.replace(at, name.size(), label);
    return path;
}

}  // namespace footing
