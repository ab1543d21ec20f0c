#include "inventory/exchange/import.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "inventory/exchange/export.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/statements.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

struct Tables {
    TemporaryFolder folder;
    std::unique_ptr<Store> store = std::move(*Store::open(new_database(folder)));
    IntakeRules rules;
    int clock = 0;

    Result<ImportResult> take(const char* kind, std::string_view text, ImportOptions options = {}, Format format = Format::Csv)
    {
        return import_text(*store, **table_of(kind), text, format, options, {rules, second(++clock), "ann"});
    }
    std::string took(const char* kind, std::string_view text, ImportOptions options = {})
    {
        const auto done = take(kind, text, options);
        return done ? sentence_of(*done) : done.error().message;
    }
    std::string given(const char* kind, Format format = Format::Csv, const std::string& at = latest)
    {
        Export rows(*store, std::move(*table_of(kind)), format, at);
        std::string out;
        for (;;) {
            const auto piece = rows.next();
            REQUIRE(piece);
            if (piece->empty()) return out;
            out += *piece;
        }
    }
};

}  // namespace

TEST_CASE("all rows or none, or the good ones; a dry run writes nothing and says the same")
{
    Tables tables;
    const char* csv = "rack,units\nR1,42\nR2,tall\n";
    const auto dry = tables.take("racks", csv, {.dry_run = true}), all = tables.take("racks", csv);
    REQUIRE((dry && all));
    CHECK((!dry->written && !all->written));
    CHECK(sentence_of(*all) == "1 added, 0 changed, 0 removed, 0 unchanged, 1 failed");
    CHECK(sentence_of(*dry) == sentence_of(*all));
    CHECK(sentence_of(all->rows[1]) == "line 3: units is 'tall', expected a whole number from 1 to 100");
    CHECK(tables.given("racks") == "site,room,row,rack,units,numbering,note\n");
    CHECK(tables.take("racks", csv, {.partial = true})->written);
    CHECK(tables.given("racks") == "site,room,row,rack,units,numbering,note\n,,,R1,42,up,\n");
    CHECK(tables.took("racks", "rack,numbering\nR1,down\n").starts_with("0 added, 1 changed"));
    CHECK(tables.given("racks") == "site,room,row,rack,units,numbering,note\n,,,R1,42,down,\n");
}

