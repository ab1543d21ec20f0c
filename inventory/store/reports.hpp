/// Reports as they came, and what was answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct ReportRow {
    std::string report_id, machine_id, boot_id;
    std::uint64_t sequence = 0;
    std::string result, body, answer;
};

/// The answer that this report got before; nothing when it is new.
std::optional<std::string> answer_to(Sql& sql, const std::string& report_id);
void add_report(Sql& sql, const ReportRow& row, Instant now);

}  // namespace footing::inventory
