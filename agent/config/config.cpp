#include "agent/config/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "agent/config/sections.hpp"
#include "agent/config/yaml_reader.hpp"
#include "agent/model/ledger.hpp"

namespace footing {
namespace {

using config::Mapping;
using config::Problems;
using config::Value;


std::string read_cluster(Mapping& file, Problems& problems)
{
    const auto value = file.need("cluster");
    if (!value) return {};
    auto cluster = config::text_of(*value, problems).value_or("");
    if (cluster.size() > longest_cluster)
        problems.add(value->at, fmt::format("'cluster' is {} bytes long, at most {} are possible",
                                                     cluster.size(), longest_cluster));
    return cluster;
}

/// A UUID in lower case.
std::optional<std::string> read_machine(Mapping& file, Problems& problems)
{
    const auto value = file.find("machine");
    if (!value) return std::nullopt;
    auto uuid = config::text_of(*value, problems);
    if (!uuid) return std::nullopt;
    std::string shape;
    for (char& c : *uuid) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        shape += hex ? 'x' : c;
    }
    if (shape != "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
        problems.add(value->at, fmt::format("'machine' must be a UUID, found '{}'", *uuid));
    return uuid;
}

OnMoved read_moved_disks(Mapping& file, Problems& problems)
{
    static constexpr std::array<std::string_view, 3> words{"hold", "ask", "mount"};
    static constexpr std::array<OnMoved, 3> meanings{OnMoved::Hold, OnMoved::Ask, OnMoved::Mount};
    const auto value = file.find("moved_disks");
    if (!value) return OnMoved::Hold;
    const auto index = config::word_of(*value, words, problems);
    return index ? meanings[*index] : OnMoved::Hold;
}

Config read_file(const Value& document, Problems& problems)
{
    Mapping file(document, problems);
    Config config;
    config.cluster = read_cluster(file, problems);
    config.machine = read_machine(file, problems);
    if (const auto v = file.find("inventory")) config.inventory = config::read_inventory(*v, problems);
    if (const auto v = file.find("disks")) config.disks = config::read_disk_rules(*v, problems);
    if (const auto v = file.find("services")) config.services = config::read_services(*v, config.disks, problems);
    if (const auto v = file.find("limits")) config.limits = config::read_limits(*v, problems);
    config.moved_disks = read_moved_disks(file, problems);
    if (const auto v = file.find("deadlines")) config.deadlines = config::read_deadlines(*v, problems);
    if (const auto v = file.find("proof")) config.proof = config::read_proof(*v, problems);
    file.finish();
    return config;
}

}  // namespace

Result<Config> parse_config(const std::string& text, const std::string& origin)
{
    Problems problems;
    Config config;
    try {
        const auto documents = YAML::LoadAll(text);
        if (documents.empty() || documents[0].IsNull())
            problems.add({}, "the file is empty: 'cluster' is missing");
        else if (documents.size() > 1)
            problems.add(documents[1].Mark(), "a second document begins here; one is expected");
        else
            config = read_file({documents[0], "the file"}, problems);
    } catch (const YAML::Exception& error) {
        problems.add(error.mark, "this is not YAML: " + error.msg);
    }
    if (!problems.empty()) return fail(ErrorKind::Refuse, problems.text(origin));
    return config;
}

}  // namespace footing
