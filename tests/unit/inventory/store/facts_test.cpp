#include "inventory/store/facts.hpp"

#include <doctest/doctest.h>

#include "inventory/store/disks.hpp"
#include "inventory/store/machines.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

std::unique_ptr<Store> opened(const TemporaryFolder& folder) { return std::move(*Store::open(new_database(folder))); }

}  // namespace

TEST_CASE("facts are intervals: the past can be asked, the same again writes nothing")
{
    const TemporaryFolder folder;
    auto store = opened(folder);
    const auto done = store->write([](Sql& sql) {
        CHECK(observe(sql, "m", {{"room", "A"}, {"os", "1"}}, second(0)).size() == 2);
        CHECK(observe(sql, "m", {{"room", "A"}}, second(5)).empty());
        CHECK(observe(sql, "m", {{"room", "B"}}, second(10)).size() == 1);
        CHECK(observe(sql, "m", {{"os", ""}}, second(20)).size() == 1);
        CHECK(facts_at(sql, "m") == Facts{{"room", "B"}});
        CHECK(facts_at(sql, "m", to_string(second(10))) == Facts{{"room", "B"}, {"os", "1"}});
        CHECK(facts_at(sql, "m", to_string(second(9))) == Facts{{"room", "A"}, {"os", "1"}});
        CHECK(facts_at(sql, "m", to_string(second(-1))).empty());
        CHECK(fact_since(sql, "m", "room") == to_string(second(10)));
    });
    CHECK(done);
}

TEST_CASE("a clock that was set back, and two changes in one millisecond, make no interval that ends before it begins")
{
    const TemporaryFolder folder;
    auto store = opened(folder);
    const auto done = store->write([](Sql& sql) {
        observe(sql, "m", {{"room", "A"}}, second(10));
        observe(sql, "m", {{"room", "B"}}, second(3));
        observe(sql, "m", {{"room", "C"}}, second(3));
        CHECK(facts_at(sql, "m") == Facts{{"room", "C"}});
        CHECK(facts_at(sql, "m", to_string(second(10))) == Facts{{"room", "C"}});
        CHECK(facts_at(sql, "m", to_string(second(5))).empty());
    });
    CHECK(done);
}

TEST_CASE("a disk keeps its life when it moves, and its names when a bridge hides them")
{
    const TemporaryFolder folder;
    auto store = opened(folder);
    const auto done = store->write([](Sql& sql) {
        const std::string a = add_machine(sql, "", "", second(0)), b = add_machine(sql, "", "", second(0));
        const wire::DriveIdentity named{"naa.5000c500a1b2c3d4", "SEAGATE", "ST16", "ZL2A1B3C"}, bridged{"", "", "USB", "ZL2A1B3C"};
        const auto id = file_disk(sql, disk_keys(named, 16, {}), "", named, 16, second(0), Told::News);
        CHECK(place(sql, id, a, {"3", "", "", ""}, "reported", second(0)));
        CHECK(!place(sql, id, a, {"3", "", "", ""}, "reported", second(1)));
        CHECK(place(sql, id, a, {"4", "7", "", ""}, "reported", second(2)));
        displace(sql, id, a, "not reported", second(3));
        CHECK(file_disk(sql, disk_keys(bridged, 16, {}), "", bridged, 16, second(4), Told::News) == id);
        CHECK(place(sql, id, b, {}, "reported", second(4)));
        CHECK(disk(sql, id)->identity.wwn == named.wwn);

        const auto life = placements_of(sql, id);
        REQUIRE(life.size() == 3);
        CHECK(life[0].to == to_string(second(2)));
        CHECK(life[1].slot == "4");
        CHECK(life[1].bay == "7");
        CHECK(life[1].why_ended == "not reported");
        CHECK(life[1].to == to_string(second(3)));
        CHECK(life[2].machine_id == b);
        CHECK(life[2].to == open_end);
        CHECK(placements_in(sql, a).empty());
        CHECK(placements_in(sql, a, to_string(second(1))).size() == 1);
    });
    CHECK(done);
}
