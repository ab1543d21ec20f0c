#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {

wire::Section<wire::MachineIdentity> collect_machine(const std::filesystem::path& root)
{
    wire::Section<wire::MachineIdentity> section;
    section.tool = "sysfs";
    const auto folder = root / "sys/class/dmi/id";
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) {
        section.status = wire::SectionStatus::Empty;
        return section;
    }
    section.status = wire::SectionStatus::Ok;
    const auto read = [&](const char* name) -> std::string {
        auto text = os::read_file(folder / name);
        if (text) {
            const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
            const auto from = std::ranges::find_if_not(*text, is_blank);
            text->erase(text->begin(), from);
            while (!text->empty() && is_blank(text->back())) text->pop_back();
            return *text;
        }
        if (text.error().code == ENOENT) return {};  // firmware without that field
        section.status = wire::SectionStatus::Failed;
        section.error = text.error().message;
        return {};
    };
    auto& machine = section.data;
    machine.uuid = read("product_uuid");
    for (char& c : machine.uuid)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    machine.vendor = read("sys_vendor");
    machine.product = read("product_name");
    machine.system_serial = read("product_serial");
    machine.board_serial = read("board_serial");
    machine.chassis_serial = read("chassis_serial");
    machine.asset_tag = read("chassis_asset_tag");
    machine.chassis_location = location_in_chassis(root);
    return section;
}

}  // namespace footing::report
