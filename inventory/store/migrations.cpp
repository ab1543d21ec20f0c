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
    {
        // What happened, in the order in which it became known. The counter's row is what orders two writers.
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
        "INSERT INTO counters (name, value) VALUES ('changes', 0)",
        R"(CREATE TABLE changes (
            seq BIGINT PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, machine_id TEXT NOT NULL,
            disk_id TEXT NOT NULL, sentence TEXT NOT NULL, details TEXT NOT NULL, by_whom TEXT NOT NULL))",
        "CREATE INDEX changes_by_machine ON changes (machine_id, seq)",
        "CREATE INDEX changes_by_disk ON changes (disk_id, seq)",
        "CREATE INDEX changes_by_kind ON changes (kind, seq)",
        // What an unchanged machine's probe is compared with; `seq` is the machine's last change when it was taken.
        R"(CREATE TABLE probes (
            fingerprint TEXT PRIMARY KEY, machine_id TEXT NOT NULL REFERENCES machines (id), digests TEXT NOT NULL,
            rules TEXT NOT NULL, seq BIGINT NOT NULL))",
        "CREATE INDEX probes_by_machine ON probes (machine_id)",
        "ALTER TABLE boots ADD COLUMN late INTEGER NOT NULL DEFAULT 0",  // new reports after another boot began
        "ALTER TABLE machines ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE machine_claims ADD COLUMN active_since TEXT NOT NULL DEFAULT ''",
        "UPDATE machine_claims SET active_since = first_seen",
        // Values that turned out to be on two live machines: they identify none.
        R"(CREATE TABLE blacklist (
            kind TEXT NOT NULL, value TEXT NOT NULL, raw TEXT NOT NULL, why TEXT NOT NULL, learned_at TEXT NOT NULL,
            cleared_at TEXT NOT NULL, cleared_by TEXT NOT NULL, PRIMARY KEY (kind, value, learned_at)))",
        // The work list. `opened_at` is empty while it hasn't been seen in enough boots.
        R"(CREATE TABLE conflicts (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, machine_id TEXT NOT NULL,
            other_id TEXT NOT NULL, sentence TEXT NOT NULL, details TEXT NOT NULL, boots INTEGER NOT NULL,
            last_boot TEXT NOT NULL, opened_at TEXT NOT NULL, last_seen TEXT NOT NULL, closed_at TEXT NOT NULL,
            resolution TEXT NOT NULL, resolved_by TEXT NOT NULL, note TEXT NOT NULL))",
        "CREATE INDEX conflicts_by_subject ON conflicts (kind, subject, closed_at)",
        "CREATE INDEX conflicts_by_machine ON conflicts (machine_id, closed_at)",
        // What people said about a machine's place, as intervals.
        R"(CREATE TABLE statements (
            machine_id TEXT NOT NULL REFERENCES machines (id), level TEXT NOT NULL, value TEXT NOT NULL,
            source TEXT NOT NULL, locked INTEGER NOT NULL, note TEXT NOT NULL, by_whom TEXT NOT NULL,
            until TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
            PRIMARY KEY (machine_id, level, source, valid_from)))",
        // Racks as people describe them; numbering is 'up' (1 at the bottom) or 'down'.
        R"(CREATE TABLE racks (
            id TEXT PRIMARY KEY, at_site TEXT NOT NULL, at_room TEXT NOT NULL, at_row TEXT NOT NULL, name TEXT NOT NULL,
            units INTEGER NOT NULL, numbering TEXT NOT NULL, note TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_to TEXT NOT NULL))",
        "CREATE INDEX racks_by_place ON racks (at_site, at_room, at_row, name)",
        // What DHCP servers saw (option 82), by MAC.
        R"(CREATE TABLE dhcp_relays (
            mac TEXT PRIMARY KEY, circuit_id TEXT NOT NULL, remote_id TEXT NOT NULL, address TEXT NOT NULL,
            seen_at TEXT NOT NULL))",
        "ALTER TABLE wire_map ADD COLUMN at_height TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE wire_map ADD COLUMN at_face TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE wire_map ADD COLUMN at_node TEXT NOT NULL DEFAULT ''",
        // The bay as printed on the chassis, and why an interval began and ended.
        "ALTER TABLE placements ADD COLUMN bay TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE placements ADD COLUMN enclosure TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE placements ADD COLUMN element TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE placements ADD COLUMN why TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE placements ADD COLUMN why_ended TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE disks ADD COLUMN readings TEXT NOT NULL DEFAULT ''",  // temperature, hours: the last ones only
    },
    {
        "CREATE INDEX alarms_open ON alarms (closed_at, disk_id)",
    },
    {
        // Only machines' terms are looked up by their subject; most terms are drives'.
        "DROP INDEX terms_by_subject",
        "CREATE INDEX terms_of_machines ON terms (subject) WHERE subject_kind = 'machine'",
        "CREATE INDEX conflicts_by_other ON conflicts (other_id, closed_at)",
    },
    {
        // Who wiped which disk; the pre-image is base64 of gzip, the whole or its beginning.
        R"(CREATE TABLE releases (
            id TEXT PRIMARY KEY, disk_id TEXT NOT NULL, machine_id TEXT NOT NULL, boot_id TEXT NOT NULL,
            since_boot BIGINT NOT NULL, begun_at TEXT NOT NULL, received_at TEXT NOT NULL, body TEXT NOT NULL,
            pre_image TEXT NOT NULL, UNIQUE (machine_id, boot_id, since_boot, disk_id)))",
        "CREATE INDEX releases_by_disk ON releases (disk_id, begun_at)",
    },
    {
        // What people know of things with a tag on them.
        R"(CREATE TABLE assets (
            tag TEXT NOT NULL, kind TEXT NOT NULL, vendor TEXT NOT NULL, model TEXT NOT NULL, serial TEXT NOT NULL,
            serial_key TEXT NOT NULL, owner TEXT NOT NULL, bought TEXT NOT NULL, warranty TEXT NOT NULL, note TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (tag, valid_from)))",
        "CREATE INDEX assets_by_serial ON assets (serial_key)",
    },
    {
        // Drives that aren't in order are few: the first page looks at them alone.
        R"(CREATE INDEX facts_of_note ON facts (subject, name, value) WHERE valid_to = '9999-12-31T23:59:59.999Z'
            AND name IN ('verdict', 'state') AND value NOT IN ('enrolled', 'present', 'in_use', 'excluded'))",
    },
    {
        // Lists of drives (disk_list.hpp): those that somebody must look at are few.
        "CREATE INDEX disks_in_doubt ON facts (value, subject) WHERE name = 'state' AND value <> 'present'",
        "CREATE INDEX disks_by_model ON disks (model, id)",
    },
    {
        // The edition of what is indexed (terms.hpp): 0 has all of it looked at again.
        "INSERT INTO counters (name, value) VALUES ('index', 0)",
    },
    {
        // Whom a machine was merged into, as intervals. A merge is told to both machines, one after the other.
        R"(INSERT INTO facts (subject, name, value, valid_from, valid_to)
            SELECT m.id, 'merged_into', m.merged_into, MAX(told.at), '9999-12-31T23:59:59.999Z' FROM machines m
            JOIN changes heard ON heard.machine_id = m.id AND heard.kind = 'identity_changed'
            JOIN changes told ON told.seq = heard.seq - 1 AND told.machine_id = m.merged_into AND told.kind = 'merged'
            WHERE m.merged_into <> '' GROUP BY m.id, m.merged_into)",
    },
    {
        // What happened to machines that the feed doesn't tell, in the order in which it did (touched.hpp).
        "INSERT INTO counters (name, value) VALUES ('touched', 0)",
        "ALTER TABLE machines ADD COLUMN touched BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX machines_by_touched ON machines (touched)",
    },
    {
        // Words that end by themselves are looked for each second.
        "CREATE INDEX statements_by_until ON statements (until)",
        "CREATE INDEX statements_by_start ON statements (valid_from)",
        // What DHCP servers saw, as intervals: since when a row was imported isn't kept of those that are there.
        R"(CREATE TABLE relays_of_then (
            mac TEXT NOT NULL, circuit_id TEXT NOT NULL, remote_id TEXT NOT NULL, address TEXT NOT NULL, seen_at TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, PRIMARY KEY (mac, valid_from)))",
        "INSERT INTO relays_of_then SELECT mac, circuit_id, remote_id, address, seen_at, seen_at, '9999-12-31T23:59:59.999Z' FROM dhcp_relays",
        "DROP TABLE dhcp_relays",
        "ALTER TABLE relays_of_then RENAME TO dhcp_relays",
        // When a machine was known by a value. known = 0: whether it was isn't kept, as of all that came and went before this.
        R"(CREATE TABLE claim_intervals (
            machine_id TEXT NOT NULL REFERENCES machines (id), kind TEXT NOT NULL, value TEXT NOT NULL, raw TEXT NOT NULL,
            known INTEGER NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
            PRIMARY KEY (machine_id, kind, value, valid_from)))",
        "INSERT INTO claim_intervals SELECT machine_id, kind, value, raw, 0, first_seen, active_since FROM machine_claims"
        " WHERE first_seen < active_since",
        "INSERT INTO claim_intervals SELECT machine_id, kind, value, raw, 1, active_since,"
        " CASE WHEN active = 1 THEN '9999-12-31T23:59:59.999Z' ELSE last_seen END FROM machine_claims"
        " WHERE active = 1 OR active_since < last_seen",
        "INSERT INTO claim_intervals SELECT machine_id, kind, value, raw, 0,"
        " CASE WHEN active_since < last_seen THEN last_seen ELSE active_since END, '9999-12-31T23:59:59.999Z' FROM machine_claims"
        " WHERE active = 0",
    },
    {
        // Locator LEDs that people asked for (locator_leds.hpp); `due_at` is when somebody must look at it next.
        R"(CREATE TABLE locator_leds (
            machine_id TEXT PRIMARY KEY REFERENCES machines (id), state TEXT NOT NULL, lit_until TEXT NOT NULL,
            note TEXT NOT NULL, by_whom TEXT NOT NULL, wished_at TEXT NOT NULL, wish INTEGER NOT NULL,
            changed_at TEXT NOT NULL, why TEXT NOT NULL, tries INTEGER NOT NULL, may_be_lit INTEGER NOT NULL,
            claim TEXT NOT NULL, due_at TEXT NOT NULL))",
        "CREATE INDEX locator_leds_by_due ON locator_leds (due_at)",
    },
    {
        "ALTER TABLE changes ADD COLUMN request_id TEXT NOT NULL DEFAULT ''",
    },
    {
        // Who is told of changes, and how far (webhooks.hpp); the secret is there to sign with, so it is no hash.
        R"(CREATE TABLE webhooks (
            id TEXT PRIMARY KEY, url TEXT NOT NULL, kinds TEXT NOT NULL, note TEXT NOT NULL, by_whom TEXT NOT NULL,
            created_at TEXT NOT NULL, secret TEXT NOT NULL, seq BIGINT NOT NULL, posted_at TEXT NOT NULL,
            status INTEGER NOT NULL, why TEXT NOT NULL, tries INTEGER NOT NULL, claim TEXT NOT NULL, due_at TEXT NOT NULL))",
    },
    {
        // What a changed report is compared with, drive by drive (probes.hpp): empty until the machine's next report.
        "ALTER TABLE probes ADD COLUMN claims TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE probes ADD COLUMN drives TEXT NOT NULL DEFAULT ''",
    },
    {
        // Whether a boot may still be running on other hardware (intake/boots.hpp). What older boots ran on isn't known; each
        // counts as heard of as late as its machine.
        "ALTER TABLE boots ADD COLUMN hardware TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE boots ADD COLUMN last_seen TEXT NOT NULL DEFAULT ''",
        "UPDATE boots SET last_seen = (SELECT m.last_seen FROM machines m WHERE m.id = boots.machine_id)",
        "ALTER TABLE probes ADD COLUMN hardware TEXT NOT NULL DEFAULT ''",
    },
    {
        // When a word was said: a merge carries it to another machine later, and it is as old as it was.
        "ALTER TABLE statements ADD COLUMN said_at TEXT NOT NULL DEFAULT ''",
        "UPDATE statements SET said_at = valid_from",
        "DROP INDEX statements_by_start",
        "CREATE INDEX statements_by_start ON statements (said_at)",
    },
    {
        // No boot of that machine any more (part_boots() in boots.hpp), but somebody may have been given drives in it.
        "ALTER TABLE boots ADD COLUMN parted INTEGER NOT NULL DEFAULT 0",
    },
    {
        // Whose word a report is: what a token that leaked was used for is found by it.
        "ALTER TABLE reports ADD COLUMN sent_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE reports ADD COLUMN certificate TEXT NOT NULL DEFAULT ''",
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
