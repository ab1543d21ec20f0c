#include "inventory/web/page.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

TEST_CASE("whatever a drive or a machine calls itself, it is text on the page")
{
    const std::string evil = "<script>alert('1')</script>\"&";
    PageMachine machine{evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, {evil}, {{evil, evil, evil}}, {}};
    wire::Drive drive;
    drive.identity = {evil, evil, evil, evil};
    for (auto* text : {&drive.path, &drive.slot, &drive.verdict, &drive.outcome, &drive.outcome_error, &drive.mount_point})
        *text = evil;
    drive.reasons = {{evil, evil, {}, "", "", 0}};
    machine.drives = {drive};
    const auto html = page_html({evil, {{evil, 1}, {"other" + evil, 2}}, {machine}, 1, {{evil, evil, evil, evil}}});
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("alert('") == std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;") != std::string::npos);
}

TEST_CASE("the page needs nothing from elsewhere")
{
    const auto html = page_html({});
    for (const char* outside : {"http://", "https://", "src=", "@import", "url("}) CHECK(html.find(outside) == std::string::npos);
    CHECK(html.find("No machine has reported yet") != std::string::npos);
    CHECK(html.find("prefers-color-scheme: dark") != std::string::npos);
}

TEST_CASE("machines stand under their room and rack, drives with their verdict")
{
    PageMachine one{"m1", "stor1", "Dell R740", "S1", "par", "A", "", "R1", "7", "t", "", {}, {}, {}}, two = one, three = one;
    two.host_name = "stor2";
    three.rack = "R2";
    wire::Drive drive;
    drive.path = "/dev/sda";
    drive.verdict = "foreign";
    drive.reasons = {{"signature", "an ext4 signature", {}, "", "", 0}};
    one.drives = {drive};
    const auto html = page_html({"", {{"A", 3}}, {one, two, three}, 0, {}});
    const auto at = [&](const char* text) { return html.find(text); };
    REQUIRE(at("Room A · site par · rack R1") != std::string::npos);
    CHECK(at("rack R1") < at("stor1"));
    CHECK(at("stor1") < at("stor2"));
    CHECK(at("stor2") < at("rack R2"));
    CHECK(at("<td class=\"bad\">foreign") != std::string::npos);
    CHECK(at("an ext4 signature") != std::string::npos);
}
