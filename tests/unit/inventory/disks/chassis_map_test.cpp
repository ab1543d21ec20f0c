#include "inventory/disks/chassis_map.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

const char* maps = R"(
- chassis: {vendor: Supermicro, product: SSG-6049*}
  bays:
    - {label: "1", slot: slot 0}
    - {label: "2", slot: slot 1}
    - {label: R1, enclosure: "0x5003*", element: "0"}
    - {label: R2, enclosure: "0x5003*", element: "0", slot: slot 9}
)";

wire::MachineIdentity model(const std::string& vendor, const std::string& product)
{
    wire::MachineIdentity out;
    out.vendor = vendor;
    out.product = product;
    return out;
}

wire::Drive at(const std::string& slot, const std::string& enclosure = "", const std::string& element = "")
{
    wire::Drive out;
    out.slot = slot;
    out.enclosure = enclosure;
    out.element = element;
    return out;
}

}  // namespace

TEST_CASE("the printed label comes from the model's map, and is never computed")
{
    const auto read = read_chassis_maps(maps);
    REQUIRE(read);
    const auto* map = map_of(*read, model("supermicro", "SSG-6049P-E1CR36H"));
    REQUIRE(map != nullptr);
    CHECK(bay_of(map, at("slot 0")) == "1");
    CHECK(bay_of(map, at("slot 2")) == "");
    CHECK(bay_of(map, at("", "0x500304801f2e3d7f", "0")) == "R1");
    CHECK(bay_of(map, at("slot 9", "0x500304801f2e3d7f", "0")) == "");  // two lines fit
    CHECK(map_of(*read, model("Dell", "SSG-6049P")) == nullptr);
    CHECK(bay_of(nullptr, at("slot 0")) == "");
    const ChassisMaps twice{(*read)[0], (*read)[0]};
    CHECK(map_of(twice, model("Supermicro", "SSG-6049P")) == nullptr);
}

TEST_CASE("mistakes in the file name their line")
{
    CHECK(read_chassis_maps("a: b").error().message.starts_with("expected a list"));
    CHECK(read_chassis_maps("- {chassis: {vendor: a, product: b}, bays: [{label: x, slot: y}], more: z}").error().message.starts_with("line 1"));
    CHECK(read_chassis_maps("- chassis: {vendor: a, product: b}\n  bays:\n    - {label: x, slot: y}\n    - {label: x, slot: z}")
              .error().message == "line 4: label 'x' stands here twice");
    CHECK(read_chassis_maps("- chassis: {vendor: a, product: b}\n  bays:\n    - {label: x}").error().message.starts_with("line 3"));
    CHECK_FALSE(read_chassis_maps("- ["));
}

TEST_CASE("globs")
{
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("a*c", "ABBC"));
    CHECK(matches_glob("*b*", "abc"));
    CHECK_FALSE(matches_glob("a*c", "abcd"));
    CHECK_FALSE(matches_glob("", "a"));
}
