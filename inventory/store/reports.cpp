#include "inventory/store/reports.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::optional<std::string> answer_to(Sql& sql, const std::string& report_id)
{
    std::string answer;
    sql << "SELECT answer FROM reports WHERE report_id = :id", use(report_id), into(answer);
    if (!sql.got_data()) return {};
    return answer;
}

void add_report(Sql& sql, const ReportRow& row, Instant now)
{
    const std::string at = to_string(now);
    const auto sequence = to_sql(row.sequence);
    sql << "INSERT INTO reports (report_id, machine_id, boot_id, sequence, received_at, result, body, answer)"
           " VALUES (:id, :machine, :boot, :sequence, :at, :result, :body, :answer)",
        use(row.report_id), use(row.machine_id), use(row.boot_id), use(sequence), use(at), use(row.result),
        use(row.body), use(row.answer);
}

}  // namespace footing::inventory
