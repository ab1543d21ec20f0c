#include "agent/config/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

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
    if (const auto v = file.find("release")) config.release = config::read_release(*v, problems);
    file.finish();
    return config;
}

/// Where the first two documents of a text begin. Not by YAML::LoadAll: a comma in front makes it load for ever.
class DocumentMarks : YAML::EventHandler {
public:
    explicit DocumentMarks(const std::string& text)
    {
        std::istringstream input(text);
        for (YAML::Parser parser(input); begins_.size() < 2 && parser.HandleNextDocument(*this);) {}
    }
    [[nodiscard]] std::size_t count() const { return begins_.size(); }
    [[nodiscard]] const YAML::Mark& second() const { return begins_.at(1); }

private:
    void OnDocumentStart(const YAML::Mark& mark) override { begins_.push_back(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

    std::vector<YAML::Mark> begins_;
};

}  // namespace

Result<Config> parse_config(const std::string& text, const std::string& origin)
{
    Problems problems;
    Config config;
    try {
        const DocumentMarks documents(text);
        const auto file = YAML::Load(text);
        if (documents.count() > 1)
            problems.add(documents.second(), "a second document begins here; one is expected");
        else if (documents.count() == 0 || file.IsNull())
            problems.add({}, "the file is empty: 'cluster' is missing");
        else
            config = read_file({file, "the file"}, problems);
    } catch (const YAML::Exception& error) {
        problems.add(error.mark, "this is not YAML: " + error.msg);
    }
    if (!problems.empty()) return fail(ErrorKind::Refuse, problems.text(origin));
    return config;
}

}  // namespace footing
