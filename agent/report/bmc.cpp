#include <fmt/format.h>

#include <cerrno>
#include <map>

#include "agent/os/programs.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

constexpr std::chrono::seconds ipmi_deadline{20};  // a busy BMC takes seconds

/// "Name   : value" lines; of a name that comes again the first counts.
std::map<std::string, std::string> lines_of(const std::string& text)
{
    std::map<std::string, std::string> out;
    const auto trimmed = [](const std::string& part) {
        const auto from = part.find_first_not_of(" \t\r");
        if (from == std::string::npos) return std::string();
        return part.substr(from, part.find_last_not_of(" \t\r") - from + 1);
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const std::string name = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
        if (!name.empty() && !value.empty()) out.emplace(name, value);
    }
    return out;
}

}  // namespace

wire::Section<wire::Bmc> bmc_of(const Result<os::CommandResult>& lan, const Result<os::CommandResult>& fru)
{
    wire::Section<wire::Bmc> section;
    section.tool = "ipmitool";
    const auto ended = [&](wire::SectionStatus status, std::string why) {
        section.status = status;
        section.error = std::move(why);
        return section;
    };
    if (!lan) return ended(lan.error().code == ENOENT ? wire::SectionStatus::NotCollected : wire::SectionStatus::Failed, lan.error().message);
    if (lan->timed_out) return ended(wire::SectionStatus::Failed, fmt::format("ipmitool did not answer within {} s", ipmi_deadline.count()));
    if (!lan->ok()) return ended(wire::SectionStatus::Failed, fmt::format("ipmitool: exit status {}: {}", lan->exit_code, lan->err.substr(0, lan->err.find('\n'))));
    const auto said = lines_of(lan->out);
    const auto value = [&](const char* name) {
        const auto found = said.find(name);
        return found == said.end() ? std::string() : found->second;
    };
    section.data.mac = value("MAC Address");
    section.data.address = value("IP Address");
    if (fru && fru->ok() && !fru->timed_out) section.data.fru = lines_of(fru->out);
    section.status = wire::SectionStatus::Ok;
    return section;
}

wire::Section<wire::Bmc> collect_bmc(const std::filesystem::path& root)
{
    std::error_code ignored;
    if (!std::filesystem::exists(root / "dev/ipmi0", ignored)) {
        wire::Section<wire::Bmc> section;
        section.tool = "ipmitool";
        section.error = "the kernel knows no BMC (/dev/ipmi0)";
        return section;
    }
    return bmc_of(os::run_command({os::programs::ipmitool, "lan", "print"}, ipmi_deadline),
                  os::run_command({os::programs::ipmitool, "fru", "print", "0"}, ipmi_deadline));
}

}  // namespace footing::report
