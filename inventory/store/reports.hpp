/// Reports as they came, and what was answered.
///
/// Of each machine all are kept that changed something, and the last few that didn't.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// What a report came with. Empty: no certificate was shown; or it came before this was kept.
struct Sender {
    std::string token_id, certificate;
};

struct ReportRow {
    std::string report_id, machine_id, boot_id;
    std::uint64_t sequence = 0;
    std::string result, body, answer;
    Sender sender;
    std::string received_at{};  // filled when read
};

/// The answer that this report got before; nothing when it is new.
std::optional<std::string> answer_to(Sql& sql, const std::string& report_id);
/// Another report has this id: one of another boot, or of another moment of this one.
bool is_another_reports(Sql& sql, const std::string& report_id, const std::string& boot_id, std::uint64_t sequence);
void add_report(Sql& sql, const ReportRow& row, Instant now);
std::optional<ReportRow> report_row(Sql& sql, const std::string& report_id);
/// The machine's last report that was not late; empty: none.
std::string last_report_of(Sql& sql, const std::string& machine_id);

/// Forgets the machine's reports of this result but the last `keep`.
void trim_reports(Sql& sql, const std::string& machine_id, const std::string& result, std::size_t keep);

}  // namespace footing::inventory
