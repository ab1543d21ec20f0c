#include "inventory/draw/elevation.hpp"

#include <doctest/doctest.h>

#include "inventory/draw/qr.hpp"

using namespace footing::inventory;

TEST_CASE("a machine is drawn where it stands, as high as it is, with its sign and a link")
{
    const Url page = Url(Path("/machines")) / "m1";
    const std::string svg = elevation("R1", {42, false}, {{"stor1", "12 drives", {"serial S1"}, page, State::Failed, {12, 4}, true}},
                                      Size::Large).markup();
    const auto has = [&](const char* text) { return svg.find(text) != std::string::npos; };
    CHECK(has("href=\"/machines/m1\" class=\"machine failed highlighted\""));
    CHECK(has("U7–8: stor1 · failed\nserial S1"));
    CHECK(has("y=\"749\" width=\"383\" height=\"42\""));  // 68 half units from the top, 11 each, and a pixel's gap
    CHECK(has(">✕</text>"));
    CHECK_FALSE(has("<style"));
}

TEST_CASE("a machine above the rack is drawn above it, and the rack keeps its height and its numbers")
{
    const Url page = Url(Path("/machines")) / "m1";
    const std::string svg = elevation("R1", {24, false}, {{"stor1", "", {}, page, State::Attention, {48, 4}, false}}, Size::Large).markup();
    const auto has = [&](const char* text) { return svg.find(text) != std::string::npos; };
    CHECK(has("viewBox=\"-1 -1 422 574\""));  // 26 units
    CHECK(has("class=\"frame\" x=\"34\" y=\"44\" width=\"386\" height=\"528\""));
    CHECK(has("class=\"machine attention outside\""));
    CHECK(has("y=\"1\" width=\"383\" height=\"42\""));
    CHECK(has("y=\"60\" text-anchor=\"end\">24</text>"));
    CHECK_FALSE(has(">25</text>"));
}

TEST_CASE("a drawing that is a file brings its colours, and hostile names stay text in it")
{
    const std::string evil = "</title><script>alert(1)</script>\x01";
    const auto svg = elevation_file(evil, {}, {{evil, evil, {evil}, Url(Path("/machines")) / evil, State::Good, {0, 2}, false}});
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    CHECK(svg.find("<style>") != std::string::npos);
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find('\x01') == std::string::npos);
}

TEST_CASE("long names are cut between characters")
{
    CHECK(shortened("Zürich", 6) == "Zürich");
    CHECK(shortened("Zürich", 3) == "Zü…");
    CHECK(shortened("", 3) == "");
}

TEST_CASE("a QR code has its finder patterns and its quiet zone; no text makes none")
{
    const auto svg = qr_code("SRV00001").markup();
    CHECK(svg.find("viewBox=\"0 0 29 29\"") != std::string::npos);  // version 1 has 21 modules
    CHECK(svg.find("M4 4h7v1h-7z") != std::string::npos);
    CHECK(qr_code("").empty());
    CHECK(qr_code(std::string(3000, 'x')).empty());
}
