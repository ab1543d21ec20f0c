#include "agent/model/disk.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fmt/format.h>
#include <system_error>

namespace footing {

bool is_placeholder(const std::string& wwn_or_serial)
{
    std::string value;
    for (const char c : wwn_or_serial)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) value += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const char* prefix : {"naa", "eui", "t10", "0x"})
        if (value.starts_with(prefix)) value.erase(0, std::string(prefix).size());
    if (value.size() < 4) return true;
    if (std::ranges::all_of(value, [&](char c) { return c == value.front(); })) return true;
    static const std::vector<std::string> known{"5000000000000001", "5000000000000000", "0123456789", "1234567890",
        "0123456789abcdef", "defaultstring", "none", "unknown", "serial", "tobefilledbyoem"};
    return std::ranges::find(known, value) != known.end();
}

std::string identity_key(const Identity& identity)
{
    if (!is_placeholder(identity.wwn)) return "wwn:" + identity.wwn;
    if (!is_placeholder(identity.serial)) return "serial:" + identity.vendor + "/" + identity.model + "/" + identity.serial;
    return {};
}

std::string sentence_of(const Unread& fact)
{
    if (fact.error == ETIMEDOUT) return "the kernel didn't say in time what drive it is (sysfs)";
    if (fact.attribute == "slaves" && fact.error == ENODEV) return "a multipath device without a path: which drive it is, nobody can say";
    const std::string what = fact.attribute == "." ? "its folder" : "'" + fact.attribute + "'";
    return fmt::format("{} can't be read from sysfs: {}", what, std::generic_category().message(fact.error));
}

}  // namespace footing
