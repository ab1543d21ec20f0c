#include "inventory/identity/drive_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace footing::inventory {

namespace {

constexpr std::size_t shortest_lone_serial = 6;  // without vendor and model beside it
constexpr std::size_t shortest_wwn = 12;

/// The digits of "naa.5000c500a1b2c3d4", "0x5000c500a1b2c3d4", "eui.0025…", "nvme.…".
std::string wwn_digits(const std::string& raw)
{
    std::string text = normalised(raw);
    if (const auto dot = text.find('.'); dot != std::string::npos && dot <= 4) text.erase(0, dot + 1);
    if (text.starts_with("wwn-")) text.erase(0, 4);
    if (text.starts_with("0x")) text.erase(0, 2);
    return text;
}

bool placeholder_wwn(const std::string& digits)
{
    // 0x5000000000000001 and the like: an empty vendor part, counted up by a bridge
    return digits.size() < shortest_wwn || digits.starts_with("50000000000000") ||
           std::ranges::all_of(digits, [&](char c) { return c == digits.front(); });
}

}  // namespace

std::vector<std::string> DiskKeys::all() const
{
    std::vector<std::string> out;
    for (const auto* key : {&serial, &wwn, &serial_size})
        if (!key->empty()) out.push_back(*key);
    return out;
}

DiskKeys disk_keys(const wire::DriveIdentity& identity, std::uint64_t size, const Placeholders& placeholders)
{
    DiskKeys keys;
    const std::string serial = normalised(identity.serial);
    if (!placeholders.contains(serial)) {
        keys.serial = fmt::format("serial|{}|{}|{}", normalised(identity.vendor), normalised(identity.model), serial);
        if (size != 0 && serial.size() >= shortest_lone_serial) keys.serial_size = fmt::format("sized|{}|{}", serial, size);
    }
    if (const std::string wwn = wwn_digits(identity.wwn); !placeholder_wwn(wwn) && !placeholders.contains(wwn))
        keys.wwn = "wwn|" + wwn;
    return keys;
}

std::string name_of(const wire::DriveIdentity& identity, const std::string& path)
{
    if (!identity.serial.empty()) {
        if (identity.model.empty()) return identity.serial;
        return identity.vendor.empty() ? fmt::format("{} ({})", identity.serial, identity.model)
                                       : fmt::format("{} ({} {})", identity.serial, identity.vendor, identity.model);
    }
    return identity.wwn.empty() ? path : identity.wwn;
}

}  // namespace footing::inventory
