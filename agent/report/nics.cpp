#include <algorithm>

#include "agent/os/files.hpp"
#include "agent/os/network.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

namespace fs = std::filesystem;

constexpr const char* arphrd_ether = "1";    // include/uapi/linux/if_arp.h
constexpr const char* net_addr_perm = "0";   // include/uapi/linux/netdevice.h: address is permanent
constexpr std::uint64_t no_speed = 1U << 31; // drivers say -1, some as unsigned

bool is_physical_ethernet(const fs::path& folder)
{
    std::error_code ignored;
    const auto there = [&](const char* name) { return fs::exists(folder / name, ignored); };
    // device/physfn: a virtual function, given to guests.
    return there("device") && !there("device/physfn") && !there("wireless") && !there("phy80211") &&
           os::read_attribute(folder / "type") == arphrd_ether;
}

std::string unchanged_address(const fs::path& folder)
{
    if (os::read_attribute(folder / "addr_assign_type").value_or(net_addr_perm) != net_addr_perm) return {};
    return os::read_attribute(folder / "address").value_or("");
}

wire::Nic nic_at(const fs::path& folder, bool here)
{
    wire::Nic nic;
    nic.name = folder.filename().string();
    if (here) nic.permanent_mac = os::permanent_mac(nic.name);
    if (nic.permanent_mac.empty()) nic.permanent_mac = unchanged_address(folder);
    std::error_code ignored;
    nic.driver = fs::read_symlink(folder / "device/driver", ignored).filename().string();
    nic.link = os::read_attribute(folder / "carrier") == "1";  // EINVAL while it is down
    const auto speed = os::read_number(folder / "speed");
    if (speed && *speed < no_speed) nic.speed_mbit = static_cast<std::int64_t>(*speed);
    return nic;
}

}  // namespace

wire::Section<std::vector<wire::Nic>> collect_nics(const fs::path& root)
{
    wire::Section<std::vector<wire::Nic>> section;
    section.tool = "sysfs";
    const auto folder = root / "sys/class/net";
    const bool here = root == "/";
    const auto failed = [&](std::string why) {
        section.status = wire::SectionStatus::Failed;
        section.error = std::move(why);
        return section;
    };
    std::error_code error;
    if (!fs::is_directory(folder, error)) return failed(folder.string() + " is missing");
    auto addresses = here ? os::interface_addresses() : std::map<std::string, std::vector<std::string>>{};
    if (!addresses) return failed(addresses.error().message);
    for (const auto& name : os::list_folder(folder)) {
        if (!is_physical_ethernet(folder / name)) continue;
        section.data.push_back(nic_at(folder / name, here));
        section.data.back().addresses = (*addresses)[name];
    }
    section.status = section.data.empty() ? wire::SectionStatus::Empty : wire::SectionStatus::Ok;
    return section;
}

}  // namespace footing::report
