#include "inventory/store/probes.hpp"

#include <sstream>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::optional<ProbeRow> probe_row(Sql& sql, const std::string& fingerprint)
{
    ProbeRow row;
    std::string digests;
    long long seq = 0;
    sql << "SELECT machine_id, digests, rules, seq FROM probes WHERE fingerprint = :fingerprint", use(fingerprint),
        into(row.machine_id), into(digests), into(row.rules), into(seq);
    if (!sql.got_data()) return {};
    row.seq = static_cast<std::uint64_t>(seq);
    std::istringstream in(digests);
    for (std::string name, digest; in >> name >> digest;) row.digests[name] = digest;
    return row;
}

void keep_probe(Sql& sql, const std::string& fingerprint, const ProbeRow& row)
{
    std::string digests;
    for (const auto& [name, digest] : row.digests) digests += name + " " + digest + "\n";
    const auto seq = to_sql(row.seq);
    sql << "INSERT INTO probes (fingerprint, machine_id, digests, rules, seq)"
           " VALUES (:fingerprint, :machine, :digests, :rules, :seq)"
           " ON CONFLICT (fingerprint) DO UPDATE SET machine_id = excluded.machine_id, digests = excluded.digests,"
           " rules = excluded.rules, seq = excluded.seq",
        use(fingerprint), use(row.machine_id), use(digests), use(row.rules), use(seq);
}

void forget_probes(Sql& sql, const std::string& machine_id)
{
    sql << "DELETE FROM probes WHERE machine_id = :machine", use(machine_id);
}

}  // namespace footing::inventory
