#include "inventory/store/probes.hpp"

#include <ranges>
#include <string_view>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

/// Lines of two words.
std::string written(const std::map<std::string, std::string>& words)
{
    std::string out;
    for (const auto& [first, second] : words) out.append(first).append(" ").append(second).append("\n");
    return out;
}

std::map<std::string, std::string> read(const std::string& lines)
{
    std::map<std::string, std::string> out;
    for (const auto line : lines | std::views::split('\n')) {
        const std::string_view words(line);
        if (const auto blank = words.find(' '); blank != std::string_view::npos) out.emplace(words.substr(0, blank), words.substr(blank + 1));
    }
    return out;
}

}  // namespace

std::optional<ProbeRow> probe_row(Sql& sql, const std::string& fingerprint)
{
    ProbeRow row;
    std::string digests;
    long long seq = 0;
    sql << "SELECT machine_id, digests, rules, seq, claims, hardware FROM probes WHERE fingerprint = :fingerprint", use(fingerprint),
        into(row.machine_id), into(digests), into(row.rules), into(seq), into(row.claims), into(row.hardware);
    if (!sql.got_data()) return {};
    row.seq = static_cast<std::uint64_t>(seq);
    row.digests = read(digests);
    return row;
}

ReportedDrives reported_drives(Sql& sql, const std::string& fingerprint)
{
    std::string drives;
    sql << "SELECT drives FROM probes WHERE fingerprint = :fingerprint", use(fingerprint), into(drives);
    return read(drives);
}

void keep_probe(Sql& sql, const std::string& fingerprint, const ProbeRow& row, const ReportedDrives& drives)
{
    const std::string digests = written(row.digests), of_drives = written(drives);
    const auto seq = to_sql(row.seq);
    sql << "INSERT INTO probes (fingerprint, machine_id, digests, rules, seq, claims, drives, hardware)"
           " VALUES (:fingerprint, :machine, :digests, :rules, :seq, :claims, :drives, :hardware)"
           " ON CONFLICT (fingerprint) DO UPDATE SET machine_id = excluded.machine_id, digests = excluded.digests,"
           " rules = excluded.rules, seq = excluded.seq, claims = excluded.claims, drives = excluded.drives, hardware = excluded.hardware",
        use(fingerprint), use(row.machine_id), use(digests), use(row.rules), use(seq), use(row.claims), use(of_drives),
        use(row.hardware);
}

void forget_probes(Sql& sql, const std::string& machine_id)
{
    sql << "DELETE FROM probes WHERE machine_id = :machine", use(machine_id);
}

}  // namespace footing::inventory
