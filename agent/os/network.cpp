#include "agent/os/network.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>

#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {
namespace {

constexpr std::size_t mac_size = 6;

/// "192.0.2.1/24"; empty for what is no address to report.
std::string address_of(const ifaddrs& entry)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    int prefix = 0;
    const auto count = [&](const void* mask, std::size_t size) {
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), mask, size);
        for (const auto byte : bytes) prefix += std::popcount(byte);
    };
    if (entry.ifa_addr == nullptr || entry.ifa_netmask == nullptr) return {};
    if (entry.ifa_addr->sa_family == AF_INET) {
        const auto* address = reinterpret_cast<const sockaddr_in*>(entry.ifa_addr);
        ::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size());
        count(&reinterpret_cast<const sockaddr_in*>(entry.ifa_netmask)->sin_addr, 4);
    } else if (entry.ifa_addr->sa_family == AF_INET6) {
        const auto* address = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
        if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr)) return {};
        ::inet_ntop(AF_INET6, &address->sin6_addr, text.data(), text.size());
        count(&reinterpret_cast<const sockaddr_in6*>(entry.ifa_netmask)->sin6_addr, 16);
    } else {
        return {};
    }
    return fmt::format("{}/{}", text.data(), prefix);
}

}  // namespace

std::string permanent_mac(const std::string& interface)
{
    struct {  // ethtool_perm_addr with room for MAX_ADDR_LEN
        std::uint32_t cmd = ETHTOOL_GPERMADDR;
        std::uint32_t size = 32;
        std::array<std::uint8_t, 32> data{};
    } question;
    ifreq request{};
    if (interface.size() >= sizeof request.ifr_name) return {};
    std::ranges::copy(interface, request.ifr_name);
    request.ifr_data = reinterpret_cast<char*>(&question);
    const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd || ::ioctl(fd.get(), SIOCETHTOOL, &request) != 0 || question.size != mac_size) return {};
    const auto& mac = question.data;
    if (std::ranges::all_of(mac, [](std::uint8_t byte) { return byte == 0; })) return {};
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

Result<std::map<std::string, std::vector<std::string>>> interface_addresses()
{
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return errno_fail(ErrorKind::Retry, "getifaddrs", errno);
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    std::map<std::string, std::vector<std::string>> addresses;
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next)
        if (auto address = address_of(*entry); !address.empty()) addresses[entry->ifa_name].push_back(std::move(address));
    for (auto& [interface, own] : addresses) std::ranges::sort(own);
    return addresses;
}

}  // namespace footing::os
