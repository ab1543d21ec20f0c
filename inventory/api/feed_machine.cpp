#include "inventory/api/feed_machine.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/terms.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t page = 500;

struct Prefix {
    int family = 0;
    std::array<unsigned char, 16> bytes{};
    int length = 0;
};

std::optional<Prefix> prefix_of(const std::string& text)
{
    Prefix out;
    const auto slash = text.find('/');
    const std::string address = text.substr(0, slash);
    out.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (inet_pton(out.family, address.c_str(), out.bytes.data()) != 1) return {};
    const int most = out.family == AF_INET ? 32 : 128;
    out.length = most;
    if (slash != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data() + slash + 1, end, out.length);
        if (error != std::errc() || at != end || out.length < 0 || out.length > most) return {};
    }
    return out;
}

bool contains(const Prefix& network, const Prefix& address)
{
    if (network.family != address.family) return false;
    for (int bit = 0; bit < network.length; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        if (((network.bytes[byte] ^ address.bytes[byte]) >> (7 - bit % 8) & 1) != 0) return false;
    }
    return true;
}

bool reachable(const Prefix& address)
{
    for (const char* local : {"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"})
        if (contains(*prefix_of(local), address)) return false;
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

bool is_network(const std::string& text) { return text.find('/') != std::string::npos && prefix_of(text).has_value(); }

std::string address_of(const std::vector<wire::Nic>& nics, const std::string& nic, const std::string& network)
{
    const auto wanted = network.empty() ? std::nullopt : prefix_of(network);
    for (const bool link : {true, false}) {
        for (const auto& one : nics) {
            if (one.link != link || (!nic.empty() && one.name != nic)) continue;
            for (const auto& text : one.addresses) {
                const auto address = prefix_of(text);
                if (!address || (wanted ? !contains(*wanted, *address) : !reachable(*address))) continue;
                return text.substr(0, text.find('/'));
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
    for (auto some = machines(sql, after, page); !some.empty(); some = machines(sql, after, page)) {
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
