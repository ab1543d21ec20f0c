#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

/// NAME=VALUE words; a value in double quotes may hold blanks (kernel: lib/cmdline.c, next_arg).
std::map<std::string, std::string> words_of(const std::string& command_line)
{
    std::map<std::string, std::string> words;
    std::string word;
    bool quoted = false;
    const auto take = [&] {
        const auto equals = word.find('=');
        if (equals != std::string::npos) words[word.substr(0, equals)] = word.substr(equals + 1);
        word.clear();
    };
    for (const char c : command_line) {
        if (c == '"') quoted = !quoted;
        else if (!quoted && (c == ' ' || c == '\n' || c == '\t')) take();
        else word += c;
    }
    take();
    return words;
}

std::uint64_t memory_of(const std::string& meminfo)
{
    constexpr std::string_view key = "MemTotal:";
    auto at = meminfo.find(key);
    if (at == std::string::npos) return 0;
    at = meminfo.find_first_not_of(' ', at + key.size());
    if (at == std::string::npos) return 0;
    std::uint64_t kib = 0;
    std::from_chars(meminfo.data() + at, meminfo.data() + meminfo.size(), kib);
    return kib * 1024;
}

}  // namespace

wire::Section<wire::System> collect_system(const std::filesystem::path& root, const std::string& agent_version)
{
    wire::Section<wire::System> section;
    section.tool = "procfs";
    const auto command_line = os::read_file(root / "proc/cmdline");
    const auto meminfo = os::read_file(root / "proc/meminfo");
    if (!command_line || !meminfo) {
        section.status = wire::SectionStatus::Failed;
        section.error = (command_line ? meminfo.error() : command_line.error()).message;
        return section;
    }
    section.status = wire::SectionStatus::Ok;
    auto& system = section.data;
    system.host_name = os::read_attribute(root / "proc/sys/kernel/hostname").value_or("");
    system.kernel = os::read_attribute(root / "proc/sys/kernel/osrelease").value_or("");
    system.agent_version = agent_version;
    system.memory_bytes = memory_of(*meminfo);
    auto words = words_of(*command_line);
    system.image = words["footing.release"];
    for (const std::string level : {"site", "room", "row", "rack", "unit"})
        if (const auto& value = words["footing." + level]; !value.empty()) system.location[level] = value;
    return section;
}

}  // namespace footing::report
