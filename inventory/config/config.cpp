#include "inventory/config/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <map>

#include "agent/os/files.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/identity/id.hpp"

namespace footing::inventory {

namespace {

/// Carries a mistake out of nested readers; ends in parse_config().
struct Mistake {
    YAML::Mark mark;
    std::string sentence;
};

using Keys = std::map<std::string, std::function<void(const YAML::Node&)>>;

void read_map(const YAML::Node& node, const std::string& what, const Keys& keys)
{
    if (!node.IsMap()) throw Mistake{node.Mark(), what + " must be a map"};
    std::map<std::string, bool> seen;
    for (const auto& pair : node) {
        const auto name = pair.first.as<std::string>();
        const auto key = keys.find(name);
        if (key == keys.end()) {
            std::vector<std::string> known;
            for (const auto& [word, reader] : keys) known.push_back(word);
            throw Mistake{pair.first.Mark(), fmt::format("unknown key '{}' in {}, expected one of {}", name, what,
                                                         fmt::join(known, ", "))};
        }
        if (std::exchange(seen[name], true)) throw Mistake{pair.first.Mark(), fmt::format("key '{}' stands twice", name)};
        key->second(pair.second);
    }
}

std::string text(const YAML::Node& node)
{
    if (!node.IsScalar() || node.Scalar().empty()) throw Mistake{node.Mark(), "expected a text"};
    return node.Scalar();
}

std::uint64_t number(const YAML::Node& node)
{
    const std::string digits = text(node);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        throw Mistake{node.Mark(), fmt::format("'{}' is no whole number from 0", digits)};
    return value;
}

bool yes_or_no(const YAML::Node& node)
{
    const std::string word = text(node);
    if (word != "true" && word != "false") throw Mistake{node.Mark(), fmt::format("'{}' is neither true nor false", word)};
    return word == "true";
}

const YAML::Node& list(const YAML::Node& node)
{
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list"};
    return node;
}

std::vector<std::string> texts(const YAML::Node& node)
{
    std::vector<std::string> out;
    for (const auto& item : list(node)) out.push_back(text(item));
    return out;
}

std::chrono::seconds duration(const YAML::Node& node)
{
    static const std::map<std::string, long long, std::less<>> units{{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    const std::string written = text(node);
    long long count = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), count);
    std::string_view unit(end, static_cast<std::size_t>(written.data() + written.size() - end));
    while (unit.starts_with(' ')) unit.remove_prefix(1);
    const auto found = units.find(unit);
    if (error != std::errc() || found == units.end() || count <= 0 || count > 1'000'000)
        throw Mistake{node.Mark(), fmt::format("'{}' is no duration, expected one like 24 h", written)};
    return std::chrono::seconds(count * found->second);
}

template <typename T>
T must(const YAML::Node& node, Result<T> result)
{
    if (!result) throw Mistake{node.Mark(), result.error().message};
    return std::move(*result);
}

/// Of the file that is named there.
std::string content_of(const YAML::Node& node)
{
    auto content = os::read_file(text(node));
    if (!content) throw Mistake{node.Mark(), "can't " + content.error().message};
    return std::move(*content);
}

template <typename T>
Result<T> in_file(const std::string& name, Result<T> result)
{
    if (!result) return in_context(name, result.error());
    return result;
}

LevelPattern pattern(const YAML::Node& node)
{
    if (node.IsScalar()) return must(node, LevelPattern::compile(text(node)));
    std::string expression;
    std::vector<std::string> groups;
    read_map(node, "a pattern", {{"pattern", [&](const auto& n) { expression = text(n); }},
                                 {"groups", [&](const auto& n) { groups = texts(n); }}});
    return must(node, LevelPattern::compile(expression, groups));
}

/// {switch: …, port: …} as identity claims compare it.
std::string port_of(const YAML::Node& node)
{
    wire::Neighbour heard;
    read_map(node, "a shared port", {{"switch", [&](const auto& n) { heard.chassis_id = text(n); }},
                                     {"port", [&](const auto& n) { heard.port_id = text(n); }}});
    return switch_port(heard);
}

/// {network: 10.12.0.0/16, site: par, room: A1}
Subnet subnet(const YAML::Node& node)
{
    Subnet out;
    Keys keys{{"network", [&](const auto& n) {
        out.text = text(n);
        const auto network = Network::parse(out.text);
        if (!network || !is_network(out.text)) throw Mistake{n.Mark(), fmt::format("'{}' is no network, expected one like 10.12.0.0/16", out.text)};
        out.network = *network;
    }}};
    for (const char* level : {"site", "room", "row", "rack"}) keys[level] = [&out, level](const auto& n) { out.place[level] = text(n); };
    read_map(node, "a subnet", keys);
    if (out.text.empty() || out.place.empty()) throw Mistake{node.Mark(), "a subnet needs network, and site, room, row or rack"};
    return out;
}

Tls tls(const YAML::Node& node)
{
    Tls out;
    read_map(node, "tls", {{"certificate", [&](const auto& n) { out.certificate = text(n); }},
                           {"key", [&](const auto& n) { out.key = text(n); }},
                           {"client_ca", [&](const auto& n) { out.client_ca = text(n); }}});
    if (out.certificate.empty() || out.key.empty()) throw Mistake{node.Mark(), "tls needs certificate and key"};
    return out;
}

BmcConfig bmc(const YAML::Node& node)
{
    BmcConfig out;
    read_map(node, "bmc", {{"url", [&](const auto& n) { out.url = text(n); }},
                           {"user", [&](const auto& n) { out.user = text(n); }},
                           {"password_file", [&](const auto& n) { out.password_file = text(n); }},
                           {"ca", [&](const auto& n) { out.ca = text(n); }},
                           {"networks", [&](const auto& n) {
                                for (const auto& word : texts(n)) {
                                    const auto network = Network::parse(word);
                                    if (!network) throw Mistake{n.Mark(), fmt::format("'{}' is no network, expected one like 10.8.0.0/16", word)};
                                    out.networks.push_back(*network);
                                }
                            }}});
    // The addresses are what machines report: only TLS keeps the password from who isn't a BMC.
    if (!out.url.starts_with("https://") || out.url.find("{address}") == std::string::npos)
        throw Mistake{node.Mark(), fmt::format("bmc's url is '{}', expected https and {{address}}, like https://{{address}}", out.url)};
    if (out.user.empty() != out.password_file.empty()) throw Mistake{node.Mark(), "bmc needs both user and password_file, or neither"};
    if (!out.user.empty() && out.ca.empty())
        throw Mistake{node.Mark(), "bmc needs ca with a user, best of BMCs alone: whoever has a certificate of it gets the password"};
    return out;
}

WebhookReceivers webhooks(const YAML::Node& node)
{
    WebhookReceivers out;
    read_map(node, "webhooks", {{"hosts", [&](const auto& n) {
                                     for (const auto& item : list(n)) {
                                         if (!is_host(text(item))) throw Mistake{item.Mark(), fmt::format("'{}' is no host in lower case, expected one like hooks.par-1.internal", text(item))};
                                         out.hosts.push_back(text(item));
                                     }
                                 }},
                                {"ca", [&](const auto& n) { out.ca_file = text(n); }}});
    if (out.hosts.empty()) throw Mistake{node.Mark(), "webhooks needs hosts: nobody else is posted to"};
    return out;
}

Config config_of(const YAML::Node& root)
{
    Config out;
    if (root.IsNull()) return out;
    read_map(root, "the configuration", {
        {"cluster", [&](const auto& n) { out.rules.cluster = text(n); }},
        {"listen", [&](const auto& n) { out.listen = must(n, parse_endpoint(text(n))); }},
        {"listen_reports", [&](const auto& n) { out.listen_reports = must(n, parse_endpoint(text(n))); }},
        {"database", [&](const auto& n) { out.database = text(n); }},
        {"tls", [&](const auto& n) { out.tls = tls(n); }},
        {"connections_per_peer", [&](const auto& n) { out.connections_per_peer = number(n); }},
        {"open_read", [&](const auto& n) { out.open_read = yes_or_no(n); }},
        {"permit_key", [&](const auto& n) { out.permit_key = text(n); }},
        {"wire_map", [&](const auto& n) { out.wire_map = text(n); }},
        {"asset_tag_pattern", [&](const auto& n) { out.rules.location.asset_tag = pattern(n); }},
        {"host_name_pattern", [&](const auto& n) { out.rules.location.host_name = pattern(n); }},
        {"chassis_location_pattern", [&](const auto& n) { out.rules.location.chassis_location = pattern(n); }},
        {"subnets", [&](const auto& n) {
             for (const auto& item : list(n)) {
                 auto one = subnet(item);
                 for (const auto& known : out.rules.location.subnets)
                     if (known.network.contains(one.network) && one.network.contains(known.network))
                         throw Mistake{item.Mark(), fmt::format("{} and {} are one network", known.text, one.text)};
                 out.rules.location.subnets.push_back(std::move(one));
             }
         }},
        {"bmc", [&](const auto& n) { out.bmc = bmc(n); }},
        {"webhooks", [&](const auto& n) { out.webhooks = webhooks(n); }},
        {"location_order", [&](const auto& n) {
             for (const auto& word : texts(n)) {
                 const auto source = source_from(word);
                 if (!source) throw Mistake{n.Mark(), fmt::format("'{}' is no source of a place, such as 'wire map'", word)};
                 out.rules.location_order.push_back(*source);
             }
         }},
        {"scan_counts_for", [&](const auto& n) { out.rules.scan_counts_for = duration(n); }},
        {"shared_ports", [&](const auto& n) {
             for (const auto& item : list(n)) {
                 const auto port = port_of(item);
                 if (port.empty()) throw Mistake{item.Mark(), "a shared port needs switch and port"};
                 out.rules.shared_ports.insert(port);
             }
         }},
        {"brake", [&](const auto& n) {
             read_map(n, "brake", {{"formats_per_hour_per_room",
                                    [&](const auto& v) { out.rules.formats_per_hour_per_room = number(v); }}});
         }},
        {"chassis_maps", [&](const auto& n) {
             const std::string maps = content_of(n);
             out.rules.chassis_maps = must(n, in_file(text(n), read_chassis_maps(maps)));
             out.rules.digest += sha256_hex(maps);
         }},
        {"keep_reports", [&](const auto& n) { out.rules.keep_reports = std::max<std::size_t>(1, number(n)); }},
        {"live_for", [&](const auto& n) { out.rules.live_for = duration(n); }},
        {"placeholders", [&](const auto& n) { out.rules.placeholders = Placeholders(texts(n)); }},
    });
    return out;
}

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& text)
{
    const auto wrong = [&] {
        return fail(ErrorKind::Refuse, fmt::format("'{}' is no address and port, expected one like 127.0.0.1:8080", text));
    };
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return wrong();
    Endpoint out;
    out.address = text.substr(0, colon);
    if (out.address.starts_with('[') && out.address.ends_with(']'))
        out.address = out.address.substr(1, out.address.size() - 2);
    else if (out.address.find(':') != std::string::npos) return wrong();
    if (out.address.empty()) out.address = "0.0.0.0";
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + colon + 1, end, out.port);
    if (error != std::errc() || at != end) return wrong();
    return out;
}

std::string to_string(const Endpoint& endpoint)
{
    const bool is_ipv6 = endpoint.address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", endpoint.address, is_ipv6 ? "]" : "", endpoint.port);
}

Result<Config> parse_config(const std::string& text, const std::string& name)
{
    const auto at = [&](const YAML::Mark& mark, const std::string& sentence) {
        return fail(ErrorKind::Refuse, fmt::format("{}:{}:{}: {}", name, mark.line + 1, mark.column + 1, sentence));
    };
    try {
        Config config = config_of(YAML::Load(text));
        config.rules.digest = sha256_hex(text + config.rules.digest);
        return config;
    } catch (const Mistake& mistake) {
        return at(mistake.mark, mistake.sentence);
    } catch (const YAML::Exception& e) {
        return at(e.mark, e.msg);
    }
}

Result<Config> read_config(const std::string& path)
{
    const auto text = os::read_file(path);
    if (!text) return fail(ErrorKind::Refuse, "can't " + text.error().message, text.error().code);
    return parse_config(*text, path);
}

}  // namespace footing::inventory
