#include "inventory/web/assets/assets.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "inventory/web/assets/files.hpp"

using namespace footing::inventory;

TEST_CASE("the files are in the program byte by byte")
{
    for (const auto& file : embedded_files()) {
        std::ifstream in(std::string(FOOTING_SOURCE_DIR "/inventory/web/assets/") + std::string(file.name), std::ios::binary);
        std::stringstream bytes;
        bytes << in.rdbuf();
        CHECK_MESSAGE(bytes.str() == file.bytes, file.name);
        CHECK_FALSE(file.bytes.empty());
    }
}

TEST_CASE("a file is found under its version only, and needs nothing from elsewhere")
{
    const std::string url = asset_url("style.css").text();
    const std::string version = url.substr(8, 12);
    REQUIRE(url == "/assets/" + version + "/style.css");
    CHECK(asset(version, "style.css")->type == "text/css; charset=utf-8");
    CHECK(asset(version, "keys.js")->type == "text/javascript; charset=utf-8");
    CHECK_FALSE(asset("000000000000", "style.css"));
    CHECK_FALSE(asset(version, "../style.css"));
    for (const auto& file : embedded_files())
        for (const char* outside : {"https://", "@import", "url(", "//cdn"}) CHECK_MESSAGE(file.bytes.find(outside) == std::string::npos, file.name);
}
