#include "inventory/location/resolve.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

LocationClaim claim(std::string level, std::string value, Source source, std::string evidence = "e",
                    std::string since = "2026-01-01T00:00:00.000Z")
{
    return {std::move(level), std::move(value), source, std::move(evidence), std::move(since)};
}

}  // namespace

TEST_CASE("the strongest source wins, level by level, and is shown")
{
    const auto location = resolve({claim("unit", "7", Source::HostName), claim("rack", "R1", Source::AssetTag),
                                   claim("rack", "R1", Source::Cabling, "eth0 hears tor swp1")});
    REQUIRE(location.levels.size() == 2);
    CHECK(location.levels[0] == ResolvedLevel{"rack", "R1", Source::Cabling, "eth0 hears tor swp1",
                                              "2026-01-01T00:00:00.000Z", {}, {claim("rack", "R1", Source::AssetTag)}});
    CHECK(location.value("unit") == "7");
    CHECK(location.value("room") == "");
    CHECK(location.contradictions.empty());
}

TEST_CASE("the order of sources is the design's")
{
    const Source order[] = {Source::HumanLock,       Source::HumanScan, Source::Cabling, Source::BmcPlacement, Source::Import,  Source::AssetTag,
                            Source::ChassisLocation, Source::Option82,  Source::Subnet,  Source::HostName,     Source::OldScan, Source::KernelCommandLine};
    CHECK(std::size(order) == static_cast<std::size_t>(Source::KernelCommandLine) + 1);
    for (std::size_t i = 0; i + 1 < std::size(order); ++i)
        CHECK(resolve({claim("rack", "weak", order[i + 1]), claim("rack", "strong", order[i])}).value("rack") == "strong");
}

TEST_CASE("a weaker source that disagrees loses, is shown, and is a contradiction")
{
    const auto lost = claim("room", "B", Source::KernelCommandLine, "footing.room=B");
    const auto location = resolve({lost, claim("room", "A", Source::Cabling, "eth0 hears tor swp1")});
    CHECK(location.levels[0].losers == std::vector{lost});
    CHECK(location.contradictions ==
          std::vector<std::string>{"room is 'A' by wire map (eth0 hears tor swp1), but 'B' by kernel command line (footing.room=B)"});
}

TEST_CASE("two switches against one outvote it; one against one stays unresolved and isn't guessed from weaker ones")
{
    const auto r1 = claim("rack", "R1", Source::Cabling, "eth0 hears a"), r1_too = claim("rack", "R1", Source::Cabling, "eth1 hears b");
    const auto r2 = claim("rack", "R2", Source::Cabling, "eth2 hears c"), name = claim("rack", "R2", Source::HostName);
    CHECK(resolve({r2, r1, r1_too}).value("rack") == "R1");
    CHECK(resolve({r2, r1, r1_too}).levels[0].evidence == "eth0 hears a; eth1 hears b");

    const auto tie = resolve({r1, r2, name});
    CHECK(tie.value("rack") == "");
    CHECK(tie.levels[0].losers.size() == 3);
    CHECK(tie.contradictions.size() == 1);
}

TEST_CASE("no claims, no place")
{
    CHECK(resolve({}) == Location{});
}