TEST_CASE("a column that isn't there leaves what is held, an empty cell clears it")
{
    Tables tables;
    CHECK(tables.took("racks", "rack,units,note\nR1,47,by the door\n").starts_with("1 added"));
    const auto changed = tables.take("racks", "rack,units\nR1,48\n");
    CHECK(sentence_of(changed->rows.at(0)) == "line 2: site '' room '' row '' rack 'R1' changed: units '47' -> '48'");
    CHECK(tables.given("racks").ends_with(",R1,48,up,by the door\n"));
    CHECK(tables.took("racks", "rack,note\nR1,\n").starts_with("0 added, 1 changed"));
    CHECK(tables.given("racks").ends_with(",R1,48,up,\n"));
    CHECK(tables.took("racks", "rack\nR1\n") == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
    CHECK(tables.given("racks", Format::Csv, to_string(second(1))).ends_with(",R1,47,up,by the door\n"));
}

TEST_CASE("rows end only when the file replaces the table, and not when a row of it is wrong or it has none")
{
    Tables tables;
    CHECK(tables.took("assets", "asset_tag\nA1\nA2\n").starts_with("2 added"));
    CHECK(tables.took("assets", "asset_tag\nA1\n") == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
    CHECK(tables.took("assets", "asset_tag,kind\nA1,boat\n", {.partial = true, .replace = true}) == "0 added, 0 changed, 0 removed, 0 unchanged, 1 failed");
    CHECK(tables.took("assets", "asset_tag\n", {.replace = true}) == "the file has no row: all of assets would end");
    CHECK(tables.took("assets", "asset_tag\nA1\n", {.replace = true}) == "0 added, 0 changed, 1 removed, 1 unchanged, 0 failed");
    CHECK(tables.given("assets").ends_with("note\nA1,other,,,,,,,\n"));
    CHECK(tables.took("machines", "id\n", {.replace = true}) == "machines can't be replaced: an import takes none away");
}

TEST_CASE("a row that stands there twice is told with both lines")
{
    Tables tables;
    const auto twice = tables.take("wire-map", "switch,port\nTOR,1\nx,1\ntor,1\n");
    CHECK(sentence_of(twice->rows.back()) == "line 4: switch 'tor' port '1' stands there twice, first in line 2");
    const auto machines = tables.take("machines", "vendor,product,system_serial\nACME,X,SER0001\nacme,x,ser0001\n");
    CHECK(sentence_of(machines->rows.back()) == "line 3: machine ser0001 stands there twice, first in line 2");
}

TEST_CASE("a machine that people entered is the one that reports later, and locations name it by any of its values")
{
    Tables tables;
    CHECK(tables.took("machines", "uuid,vendor,product,system_serial,macs,host_name\n4c4c4544-0047-5010-8052-b7c04f333331,ACME,X,SER0001,00:25:90:00:00:01 00:25:90:00:00:02,stor1\n")
              .starts_with("1 added"));
    CHECK(tables.took("locations", "machine,room,rack,unit\nser0001,A,R1,U07\n").starts_with("1 added"));
    for (const char* name : {"stor1", "0025.9000.0002", "4C4C454400475010 8052b7c04f333331"})
        CHECK(tables.took("locations", std::string("machine,rack\n") + name + ",R1\n").starts_with("0 added, 0 changed, 0 removed, 1 unchanged"));
    CHECK(tables.took("locations", "machine,rack\nnobody,R1\n").ends_with("1 failed"));
    CHECK(tables.given("locations").ends_with(",import,,A,,R1,7,,,,no,,ann,," + to_string(second(2)) + "\n"));
    CHECK(tables.took("machines", "vendor,product,system_serial\nTo Be Filled,,N/A\n").ends_with("1 failed"));
}

TEST_CASE("what a file says of a place: only a person locks, whom it names is one machine, and since when is no difference")
{
    Tables tables;
    tables.took("machines", "vendor,product,system_serial,asset_tag\nACME,X,SER0001,TAG-7\nACME,X,SER0002,TAG-7\n");
    const auto refused = [&](const char* csv) { return tables.take("locations", csv)->rows.at(0).error; };
    CHECK(refused("machine,rack,lock\nSER0001,R1,yes\n") == "only a human's word can be a lock");
    CHECK(refused("machine,said,rack,lock\nSER0001,human,R1,maybe\n") == "lock is 'maybe', expected yes or no");
    CHECK(refused("machine,said,rack\nSER0001,robot,R1\n") == "said is 'robot', expected human or import");
    CHECK(refused("machine,rack\nTAG-7,R1\n").starts_with("'TAG-7' could be any of the machines "));
    CHECK(refused("machine,rack\nSER0003,R1\n") == "no machine is known as 'SER0003'");
    CHECK(refused("machine,note\nSER0001,x\n").starts_with("no level is said"));
    CHECK(tables.took("locations", "machine,rack,since\nSER0001,R1,2020-01-01T00:00:00Z\n").starts_with("1 added"));
    const std::string id = (*tables.store->read([](Sql& sql) { return machines_with_statements(sql, "", 10); })).at(0);
    const auto rack = [&] { return *tables.store->read([&](Sql& sql) { return facts_at(sql, id)["location.rack"]; }); };
    CHECK(rack() == "R1");
    CHECK(tables.took("locations", "machine,rack,since\nSER0001,R1,2021-01-01T00:00:00Z\n") == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
    CHECK(tables.took("locations", "machine,rack\nSER0002,R2\n", {.replace = true}) == "1 added, 0 changed, 1 removed, 0 unchanged, 0 failed");
    CHECK(rack() == "");
}

TEST_CASE("exports go through imports into an empty database and come out the same, byte by byte")
{
    Tables first, second_one;
    first.took("racks", "site,room,rack,units,numbering,note\npar,A,R1,47,down,\"=1+1, \"\"x\"\"\"\npar,,R2,,,\"two\nlines\"\n");
    first.took("wire-map", "switch,port,rack,unit,height,face,node\nTOR-a,Ethernet1/2,R1,U07,2,front,left\n0011.2233.4455,swp1,R1,9.5,,,\n");
    first.took("machines", "uuid,vendor,product,system_serial,macs,bmc_mac,asset_tag\n4c4c4544-0047-5010-8052-b7c04f333331,ACME,X,SER0001,00:25:90:00:00:01,00:25:90:00:00:0f,TAG-0001\n,ACME,X,SER0002,00:25:90:00:00:02,,\n");
    first.took("locations", "machine,said,room,rack,unit,lock,note,until\nSER0001,human,A,R1,7,yes,-seen,2031-01-01T00:00:00Z\nSER0001,import,A,R1,8,,,\nSER0002,,A,,,,,\n");
    first.took("assets", "asset_tag,kind,serial,owner,bought,warranty,note\n@7,machine,SER0001,ops,2026-01-31,2031-01-31,'\n");
    first.took("leases", "mac,circuit_id,remote_id,address\n00:25:90:00:00:02,swp1,tor-a,192.0.2.7\n");
    second_one.clock = 1000;
    for (const auto& kind : table_kinds()) {
        const std::string csv = first.given(kind.c_str()), json = first.given(kind.c_str(), Format::Ndjson);
        REQUIRE_MESSAGE(std::ranges::count(csv, '\n') > 1, kind);
        const auto done = second_one.take(kind.c_str(), csv);
        REQUIRE_MESSAGE((done && done->written), kind, (done ? sentence_of(done->rows.at(0)) : done.error().message));
        CHECK_MESSAGE(second_one.given(kind.c_str()) == csv, kind);
        CHECK_MESSAGE(second_one.given(kind.c_str(), Format::Ndjson) == json, kind);
        CHECK(second_one.take(kind.c_str(), json, {}, Format::Ndjson)->unchanged == done->added);
    }
}

TEST_CASE("an export is what was held when it began, whatever is written between two of its pages")
{
    constexpr int count = 1200;  // more than two pages
    Tables tables;
    const auto csv = [&](int units) {
        std::string out = "rack,units\n";
        for (int i = 0; i < count; ++i) out += fmt::format("R{:04},{}\n", i, units);
        return out;
    };
    tables.took("racks", csv(42));
    const std::string before = tables.given("racks");
    Export rows(*tables.store, std::move(*table_of("racks")), Format::Csv, latest);
    std::string out;
    for (;;) {
        const auto piece = rows.next();
        REQUIRE(piece);
        if (piece->empty()) break;
        if (out.empty()) CHECK(tables.took("racks", csv(47)) == fmt::format("0 added, {} changed, 0 removed, 0 unchanged, 0 failed", count));
        out += *piece;
    }
    CHECK(out == before);
    CHECK(tables.given("racks") != before);
}

TEST_CASE("what was said of a machine that is another by now, or nobody yet, is in no export: it would be said of the other")
{
    Tables tables;
    tables.took("machines", "vendor,product,system_serial\nACME,X,SER0001\nACME,X,SER0002\n");
    tables.took("locations", "machine,rack\nSER0001,R1\nSER0002,R2\n");
    const auto ids = *tables.store->read([](Sql& sql) { return machines_with_statements(sql, "", 10); });
    REQUIRE(ids.size() == 2);
    REQUIRE(tables.store->write([&](Sql& sql) -> Result<void> {
        state_place(sql, add_machine(sql, "it could be two", "print", second(3)), "import", {{"rack", "R3"}}, false, "", "ann", "", second(3));
        return merge(sql, ids[0], ids[1], "ann", "", second(3));
    }));
    const std::string places = tables.given("locations");
    CHECK(std::ranges::count(places, '\n') == 2);
    CHECK(places.contains("\n" + ids[1] + ","));
    CHECK(tables.took("locations", places) == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
    CHECK(tables.took("machines", tables.given("machines")) == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
}

TEST_CASE("an import is in the feed, with who did it")
{
    Tables tables;
    tables.took("racks", "rack\nR1\n");
    const auto entry = *tables.store->read([](Sql& sql) { return newest(sql, {}, 1); });
    REQUIRE(entry.size() == 1);
    CHECK((entry[0].kind == "imported" && entry[0].by == "ann"));
    CHECK(entry[0].sentence == "racks: 1 added, 0 changed, 0 removed, 0 unchanged, 0 failed");
}
