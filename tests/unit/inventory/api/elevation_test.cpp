#include <algorithm>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// Racks as people describe them, and machines that they say stand there.
struct Room : Inventory {
    void take_table(const char* kind, const std::string& csv)
    {
        const auto response = send("POST", std::string("/v1/imports/") + kind, {}, csv, {{"Content-Type", "text/csv"}});
        REQUIRE_MESSAGE(response.status == 200, response.body);
    }
    void enter(std::initializer_list<const char*> lines)
    {
        std::string machines = "host_name,vendor,product,system_serial\n", places = "machine,site,room,row,rack,unit,height,face,node\n";
        int number = 0;
        for (const std::string line : lines) {
            machines += line.substr(0, line.find(',')) + ",Footing,Lab,SERIAL-" + std::to_string(++number) + "\n";
            places += line + "\n";
        }
        take_table("machines", machines);
        take_table("locations", places);
    }
    nlohmann::json one(const nlohmann::json& rack, const std::string& name)
    {
        return *std::ranges::find_if(rack["machines"], [&](const auto& machine) { return machine["name"] == name; });
    }
};

}  // namespace

TEST_CASE("a rack is as tall and numbered as people described it, and a machine as high")
{
    Room room;
    room.take_table("racks", "site,room,row,rack,units,numbering,note\npar,A,1,R1,47,down,by the door\n");
    room.enter({"a,par,A,1,R1,7,2,,", "b,par,A,1,R1,46.5,0.5,,", "c,par,A,1,R2,45,,,"});
    const auto rack = room.get("/v1/racks/par:A:1:R1/elevation");
    CHECK((rack["units"] == 47 && rack["described"] == true && rack["numbered"] == "from the top" && rack["note"] == "by the door"));
    CHECK((room.one(rack, "a")["printed"] == "U40–41" && room.one(rack, "a")["height"] == "2" && room.one(rack, "a")["fits"] == true));
    CHECK(room.one(rack, "b")["printed"] == "U2");
    const auto svg = room.send("GET", "/v1/racks/par:A:1:R1/elevation", {{"render", "svg"}}).body;
    CHECK(svg.find("47 units, 2 machines") != std::string::npos);
    CHECK(svg.find("U40–41: a") != std::string::npos);
    // Of the other nothing was said: it is as tall as its machine needs, and nothing is out of it.
    const auto other = room.get("/v1/racks/par:A:1:R2/elevation");
    CHECK((other["units"] == 45 && other["described"] == false && room.one(other, "c")["fits"] == true));
}

TEST_CASE("a machine above its rack is shown, and needs attention")
{
    Room room;
    room.take_table("racks", "site,room,row,rack,units\npar,A,1,R1,24\n");
    room.enter({"a,par,A,1,R1,24,2,,", "b,par,A,1,R1,23,1,,"});
    const auto rack = room.get("/v1/racks/par:A:1:R1/elevation");
    const auto a = room.one(rack, "a"), b = room.one(rack, "b");
    CHECK((rack["units"] == 24 && a["fits"] == false && a["printed"] == "U24–25" && b["fits"] == true));
    CHECK(std::ranges::count(a["why"], "place: it would reach unit 25 of a rack that has 24") == 1);
    CHECK((a["state"] == "attention" && b["state"] == "unknown"));  // entered, and never heard of
    CHECK(b["why"] == nlohmann::json{"entered by people, not heard of yet"});
    const auto svg = room.send("GET", "/v1/racks/par:A:1:R1/elevation", {{"render", "svg"}}).body;
    CHECK(svg.find("class=\"machine attention outside\"") != std::string::npos);
}

TEST_CASE("machines in the same units name each other; those of two faces or two nodes don't")
{
    Room room;
    room.enter({"a,par,A,1,R1,7,2,,", "b,par,A,1,R1,8,,,", "c,par,A,1,R1,10,,front,", "d,par,A,1,R1,10,,rear,", "e,par,A,1,R1,12,,,left",
                "f,par,A,1,R1,12,,,right"});
    const auto rack = room.get("/v1/racks/par:A:1:R1/elevation");
    const auto says = [&](const char* name) { return room.one(rack, name)["why"].dump().find("in the same unit") != std::string::npos; };
    CHECK(std::ranges::count(room.one(rack, "a")["why"], "place: b is said to stand in the same unit") == 1);
    CHECK(std::ranges::count(room.one(rack, "b")["why"], "place: a is said to stand in the same unit") == 1);
    for (const char* name : {"c", "d", "e", "f"}) CHECK_MESSAGE(!says(name), name);
}

