/// What a drive is recognised by. Names and slots are no identity.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/identity/placeholders.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct DiskKeys {
    std::string serial;       // "serial|vendor|model|serial"; empty without a usable serial
    std::string wwn;          // "wwn|<hex>"; secondary: makers did ship one WWN on many drives
    std::string serial_size;  // "sized|serial|bytes": the same drive behind a bridge that renames vendor and model

    /// The one it is filed under; empty: the drive has no identity.
    std::string primary() const { return serial.empty() ? wwn : serial; }
    /// All that are not empty.
    std::vector<std::string> all() const;
    bool operator==(const DiskKeys&) const = default;
};

/// Pure. `size` in bytes, 0 when unknown (then there is no serial_size). Placeholders give no key.
DiskKeys disk_keys(const wire::DriveIdentity& identity, std::uint64_t size, const Placeholders& placeholders);

/// "ZL2A (SEAGATE ST16)" or the WWN or the path: a drive in a sentence.
std::string name_of(const wire::DriveIdentity& identity, const std::string& path);

}  // namespace footing::inventory
