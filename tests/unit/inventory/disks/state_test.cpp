#include "inventory/disks/state.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Drive drive(const std::string& verdict = "enrolled", const std::string& health = "")
{
    wire::Drive out;
    out.verdict = verdict;
    if (!health.empty()) out.health = wire::DriveHealth{health, "", {}, {}, {}, {}, {}, {}};
    return out;
}

StateOf state(DiskState word, const std::string& by = "") { return {word, "why", by}; }

}  // namespace

TEST_CASE("missing is not failed, and what failed stays failed when it drops out")
{
    CHECK(not_reported(state(DiskState::Present), "m").state == DiskState::Missing);
    CHECK(not_reported(state(DiskState::Suspect), "m").state == DiskState::Missing);
    CHECK(not_reported(state(DiskState::Failed), "m") == state(DiskState::Failed));
    for (const auto word : {DiskState::Removed, DiskState::Spare, DiskState::Retired})
        CHECK(not_reported(state(word, "ann"), "m") == state(word, "ann"));
    CHECK(seen(state(DiskState::Missing), drive()).state == DiskState::Present);
}

TEST_CASE("what a drive says and does makes it failed or suspect")
{
    CHECK(seen({}, drive()).state == DiskState::Present);
    CHECK(seen({}, drive("enrolled", "passed")).state == DiskState::Present);
    CHECK(seen({}, drive("enrolled", "failing")).state == DiskState::Failed);
    CHECK(seen({}, drive("unreadable")).state == DiskState::Suspect);
    auto worn = drive("enrolled", "passed");
    worn.health->pending = 8;
    CHECK(seen({}, worn).why == "8 sectors wait to be remapped");
    // It failed once: only a person says that it is well again.
    const auto doubt = seen(state(DiskState::Failed), drive("enrolled", "passed"));
    CHECK(doubt.state == DiskState::Suspect);
    CHECK(seen(doubt, drive("enrolled", "passed")) == doubt);
    CHECK(seen(*said(doubt, true, "present", "ann", ""), drive()).state == DiskState::Present);
}

TEST_CASE("a person's word holds until the drive says otherwise")
{
    CHECK(seen(state(DiskState::Retired, "ann"), drive()) == state(DiskState::Retired, "ann"));
    CHECK(seen(state(DiskState::Failed, "ann"), drive()) == state(DiskState::Failed, "ann"));
    CHECK(seen(state(DiskState::Spare, "ann"), drive()).state == DiskState::Present);
    CHECK(said({}, false, "spare", "ann", "shelf 3") == StateOf{DiskState::Spare, "shelf 3", "ann"});
    CHECK(said(state(DiskState::Present), true, "removed", "ann", "").error().code == 409);
    CHECK(said(state(DiskState::Missing), false, "present", "ann", "").error().code == 409);
    CHECK(said({}, false, "missing", "ann", "").error().code == 0);
    CHECK_FALSE(said({}, false, "eaten", "ann", ""));
}
