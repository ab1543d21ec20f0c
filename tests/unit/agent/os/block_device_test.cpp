#include "agent/os/block_device.hpp"

#include <doctest/doctest.h>
#include <linux/sed-opal.h>

using footing::os::hides_what_it_holds;

TEST_CASE("an OPAL drive that is locked, or shows its shadow MBR, hides what it holds")
{
    constexpr std::uint32_t opal = OPAL_FL_SUPPORTED | OPAL_FL_LOCKING_SUPPORTED;
    CHECK_FALSE(hides_what_it_holds(0));
    CHECK_FALSE(hides_what_it_holds(opal));
    CHECK_FALSE(hides_what_it_holds(opal | OPAL_FL_LOCKING_ENABLED));
    CHECK_FALSE(hides_what_it_holds(opal | OPAL_FL_LOCKING_ENABLED | OPAL_FL_MBR_ENABLED | OPAL_FL_MBR_DONE));
    CHECK(hides_what_it_holds(opal | OPAL_FL_LOCKING_ENABLED | OPAL_FL_MBR_ENABLED));
    CHECK(hides_what_it_holds(opal | OPAL_FL_LOCKING_ENABLED | OPAL_FL_LOCKED));
    CHECK(hides_what_it_holds(opal | OPAL_FL_LOCKING_ENABLED | OPAL_FL_LOCKED | OPAL_FL_MBR_ENABLED | OPAL_FL_MBR_DONE));
}
