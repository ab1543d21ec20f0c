#include "inventory/views/feed_machine.hpp"

#include <algorithm>
#include <array>

#include "inventory/location/level.hpp"
#include "inventory/location/network.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/terms.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t machines_at_once = 500;

bool reachable(const Network& address)
{
    for (const char* local : {"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"})
        if (Network::parse(local)->contains(address)) return false;
    return true;
}

template <typename T>
T known(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? T{} : wire::read<T>(found->second).value_or(T{});
}

std::string text_of(const Facts& facts, const std::string& name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? "" : found->second;
}

/// RFC 1123 §2.1: what other programs may take for a name and connect to. Nobody is called localhost.
std::string host_name_of(const std::string& text)
{
    constexpr std::size_t longest = 253;
    const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'; };
    const bool is_name = !text.empty() && text.size() <= longest && text.front() != '-' && text.front() != '.' && std::ranges::all_of(text, allowed);
    return is_name && !folded(text).starts_with("localhost") ? text : "";
}

/// Ansible and Salt run what stands in double braces in a text of their inventory.
std::string without_template(const std::string& text)
{
    for (const char* opening : {"{{", "{%", "{#"})
        if (text.find(opening) != std::string::npos) return "";
    return text;
}

}  // namespace

std::string device_of(const std::string& label, const std::string& mount_point)
{
    return !label.empty() ? label : mount_point.substr(mount_point.rfind('/') + 1);
}

std::string address_of(const std::vector<wire::Nic>& nics, const std::string& nic, const std::string& network)
{
    const auto wanted = network.empty() ? std::nullopt : Network::parse(network);
    for (const bool link : {true, false}) {
        for (const auto& one : nics) {
            if (one.link != link || (!nic.empty() && one.name != nic)) continue;
            for (const auto& text : one.addresses) {
                auto alone = text.substr(0, text.find('/'));
                const auto address = Network::parse(alone);
                if (!address || (wanted ? !wanted->contains(*address) : !reachable(*address))) continue;
                return alone;
            }
        }
    }
    return "";
}

std::optional<FeedMachine> feed_machine(Sql& sql, const MachineRow& row)
{
    if (!row.quarantine.empty()) return {};
    const Facts facts = facts_at(sql, row.id);
    FeedMachine out;
    out.id = out.name = row.id;
    out.host_name = host_name_of(known<wire::System>(facts, "system").host_name);
    out.nics = known<std::vector<wire::Nic>>(facts, "nics");
    out.address = address_of(out.nics, "", "");
    if (out.address.empty()) out.address = out.host_name;
    out.cluster = without_template(text_of(facts, "cluster"));
    out.identity = known<wire::MachineIdentity>(facts, "identity");
    constexpr std::array members{&Place::site, &Place::room, &Place::row, &Place::rack, &Place::unit};
    for (std::size_t i = 0; i < members.size(); ++i)
        out.place.*members[i] = without_template(text_of(facts, "location." + std::string(levels[i])));
    return out;
}

std::vector<FeedMachine> feed_machines(Sql& sql)
{
    std::vector<FeedMachine> out;
    std::map<std::string, int> named;
    std::string after;
    for (auto some = machines(sql, after, machines_at_once); !some.empty(); some = machines(sql, after, machines_at_once)) {
        for (const auto& row : some)
            if (auto made = feed_machine(sql, row)) {
                ++named[made->host_name];
                out.push_back(std::move(*made));
            }
        after = some.back().id;
    }
    for (auto& machine : out)
        if (!machine.host_name.empty() && named[machine.host_name] == 1) machine.name = machine.host_name;
    std::ranges::sort(out, {}, &FeedMachine::name);
    return out;
}

}  // namespace footing::inventory
