#include "inventory/identity/placeholders.hpp"

#include <algorithm>
#include <cctype>

#include "agent/model/uuid.hpp"

namespace footing::inventory {

std::string normalised(std::string_view raw)
{
    std::string out;
    for (char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) || c == '_') {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += static_cast<char>(std::tolower(byte));
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

Placeholders::Placeholders()
    : values_{
          "n/a", "na", "none", "null", "not applicable", "not available", "not specified", "not present",
          "not settable", "not provided", "not used", "no", "unknown", "undefined", "unspecified", "invalid", "empty",
          "oem", "o.e.m.", "tbd", "to be filled by o.e.m.", "to be filled by o.e.m", "to be filled by oem",
          "to be filled", "default", "default string", "system manufacturer", "system name", "system product name",
          "system version", "system serial number", "base board serial number", "board serial number",
          "chassis serial number", "mb-1234567890", "serial number", "serial", "sernum", "sernum0", "sn", "s/n",
          "ssn12345678901234567", "bss-0123456789", "no asset tag", "no asset information", "asset tag",
          "asset-1234567890", "chassis asset tag", "invalid serial", "unknown serial", "-1", "1.0", "0123456789",
          "01234567890", "012345678", "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234",
          "0123456789abcdef", "0123456789abcdef0123456789abcdef", "empty serial", "vmware-00", "qemu", "standard",
          // QEMU's default for the first NICs: the same in every guest whose -netdev names none
          "52:54:00:12:34:56", "52:54:00:12:34:57", "52:54:00:12:34:58", "52:54:00:12:34:59"}
{
}

Placeholders::Placeholders(const std::vector<std::string>& extra) : Placeholders()
{
    for (const auto& value : extra) values_.insert(normalised(value));
}

bool Placeholders::contains(std::string_view raw) const
{
    const std::string value = normalised(raw);
    std::string letters;
    for (char c : value)
        if (std::isalnum(static_cast<unsigned char>(c))) letters += c;
    if (letters.empty()) return true;
    if (std::ranges::all_of(letters, [&](char c) { return c == letters.front(); })) return true;
    const auto uuid = parse_uuid(value);
    return (uuid && is_placeholder(*uuid)) || values_.contains(value);
}

}  // namespace footing::inventory
