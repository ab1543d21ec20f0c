/// An API over a database of its own, with a clock that the test turns, and builders of what agents send.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inventory/api/api.hpp"
#include "inventory/store/tokens.hpp"
#include "inventory/wire/json.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

namespace footing::inventory {

inline wire::Drive drive(const std::string& path, const std::string& serial, const std::string& verdict = "blank")
{
    wire::Drive out;
    out.path = path;
    out.identity = {"", "LAB", "DISK", serial};
    out.size = 1000;
    out.verdict = verdict;
    return out;
}

inline wire::Drive mounted(const std::string& serial = "S1")
{
    auto out = drive("/dev/sda", serial, "enrolled");
    out.disk_id = "0f9d3a52-6c2c-4d0f-9f5c-7f6f2f2d9a11";
    out.outcome = "mounted";
    out.mount_point = "/srv/node/x";
    return out;
}

/// That two servers reach.
inline const std::vector shelf{mounted("S1"), mounted("S2")};

inline wire::MachineIdentity hardware(int number)
{
    const std::string n = std::to_string(number);
    return {"4c4c4544-0047-5010-8052-b7c04f33333" + n, "Footing", "Lab server", "SRV-000" + n, "BRD-000" + n, "CHS-000" + n, ""};
}

inline wire::Report report(int machine, const std::string& boot, std::uint64_t sequence, std::vector<wire::Drive> drives = {})
{
    wire::Report out;
    out.report_id = "r-" + std::to_string(machine) + "-" + boot + "-" + std::to_string(sequence);
    out.boot_id = boot + "-" + std::to_string(machine);
    out.sequence = sequence;
    out.collected_at = "2026-01-01T00:00:00Z";
    out.machine = {wire::SectionStatus::Ok, "sysfs", {}, hardware(machine)};
    out.system = {wire::SectionStatus::Ok, "sysfs", {}, {"stor" + std::to_string(machine), "", "", "", 0, {}}};
    out.drives = {drives.empty() ? wire::SectionStatus::Empty : wire::SectionStatus::Ok, "footing", {}, std::move(drives)};
    return out;
}

inline constexpr int hour = 3600, day = 24 * hour;      // of second()
inline constexpr std::uint64_t minute = 60'000'000;     // of a sequence, which counts microseconds since boot
inline constexpr std::uint64_t settled = 700'000'000;   // by which what a machine doesn't report is let go (inventory/wire/settled.hpp)

/// Of the one drive that was asked for.
inline std::string code(const wire::AdmissionAnswer& answer) { return answer.drives.at(0).code; }

/// Makes a database one of before that version of migrations.cpp.
inline void undo_migrations(Sql& sql, int from)
{
    static constexpr std::pair<int, const char*> undoing[] = {
        {25, "ALTER TABLE reports DROP COLUMN sent_by"},
        {25, "ALTER TABLE reports DROP COLUMN certificate"},
        {24, "ALTER TABLE boots DROP COLUMN parted"},
        {23, "DROP INDEX statements_by_start"},
        {23, "ALTER TABLE statements DROP COLUMN said_at"},
        {23, "CREATE INDEX statements_by_start ON statements (valid_from)"},
        {22, "ALTER TABLE probes DROP COLUMN hardware"},
        {22, "ALTER TABLE boots DROP COLUMN hardware"},
        {22, "ALTER TABLE boots DROP COLUMN last_seen"},
        {21, "ALTER TABLE probes DROP COLUMN claims"},
        {21, "ALTER TABLE probes DROP COLUMN drives"},
        {20, "DROP TABLE webhooks"},
        {19, "ALTER TABLE changes DROP COLUMN request_id"},
        {18, "DROP TABLE locator_leds"},
        {17, "DROP TABLE claim_intervals"},
        {17, "DROP INDEX statements_by_until"},
        {17, "DROP INDEX statements_by_start"},
        {16, "DROP INDEX machines_by_touched"},
        {16, "ALTER TABLE machines DROP COLUMN touched"},
        {16, "DELETE FROM counters WHERE name = 'touched'"},
        {15, "DELETE FROM facts WHERE name = 'merged_into'"},
    };
    for (const auto& [version, statement] : undoing)
        if (version >= from) sql << statement;
    sql << "DELETE FROM schema_version WHERE version >= :from", use(from);
}

struct Inventory {
    TemporaryFolder folder;
    std::string database = new_database(folder);
    std::unique_ptr<Store> store = std::move(*Store::open(database));
    Overviews overviews;
    Instant now = second(0);
    IntakeRules rules;
    Listener listener = Listener::All;
    OpenRead open_read = OpenRead::No;
    std::string token = given(Role::Admin);
    std::string certificate;  // that the client shows
    std::optional<permits::SigningKey> permit_key;

    std::string given(Role role)
    {
        const auto minted = mint_token(role);
        REQUIRE(store->write([&](Sql& sql) { return add_token(sql, role, minted.hash, "", now); }));
        return minted.text;
    }
    /// What is kept of all machines is what the database holds, whatever was done.
    void check_overview()
    {
        const auto same = store->read([&](Sql& sql) {
            const auto kept = overviews.at(sql, latest);
            const Overview anew = overview_at(sql, latest);
            const auto equal = [](const auto& a, const auto& b) { return *a == *b; };
            return std::ranges::equal(kept->by_id, anew.by_id, equal) && std::ranges::equal(kept->by_place, anew.by_place, equal);
        });
        REQUIRE(same);
        CHECK(*same);
    }
    Response send(const std::string& method, const std::string& path, Query query = {}, const std::string& body = "",
                  Headers headers = {})
    {
        Api api(*store, rules, open_read, [this] { return now; }, permit_key);
        if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
        if (method == "POST" || method == "PUT") headers.emplace("Content-Length", std::to_string(body.size()));
        auto answer = api.handle({method, path, std::move(query), std::move(headers), body, certificate}, listener);
        if (method != "GET") check_overview();
        return answer;
    }
    nlohmann::json get(const std::string& path, Query query = {})
    {
        const auto response = send("GET", path, std::move(query));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return nlohmann::json::parse(response.body);
    }
    /// A person's write of what GET shows now.
    Response write(const std::string& method, const std::string& path, const std::string& body = "", const Query& query = {})
    {
        const std::string tag = tag_of(send("GET", path, query));
        return send(method, path, query, body, {{"If-Match", tag.empty() ? "*" : tag}});
    }
    static std::string tag_of(const Response& response)
    {
        const auto found = std::ranges::find(response.headers, "ETag", &std::pair<std::string, std::string>::first);
        return found == response.headers.end() ? "" : found->second;
    }
    wire::ReportAnswer take(const wire::Report& sent)
    {
        const auto response = send("POST", "/v1/reports", {}, wire::to_json(sent));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return *wire::report_answer_from_json(response.body);
    }
    /// Reports come one after the other.
    wire::ReportAnswer take_later(const wire::Report& sent)
    {
        now += std::chrono::seconds(1);
        return take(sent);
    }
    wire::AdmissionAnswer ask(int machine, const std::string& boot, std::vector<wire::Drive> drives, const std::string& action = "enroll")
    {
        wire::AdmissionRequest request{boot + "-" + std::to_string(machine), "", hardware(machine), {}, {}, {}, {}};
        for (const auto& asked : drives) request.drives.push_back({asked.path, asked.identity, asked.size, action, "e3"});
        const auto response = send("POST", "/v1/admissions", {}, wire::to_json(request));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return *wire::admission_answer_from_json(response.body);
    }
};

}  // namespace footing::inventory
