#include "inventory/location/leases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "inventory/identity/claims.hpp"
#include "inventory/tables/trimmed.hpp"

namespace footing::inventory {

namespace {

/// Text where all of it can be read, else hex; six bytes as a MAC.
std::string readable(const std::string& bytes)
{
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    if (!bytes.empty() && std::ranges::all_of(bytes, printable)) return bytes;
    std::string out;
    for (char c : bytes) out += fmt::format("{}{:02x}", out.empty() || bytes.size() != 6 ? "" : ":", static_cast<unsigned char>(c));
    return out;
}

std::string bytes_of_hex(std::string_view hex)
{
    std::string out;
    if (hex.starts_with("0x") || hex.starts_with("0X")) hex.remove_prefix(2);
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const auto digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
        if (!digit(hex[i]) || !digit(hex[i + 1])) return "";
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return out;
}

/// dhcpd writes a text as "..." with octal escapes, or bytes as 0:2:c9:aa.
std::string bytes_of_dhcpd(std::string_view text)
{
    std::string out;
    if (text.starts_with('"')) {
        text.remove_prefix(1);
        for (std::size_t i = 0; i < text.size() && text[i] != '"'; ++i) {
            const auto octal = [](char c) { return c >= '0' && c <= '7'; };
            if (text[i] == '\\' && i + 3 < text.size() && octal(text[i + 1]) && octal(text[i + 2]) && octal(text[i + 3])) {
                out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 3)), nullptr, 8));
                i += 3;
            } else if (text[i] == '\\' && i + 1 < text.size()) {
                out += text[++i];
            } else {
                out += text[i];
            }
        }
        return out;
    }
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(':', at), text.size());
        std::string digits(text.substr(at, end - at));
        if (digits.size() == 1) digits.insert(0, "0");
        out += bytes_of_hex(digits);
        at = end + 1;
    }
    return out;
}

std::map<std::string, Relayed> dhcpd(std::string_view text)
{
    std::map<std::string, Relayed> out;
    Relayed lease;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        std::string line = trimmed(text.substr(at, end - at));
        at = end + 1;
        if (line.ends_with(';')) line.pop_back();
        const auto rest = [&](std::string_view word) { return trimmed(std::string_view(line).substr(word.size())); };
        if (line.starts_with("lease ") && line.ends_with("{")) {
            lease = {};
            lease.address = trimmed(std::string_view(line).substr(6, line.size() - 7));
        } else if (line.starts_with("hardware ethernet ")) {
            lease.mac = canonical_mac(rest("hardware ethernet "));
        } else if (line.starts_with("option agent.circuit-id ")) {
            lease.circuit_id = readable(bytes_of_dhcpd(rest("option agent.circuit-id ")));
        } else if (line.starts_with("option agent.remote-id ")) {
            lease.remote_id = readable(bytes_of_dhcpd(rest("option agent.remote-id ")));
        } else if (line == "}" && !lease.mac.empty() && !lease.circuit_id.empty()) {
            out[lease.mac] = lease;
        }
    }
    return out;
}

/// The sub-options 1 (circuit) and 2 (remote) of RFC 3046.
void read_relay_info(const std::string& bytes, Relayed& lease)
{
    for (std::size_t i = 0; i + 2 <= bytes.size();) {
        const auto code = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = static_cast<unsigned char>(bytes[i + 1]);
        const std::string value = readable(bytes.substr(i + 2, length));
        if (code == 1) lease.circuit_id = value;
        if (code == 2) lease.remote_id = value;
        i += 2 + length;
    }
}

/// Kea's columns: address,hwaddr,… and the JSON of user_context, whose commas are written as &#x2c.
std::map<std::string, Relayed> kea(std::string_view text)
{
    std::map<std::string, Relayed> out;
    for (std::size_t at = text.find('\n'); at < text.size();) {
        const auto end = std::min(text.find('\n', at + 1), text.size());
        const std::string line(text.substr(at + 1, end - at - 1));
        at = end;
        const auto first = line.find(','), second = first == std::string::npos ? first : line.find(',', first + 1);
        if (second == std::string::npos) continue;
        Relayed lease{canonical_mac(line.substr(first + 1, second - first - 1)), "", "", line.substr(0, first)};
        for (const std::string_view key : {"\"sub-options\"", "\"relay-agent-info\""}) {
            const auto found = line.find(key);
            const auto hex = found == std::string::npos ? found : line.find("\"0x", found);
            if (hex == std::string::npos) continue;
            read_relay_info(bytes_of_hex(std::string_view(line).substr(hex + 1, line.find('"', hex + 1) - hex - 1)), lease);
            break;
        }
        if (!lease.mac.empty() && !lease.circuit_id.empty()) out[lease.mac] = lease;
    }
    return out;
}

}  // namespace

Result<std::vector<Relayed>> read_leases(std::string_view text)
{
    std::map<std::string, Relayed> by_mac;
    if (text.starts_with("address,hwaddr,")) by_mac = kea(text);
    else if (text.find("lease ") != std::string_view::npos) by_mac = dhcpd(text);
    else return fail(ErrorKind::Refuse, "neither dhcpd.leases nor Kea's lease CSV");
    std::vector<Relayed> out;
    for (auto& [mac, lease] : by_mac) out.push_back(std::move(lease));
    return out;
}

}  // namespace footing::inventory
