#include "inventory/store/reports.hpp"

#include <algorithm>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::optional<std::string> answer_to(Sql& sql, const std::string& report_id)
{
    std::string answer;
    sql << "SELECT answer FROM reports WHERE report_id = :id", use(report_id), into(answer);
    if (!sql.got_data()) return {};
    return answer;
}

bool is_another_reports(Sql& sql, const std::string& report_id, const std::string& boot_id, std::uint64_t sequence)
{
    int count = 0;
    const auto number = to_sql(sequence);
    sql << "SELECT COUNT(*) FROM reports WHERE report_id = :id AND (boot_id <> :boot OR sequence <> :sequence)", use(report_id), use(boot_id), use(number), into(count);
    return count != 0;
}

void add_report(Sql& sql, const ReportRow& row, Instant now)
{
    std::string newest;
    sql << "SELECT COALESCE(MAX(received_at), '') FROM reports WHERE machine_id = :machine", use(row.machine_id), into(newest);
    // Our clock was set back, or two came in one millisecond: the last one taken is the newest all the same.
    const auto before = parse_instant(newest);
    const std::string at = to_string(before ? std::max(now, *before + std::chrono::milliseconds(1)) : now);
    const auto sequence = to_sql(row.sequence);
    sql << "INSERT INTO reports (report_id, machine_id, boot_id, sequence, received_at, result, body, answer, sent_by, certificate)"
           " VALUES (:id, :machine, :boot, :sequence, :at, :result, :body, :answer, :token, :certificate)",
        use(row.report_id), use(row.machine_id), use(row.boot_id), use(sequence), use(at), use(row.result),
        use(row.body), use(row.answer), use(row.sender.token_id), use(row.sender.certificate);
}

std::optional<ReportRow> report_row(Sql& sql, const std::string& report_id)
{
    ReportRow row;
    long long sequence = 0;
    sql << "SELECT report_id, machine_id, boot_id, sequence, received_at, result, body, answer, sent_by, certificate FROM reports"
           " WHERE report_id = :id",
        use(report_id), into(row.report_id), into(row.machine_id), into(row.boot_id), into(sequence),
        into(row.received_at), into(row.result), into(row.body), into(row.answer), into(row.sender.token_id),
        into(row.sender.certificate);
    if (!sql.got_data()) return {};
    row.sequence = static_cast<std::uint64_t>(sequence);
    return row;
}

std::string last_report_of(Sql& sql, const std::string& machine_id)
{
    std::string id;
    sql << "SELECT report_id FROM reports WHERE machine_id = :machine AND result <> 'stale'"
           " ORDER BY received_at DESC, sequence DESC LIMIT 1",
        use(machine_id), into(id);
    return id;
}

void trim_reports(Sql& sql, const std::string& machine_id, const std::string& result, std::size_t keep)
{
    const auto skip = to_sql(keep);
    std::string from;
    long long sequence = 0;
    sql << "SELECT received_at, sequence FROM reports WHERE machine_id = :machine AND result = :result"
           " ORDER BY received_at DESC, sequence DESC LIMIT 1 OFFSET :skip",
        use(machine_id), use(result), use(skip), into(from), into(sequence);
    if (!sql.got_data()) return;
    sql << "DELETE FROM reports WHERE machine_id = :machine AND result = :result"
           " AND (received_at < :before OR (received_at = :from AND sequence <= :sequence))",
        use(machine_id), use(result), use(from), use(from), use(sequence);
}

}  // namespace footing::inventory
