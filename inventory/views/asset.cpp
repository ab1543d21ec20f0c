#include "inventory/views/asset.hpp"

namespace footing::inventory {

namespace {

std::vector<AssetRow> of_kind(Sql& sql, const char* kind, const std::string& serial, const std::string& at)
{
    auto out = assets_with_serial(sql, serial, at);
    std::erase_if(out, [&](const AssetRow& asset) { return asset.kind != kind; });
    return out;
}

}  // namespace

std::vector<AssetRow> assets_of(Sql& sql, const wire::DriveIdentity& drive, const std::string& at) { return of_kind(sql, "drive", drive.serial, at); }

std::vector<AssetRow> assets_of(Sql& sql, const wire::MachineIdentity& machine, const std::string& at)
{
    for (const auto& serial : {machine.system_serial, machine.board_serial, machine.chassis_serial})
        if (auto found = of_kind(sql, "machine", serial, at); !found.empty()) return found;
    return {};
}

}  // namespace footing::inventory
