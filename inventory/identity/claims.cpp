#include "inventory/identity/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "inventory/identity/drive_keys.hpp"

namespace footing::inventory {

namespace {

constexpr std::array kind_words{
    std::pair{ClaimKind::Uuid, "uuid"},
    std::pair{ClaimKind::SystemSerial, "system_serial"},
    std::pair{ClaimKind::BoardSerial, "board_serial"},
    std::pair{ClaimKind::ChassisSerial, "chassis_serial"},
    std::pair{ClaimKind::Mac, "mac"},
    std::pair{ClaimKind::Drive, "drive"},
    std::pair{ClaimKind::BmcMac, "bmc_mac"},
    std::pair{ClaimKind::AssetTag, "asset_tag"},
    std::pair{ClaimKind::Dimm, "dimm"},
    std::pair{ClaimKind::SwitchPort, "switch_port"},
};

constexpr std::size_t shortest_serial = 4;  // "1", "A1": numbering of a shelf, not of the world

std::string hex_digits(std::string_view raw)
{
    std::string out;
    for (char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isxdigit(byte)) out += static_cast<char>(std::tolower(byte));
        else if (c != '-' && c != ':' && c != '.' && c != '{' && c != '}' && !std::isspace(byte)) return "";
    }
    return out;
}

/// A UUID read in both byte orders, the smaller first; two empty texts when it isn't one.
std::pair<std::string, std::string> byte_orders(std::string_view raw)
{
    const std::string hex = hex_digits(raw);
    if (hex.size() != 32) return {};
    const auto swapped = [&](std::size_t at, std::size_t digits) {
        std::string out;
        for (std::size_t i = digits; i > 0; i -= 2) out += hex.substr(at + i - 2, 2);
        return out;
    };
    const auto written = [](const std::string& digits) {
        return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4), digits.substr(16, 4), digits.substr(20));
    };
    return std::minmax({written(hex), written(swapped(0, 8) + swapped(8, 4) + swapped(12, 4) + hex.substr(16))});
}

}  // namespace

bool has(const std::vector<IdentityClaim>& claims, const IdentityClaim& wanted)
{
    return std::ranges::any_of(claims, [&](const auto& c) { return c.kind == wanted.kind && c.value == wanted.value; });
}

const char* to_string(ClaimKind kind)
{
    for (const auto& [member, word] : kind_words)
        if (member == kind) return word;
    return "";
}

ClaimKind claim_kind_from(std::string_view word)
{
    for (const auto& [member, known] : kind_words)
        if (word == known) return member;
    return ClaimKind::Drive;
}

std::string canonical_uuid(std::string_view raw)
{
    return byte_orders(raw).first;
}

std::string identifying_uuid(std::string_view raw, const Placeholders& placeholders)
{
    const auto [canonical, swapped] = byte_orders(raw);
    return placeholders.contains(canonical) || placeholders.contains(swapped) || placeholders.contains(raw) ? "" : canonical;
}

std::string canonical_mac(std::string_view raw)
{
    const std::string hex = hex_digits(raw);
    if (hex.size() != 12) return "";
    const int first = std::stoi(hex.substr(0, 2), nullptr, 16);
    const bool multicast = first & 0x01, local = first & 0x02;
    if (multicast || (local && !hex.starts_with("525400"))) return "";
    return fmt::format("{}:{}:{}:{}:{}:{}", hex.substr(0, 2), hex.substr(2, 2), hex.substr(4, 2), hex.substr(6, 2),
                       hex.substr(8, 2), hex.substr(10, 2));
}

std::string switch_port(const wire::Neighbour& neighbour)
{
    const std::string port = normalised(neighbour.port_id), hex = hex_digits(neighbour.chassis_id);
    std::string chassis = hex.size() == 12 ? hex : normalised(neighbour.chassis_id);
    if (chassis.empty()) chassis = normalised(neighbour.system_name);
    return chassis.empty() || port.empty() ? "" : chassis + "|" + port;
}

std::vector<IdentityClaim> identity_claims(const wire::MachineIdentity& machine, const std::vector<std::string>& macs,
                                           const std::vector<wire::DriveIdentity>& drives,
                                           const Placeholders& placeholders)
{
    return identity_claims({machine, macs, drives, "", {}, {}}, placeholders);
}

std::vector<IdentityClaim> identity_claims(const Identifiers& all, const Placeholders& placeholders)
{
    const auto& [machine, macs, drives, bmc_mac, memory, neighbours] = all;
    std::vector<IdentityClaim> claims;
    const auto serial = [&](ClaimKind kind, const std::string& raw, const std::string& space) {
        const std::string value = normalised(raw);
        if (value.size() >= shortest_serial && !placeholders.contains(raw))
            claims.push_back({kind, space + "|" + value, raw});
    };
    const std::string vendor = normalised(machine.vendor);
    const std::string model = vendor + "|" + normalised(machine.product);

    if (auto uuid = identifying_uuid(machine.uuid, placeholders); !uuid.empty())
        claims.push_back({ClaimKind::Uuid, uuid, machine.uuid});
    serial(ClaimKind::SystemSerial, machine.system_serial, model);
    serial(ClaimKind::BoardSerial, machine.board_serial, model);
    serial(ClaimKind::ChassisSerial, machine.chassis_serial, vendor);
    for (const auto& raw : macs)
        if (auto mac = canonical_mac(raw); !mac.empty() && !placeholders.contains(mac))
            claims.push_back({ClaimKind::Mac, mac, raw});
    for (const auto& drive : drives)
        if (auto key = disk_keys(drive, 0, placeholders).primary(); !key.empty())
            claims.push_back({ClaimKind::Drive, key, drive.serial.empty() ? drive.wwn : drive.serial});

    if (auto mac = canonical_mac(bmc_mac); !mac.empty() && !placeholders.contains(mac))
        claims.push_back({ClaimKind::BmcMac, mac, bmc_mac});
    serial(ClaimKind::AssetTag, machine.asset_tag, "");
    for (const auto& dimm : memory)
        serial(ClaimKind::Dimm, dimm.serial, normalised(dimm.vendor) + "|" + normalised(dimm.part));
    for (const auto& neighbour : neighbours)
        if (auto port = switch_port(neighbour); !port.empty())
            claims.push_back({ClaimKind::SwitchPort, port,
                              (neighbour.system_name.empty() ? neighbour.chassis_id : neighbour.system_name) + " " + neighbour.port_id});

    std::ranges::sort(claims);
    claims.erase(std::ranges::unique(claims, {}, [](const auto& c) { return std::pair{c.kind, c.value}; }).begin(),
                 claims.end());
    return claims;
}

}  // namespace footing::inventory
