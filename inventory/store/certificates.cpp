#include "inventory/store/certificates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/store/alarms.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::vector<CertificateRow> certificates_of(Sql& sql, const std::string& machine_id)
{
    std::vector<CertificateRow> out;
    CertificateRow row;
    // Each report of a machine without certificate asks; where none has one, the EXISTS is all that is read.
    soci::statement merged = (sql.prepare << "SELECT c.subject, c.machine_id, c.bound_at FROM machines m CROSS JOIN machine_certificates c"
                                             " WHERE EXISTS (SELECT 1 FROM machine_certificates) AND m.merged_into <> ''"
                                             " AND c.machine_id = m.id ORDER BY c.subject",
                              into(row.subject), into(row.machine_id), into(row.bound_at));
    each(merged, [&] { out.push_back(row); });
    std::erase_if(out, [&](const CertificateRow& one) { return standing_machine(sql, one.machine_id) != machine_id; });
    sql << "SELECT subject, machine_id, bound_at FROM machine_certificates WHERE machine_id = :id", use(machine_id),
        into(row.subject), into(row.machine_id), into(row.bound_at);
    if (sql.got_data()) out.insert(out.begin(), row);
    return out;
}

std::string machine_of_certificate(Sql& sql, const std::string& subject)
{
    std::string machine_id;
    sql << "SELECT machine_id FROM machine_certificates WHERE subject = :subject", use(subject), into(machine_id);
    return sql.got_data() ? machine_id : "";
}

std::optional<FalseCertificate> bind_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, Instant now)
{
    if (const auto row = machine(sql, machine_id); !row || !row->quarantine.empty()) return {};
    if (const std::string bound = machine_of_certificate(sql, subject); !bound.empty()) {
        const std::string its = standing_machine(sql, bound);
        if (its == machine_id) return {};
        return FalseCertificate{its, fmt::format("certificate '{}' is machine {}'s, and this is machine {}", subject, its, machine_id)};
    }
    if (const auto bound = certificates_of(sql, machine_id); !bound.empty())
        return FalseCertificate{machine_id, fmt::format("machine {} reports with the certificate '{}', this came with {}", machine_id,
                                                        bound.front().subject, subject.empty() ? "none" : "'" + subject + "'")};
    if (subject.empty()) return {};
    const std::string at = to_string(now);
    sql << "INSERT INTO machine_certificates (subject, machine_id, bound_at) VALUES (:subject, :id, :at)", use(subject),
        use(machine_id), use(at);
    return {};
}

void end_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, const std::string& why,
                     const std::string& by, Instant now)
{
    for (const auto& id : {machine_of_certificate(sql, subject), machine_id}) close_machine_alarm(sql, alarm_false_speaker, id, now);
    sql << "DELETE FROM machine_certificates WHERE subject = :subject", use(subject);
    record(sql, {0, "", "certificate_ended", machine_id, "", fmt::format("certificate '{}' is bound to no machine any more: {}", subject, why), "", by}, now);
}

}  // namespace footing::inventory