TEST_CASE("a rack that people described is there before its first machine, and as it was at any time")
{
    Room room;
    room.take_table("racks", "site,room,row,rack,units\npar,A,1,R1,24\n");
    const auto before = to_string(room.now);
    room.now = second(60);
    room.take_table("racks", "site,room,row,rack,units\npar,A,1,R1,47\npar,B,,R01,42\npar,B,,R1,42\n");
    CHECK(room.get("/v1/racks/par:A:1:R1/elevation")["machines"].empty());
    CHECK(room.get("/v1/racks/par:A:1:R1/elevation")["units"] == 47);
    CHECK(room.get("/v1/racks/par:A:1:R1/elevation", {{"at", before}})["units"] == 24);
    const auto rooms = room.get("/v1/rooms")["rooms"];
    REQUIRE(rooms.size() == 2);
    CHECK((rooms[0]["machines"] == 0 && rooms[0]["racks"][0]["rack"] == "R1"));
    CHECK(rooms[1]["racks"].size() == 2);  // "R01" and "R1" are two
    CHECK(room.send("GET", "/v1/racks/par:A:1:R7/elevation").status == 404);
}

TEST_CASE("a face shows what is mounted there, and what fills the rack's whole depth")
{
    Room room;
    room.enter({"front,par,A,1,R1,1,1,front,", "rear,par,A,1,R1,1,1,rear,", "both,par,A,1,R1,2,1,both,", "deep,par,A,1,R1,3,1,,"});
    const auto names = [&](const char* face) {
        const auto rack = room.get("/v1/racks/par:A:1:R1/elevation", face == nullptr ? Query{} : Query{{"face", face}});
        std::string out;
        for (const auto& machine : rack["machines"]) out += machine["name"].get<std::string>() + " ";
        return out;
    };
    CHECK(names("front") == "deep both front ");
    CHECK(names("rear") == "deep both rear ");
    CHECK(room.get("/v1/racks/par:A:1:R1/elevation")["machines"].size() == 4);
    CHECK(room.send("GET", "/v1/racks/par:A:1:R1/elevation", {{"face", "left"}}).status == 400);
}

TEST_CASE("a room's map has its rows in order, described racks without machines, and machines without a rack")
{
    Room room;
    room.take_table("racks", "site,room,row,rack,units\npar,A,1,R9,47\n");
    room.enter({"a,par,A,1,R10,1,,,", "b,par,A,1,R2,1,,,", "c,par,A,2,R1,1,,,", "d,par,A,,,,,,", "e,par,B,1,R1,1,,,"});
    const auto map = room.get("/v1/rooms/par:A/map");
    REQUIRE(map["rows"].size() == 2);
    std::string racks;
    for (const auto& rack : map["rows"][0]["racks"]) racks += rack["rack"].get<std::string>() + " ";
    CHECK(racks == "R2 R9 R10 ");
    CHECK(map["rows"][0]["racks"][1] == nlohmann::json::parse(R"({"id": "par:A:1:R9", "rack": "R9", "described": true, "machines": 0, "state": "unknown", "states": {}})"));
    CHECK(map["rows"][1]["racks"][0]["machines"] == 1);
    CHECK(map["without_rack"].size() == 1);
    const auto drawn = room.send("GET", "/v1/rooms/par:A/map", {{"render", "svg"}});
    CHECK(drawn.content_type == "image/svg+xml");
    CHECK(drawn.body.find("/racks/par:A:1:R10\"") != std::string::npos);
    CHECK(room.send("GET", "/v1/rooms/par:C/map").status == 404);
    CHECK(room.send("GET", "/v1/rooms/par/map").status == 404);
    CHECK(room.send("GET", "/v1/rooms/par:A/map", {{"render", "png"}}).status == 400);
}
