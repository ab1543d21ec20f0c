#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/os/clock.hpp"
#include "agent/os/programs.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds lldpcli_deadline{10};

/// In json0 every element is a list, also where there can be only one: "name": [{"value": "tor-1"}].
std::string first(const Json& element, const char* key, const char* field)
{
    const auto list = element.find(key);
    return list == element.end() ? "" : list->at(0).value(field, "");
}

wire::Neighbour neighbour_of(const Json& interface)
{
    const auto& chassis = interface.at("chassis").at(0);
    const auto& port = interface.at("port").at(0);
    wire::Neighbour neighbour;
    neighbour.nic = interface.at("name").get<std::string>();
    neighbour.chassis_id_type = chassis.at("id").at(0).at("type").get<std::string>();
    neighbour.chassis_id = chassis.at("id").at(0).at("value").get<std::string>();
    neighbour.port_id_type = port.at("id").at(0).at("type").get<std::string>();
    neighbour.port_id = port.at("id").at(0).at("value").get<std::string>();
    neighbour.system_name = first(chassis, "name", "value");
    neighbour.port_description = first(port, "descr", "value");
    return neighbour;
}

/// Throws what nlohmann throws.
std::vector<wire::Neighbour> parse(const std::string& text)
{
    std::vector<wire::Neighbour> neighbours;
    const auto document = Json::parse(text);
    for (const auto& lldp : document.at("lldp")) {
        const auto interfaces = lldp.find("interface");
        if (interfaces == lldp.end()) continue;  // no neighbour: "lldp": [{}]
        for (const auto& interface : *interfaces)
            if (interface.value("via", "LLDP") == "LLDP") neighbours.push_back(neighbour_of(interface));  // not CDP, EDP …
    }
    return neighbours;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

wire::Section<std::vector<wire::Neighbour>> neighbours_of(const Result<os::CommandResult>& answer, double seconds_since_boot)
{
    using wire::SectionStatus;
    wire::Section<std::vector<wire::Neighbour>> section;
    section.tool = "lldpcli";
    const auto ended = [&](SectionStatus status, std::string why) {
        section.status = status;
        section.error = std::move(why);
        return section;
    };
    if (!answer) return ended(answer.error().code == ENOENT ? SectionStatus::NotCollected : SectionStatus::Failed, answer.error().message);
    if (answer->timed_out) return ended(SectionStatus::Failed, fmt::format("lldpcli did not answer within {} s", lldpcli_deadline.count()));
    if (!answer->ok()) return ended(SectionStatus::Failed, fmt::format("lldpcli: exit status {}: {}", answer->exit_code, first_line(answer->err)));
    try {
        section.data = parse(answer->out);
    } catch (const Json::exception& error) {
        section.data.clear();
        return ended(SectionStatus::Failed, fmt::format("lldpcli's answer is not as expected: {}", error.what()));
    }
    if (section.data.empty() && seconds_since_boot < lldp_patience_s)
        return ended(SectionStatus::NotCollected, fmt::format("nothing heard yet, {:.0f} s after the kernel started", seconds_since_boot));
    section.status = section.data.empty() ? SectionStatus::Empty : SectionStatus::Ok;
    return section;
}

wire::Section<std::vector<wire::Neighbour>> collect_neighbours()
{
    auto section = neighbours_of(os::run_command({os::programs::lldpcli, "-f", "json0", "show", "neighbors", "details"}, lldpcli_deadline),
                                 os::seconds_since_boot());
    if (section.status == wire::SectionStatus::NotCollected && section.error && !section.error->starts_with("nothing heard")) return section;
    if (const auto version = os::run_command({os::programs::lldpcli, "-v"}, lldpcli_deadline); version && version->ok())
        section.tool += " " + first_line(version->out);
    return section;
}

}  // namespace footing::report
