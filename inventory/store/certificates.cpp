#include "inventory/store/certificates.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::string bind_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, Instant now)
{
    std::string bound, of_machine;
    sql << "SELECT subject FROM machine_certificates WHERE machine_id = :id", use(machine_id), into(bound);
    if (sql.got_data())
        return bound == subject ? "" : "machine " + machine_id + " reports with the certificate '" + bound + "', this came with " +
                                           (subject.empty() ? "none" : "'" + subject + "'");
    if (subject.empty()) return "";
    of_machine = machine_of_certificate(sql, subject);
    if (!of_machine.empty()) return "certificate '" + subject + "' is machine " + of_machine + "'s, and this is machine " + machine_id;
    const std::string at = to_string(now);
    sql << "INSERT INTO machine_certificates (subject, machine_id, bound_at) VALUES (:subject, :id, :at)", use(subject),
        use(machine_id), use(at);
    return "";
}

std::string machine_of_certificate(Sql& sql, const std::string& subject)
{
    std::string machine_id;
    sql << "SELECT machine_id FROM machine_certificates WHERE subject = :subject", use(subject), into(machine_id);
    return sql.got_data() ? machine_id : "";
}

}  // namespace footing::inventory
