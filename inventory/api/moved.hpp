/// A machine that was merged into another: what is asked of it, the other answers.
#pragma once

#include <expected>
#include <string>

#include "inventory/api/message.hpp"
#include "inventory/store/machines.hpp"

namespace footing::inventory {

/// 308 to that machine's page; `rest` follows its id in the path.
Response moved_to(const std::string& machine_id, const std::string& rest);

/// The machine that something is asked of or done to. Else the answer: 404, or 308 to the machine that it was merged into.
std::expected<MachineRow, Response> standing_row(Sql& sql, const std::string& machine_id, const std::string& rest);

}  // namespace footing::inventory
