#include "inventory/store/migrations.hpp"

#include <fmt/format.h>

#include <vector>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

using Statements = std::vector<const char*>;

const std::vector<Statements> versions{
    {
        // Machines: an id of ours; what hardware says of itself is a claim.
        R"(CREATE TABLE machines (
            id TEXT PRIMARY KEY, created_at TEXT NOT NULL, last_seen TEXT NOT NULL,
            boot_id TEXT NOT NULL, quarantine TEXT NOT NULL, fingerprint TEXT NOT NULL))",
        "CREATE INDEX machines_by_fingerprint ON machines (fingerprint)",
        R"(CREATE TABLE machine_claims (
            machine_id TEXT NOT NULL REFERENCES machines (id), kind TEXT NOT NULL, value TEXT NOT NULL,
            raw TEXT NOT NULL, active INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
            PRIMARY KEY (machine_id, kind, value)))",
        "CREATE INDEX machine_claims_by_value ON machine_claims (kind, value)",
        R"(CREATE TABLE boots (
            machine_id TEXT NOT NULL REFERENCES machines (id), boot_id TEXT NOT NULL, first_seen TEXT NOT NULL,
            last_sequence BIGINT NOT NULL, PRIMARY KEY (machine_id, boot_id)))",
        // Facts of machines and disks, as intervals.
        R"(CREATE TABLE facts (
            subject TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (subject, name, valid_from)))",
        R"(CREATE INDEX facts_by_value ON facts (name, value)
            WHERE name IN ('location.site', 'location.room', 'location.rack', 'verdict'))",
        R"(CREATE TABLE disks (
            id TEXT PRIMARY KEY, vendor TEXT NOT NULL, model TEXT NOT NULL, serial TEXT NOT NULL, wwn TEXT NOT NULL,
            size BIGINT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
            enrolled_at TEXT NOT NULL, enrolled_in TEXT NOT NULL))",
        R"(CREATE TABLE disk_keys (
            value TEXT NOT NULL, disk_id TEXT NOT NULL REFERENCES disks (id), first_seen TEXT NOT NULL,
            PRIMARY KEY (value, disk_id)))",
        R"(CREATE TABLE placements (
            disk_id TEXT NOT NULL REFERENCES disks (id), machine_id TEXT NOT NULL REFERENCES machines (id),
            slot TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
            PRIMARY KEY (disk_id, machine_id, valid_from)))",
        "CREATE INDEX placements_by_machine ON placements (machine_id, valid_to)",
        R"(CREATE TABLE reports (
            report_id TEXT PRIMARY KEY, machine_id TEXT NOT NULL REFERENCES machines (id), boot_id TEXT NOT NULL,
            sequence BIGINT NOT NULL, received_at TEXT NOT NULL, result TEXT NOT NULL,
            body TEXT NOT NULL, answer TEXT NOT NULL))",
        "CREATE INDEX reports_by_machine ON reports (machine_id, received_at)",
        R"(CREATE TABLE admissions (
            id TEXT PRIMARY KEY, machine_id TEXT NOT NULL REFERENCES machines (id), boot_id TEXT NOT NULL,
            disk_id TEXT NOT NULL REFERENCES disks (id), path TEXT NOT NULL, action TEXT NOT NULL,
            evidence TEXT NOT NULL, decision TEXT NOT NULL, code TEXT NOT NULL, room TEXT NOT NULL,
            first_asked TEXT NOT NULL, last_asked TEXT NOT NULL,
            UNIQUE (disk_id, machine_id, boot_id, action, decision, code)))",
        "CREATE INDEX admissions_by_time ON admissions (room, first_asked)",
        R"(CREATE TABLE tokens (
            id TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
            created_at TEXT NOT NULL, revoked_at TEXT NOT NULL))",
        R"(CREATE TABLE wire_map (
            switch_key TEXT NOT NULL, port_key TEXT NOT NULL, switch_name TEXT NOT NULL, port TEXT NOT NULL,
            at_site TEXT NOT NULL, at_room TEXT NOT NULL, at_row TEXT NOT NULL, at_rack TEXT NOT NULL,
            at_unit TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
            PRIMARY KEY (switch_key, port_key, valid_from)))",
    },
    {
        R"(CREATE TABLE alarms (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, disk_id TEXT NOT NULL REFERENCES disks (id),
            machine_id TEXT NOT NULL REFERENCES machines (id), sentence TEXT NOT NULL, opened_at TEXT NOT NULL,
            last_seen TEXT NOT NULL, closed_at TEXT NOT NULL, acknowledged_at TEXT NOT NULL,
            acknowledged_by TEXT NOT NULL))",
        "CREATE INDEX alarms_by_disk ON alarms (disk_id, kind, closed_at)",
    },
    {
        R"(CREATE TABLE drive_rights (
            drive_key TEXT NOT NULL, disk_id TEXT NOT NULL REFERENCES disks (id),
            machine_id TEXT NOT NULL REFERENCES machines (id), boot_id TEXT NOT NULL, sequence BIGINT NOT NULL,
            valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, ended_by TEXT NOT NULL,
            PRIMARY KEY (drive_key, valid_to)))",
        "CREATE INDEX drive_rights_by_machine ON drive_rights (machine_id, valid_to)",
        "CREATE INDEX drive_rights_by_disk ON drive_rights (disk_id, valid_to)",
    },
    {
        "CREATE INDEX boots_by_id ON boots (boot_id)",
        "ALTER TABLE tokens ADD COLUMN machine_id TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tokens ADD COLUMN binds INTEGER NOT NULL DEFAULT 0",
        // An alarm may be about no drive.
        R"(CREATE TABLE alarms_of_all (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, disk_id TEXT NOT NULL,
            machine_id TEXT NOT NULL REFERENCES machines (id), sentence TEXT NOT NULL, opened_at TEXT NOT NULL,
            last_seen TEXT NOT NULL, closed_at TEXT NOT NULL, acknowledged_at TEXT NOT NULL,
            acknowledged_by TEXT NOT NULL))",
        "INSERT INTO alarms_of_all SELECT id, kind, disk_id, machine_id, sentence, opened_at, last_seen, closed_at,"
        " acknowledged_at, acknowledged_by FROM alarms",
        "DROP TABLE alarms",
        "ALTER TABLE alarms_of_all RENAME TO alarms",
        "CREATE INDEX alarms_by_disk ON alarms (disk_id, kind, closed_at)",
    },
    {
        // By what people look for machines and disks (terms.hpp).
        R"(CREATE TABLE terms (
            term TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, subject_kind TEXT NOT NULL, shown TEXT NOT NULL,
            PRIMARY KEY (term, kind, subject)))",
        "CREATE INDEX terms_by_subject ON terms (subject)",
        "ALTER TABLE tokens ADD COLUMN expires_at TEXT NOT NULL DEFAULT ''",
        // Whose client certificate a machine reported with: nobody else reports as that machine again.
        R"(CREATE TABLE machine_certificates (
            subject TEXT PRIMARY KEY, machine_id TEXT NOT NULL UNIQUE REFERENCES machines (id), bound_at TEXT NOT NULL))",
    },
    {
        R"(CREATE TABLE permits (
            id TEXT PRIMARY KEY, nonce TEXT NOT NULL UNIQUE, cluster TEXT NOT NULL, machine TEXT NOT NULL, serial TEXT NOT NULL,
            evidence TEXT NOT NULL, issued_at TEXT NOT NULL, expires_at TEXT NOT NULL, body TEXT NOT NULL,
            spent_at TEXT NOT NULL, spent_machine TEXT NOT NULL, spent_boot TEXT NOT NULL))",
    },
};

}  // namespace

Result<void> migrate(Sql& sql, Engine engine)
{
    begin_write(sql, engine);  // two processes may open a new database at once
    sql << "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)";
    int current = 0;
    sql << "SELECT COALESCE(MAX(version), 0) FROM schema_version", into(current);
    const int known = static_cast<int>(versions.size());
    if (current > known) {
        sql << "ROLLBACK";
        return fail(ErrorKind::Refuse, fmt::format("the database has schema {}, this program knows {}", current, known));
    }
    for (int version = current + 1; version <= known; ++version) {
        for (const char* statement : versions[static_cast<std::size_t>(version) - 1]) sql << ddl(engine, statement);
        sql << "INSERT INTO schema_version (version) VALUES (:version)", use(version);
    }
    sql << "COMMIT";
    return {};
}

}  // namespace footing::inventory
