#include "inventory/api/parameter.hpp"

#include <doctest/doctest.h>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

TEST_CASE("a number is digits and nothing else, within its range; what isn't given is what is usual")
{
    const auto asked = [](const char* text) { return number_parameter({"GET", "/", {{"n", text}}, {}, ""}, "n", {1, 20}, 5); };
    CHECK(asked("1").value() == 1);
    CHECK(asked("20").value() == 20);
    CHECK(asked("007").value() == 7);
    CHECK(asked("").value() == 5);
    CHECK(number_parameter({"GET", "/", {}, {}, ""}, "n", {1, 20}, 5).value() == 5);
    for (const char* text : {"0", "21", "-1", "+1", " 1", "1 ", "1.0", "0x1", "x", "18446744073709551617"})
        CHECK(asked(text).error().message == std::string("n is '") + text + "', expected 1 to 20");
}

TEST_CASE("every number that is wrong is refused in the same words")
{
    Inventory inventory;
    const std::string machine = "/v1/machines/" + inventory.take(report(1, "b", 1)).machine_id;
    struct Case {
        std::string path, name, expected;
    };
    for (const auto& [path, name, expected] :
         {Case{"/v1/changes", "since", "0 to 9223372036854775807"}, Case{"/v1/changes", "limit", "0 to 1000"},
          Case{"/v1/changes", "wait", "0 to 30"}, Case{machine + "/history", "since", "0 to 9223372036854775807"},
          Case{machine + "/history", "limit", "1 to 1000"}, Case{"/v1/alarms", "limit", "1 to 1000"},
          Case{"/v1/search", "limit", "1 to 100"}, Case{"/v1/disks", "size__lte", "0 to 9223372036854775807"},
          Case{"/v1/feeds/prometheus/http_sd", "port", "1 to 65535"}, Case{"/v1/feeds/swift/ring", "port", "1 to 65535"}}) {
        Query query{{name, "1x"}};
        if (path == "/v1/search") query.emplace("q", "x");
        const auto answer = inventory.send("GET", path, query);
        CHECK(answer.status == 400);
        CHECK(nlohmann::json::parse(answer.body)["detail"] == name + " is '1x', expected " + expected);
    }
}
