/// What people imported of a machine or a drive: the assets with its serial.
#pragma once

#include <string>
#include <vector>

#include "inventory/store/assets.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// Several: the tables say several tags for one serial, and nobody can tell which is its.
std::vector<AssetRow> assets_of(Sql& sql, const wire::DriveIdentity& drive, const std::string& at);
/// By the system's serial; without one of it by the board's, then by the chassis'.
std::vector<AssetRow> assets_of(Sql& sql, const wire::MachineIdentity& machine, const std::string& at);

}  // namespace footing::inventory
