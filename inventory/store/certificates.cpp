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
    sql << "SELECT machine_id FROM machine_certificates WHERE subject = :subject", use(subject), into(of_machine);
    if (sql.got_data()) return "certificate '" + subject + "' is machine " + of_machine + "'s, and this is machine " + machine_id;
    const std::string at = to_string(now);
    sql << "INSERT INTO machine_certificates (subject, machine_id, bound_at) VALUES (:subject, :id, :at)", use(subject),
        use(machine_id), use(at);
    return "";
}

}  // namespace footing::inventory
