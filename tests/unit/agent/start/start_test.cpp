#include "agent/start/start.hpp"

#include <doctest/doctest.h>

using namespace footing;

namespace {

Plan plan_of(unsigned mounted, unsigned held)
{
    Plan plan;
    for (unsigned i = 0; i < mounted + held; ++i) {
        PlanEntry entry;
        entry.role = "object";
        entry.outcome = i < mounted ? Outcome::Mounted : Outcome::Held;
        plan.disks.push_back(entry);
    }
    PlanEntry other;
    other.role = "meta";
    other.outcome = Outcome::Mounted;
    plan.disks.push_back(other);
    return plan;
}

bool is_ready(std::optional<Need> need, const Plan& plan) { return readiness({"a.service", std::move(need)}, plan).ready; }

}  // namespace

TEST_CASE("a service without needs starts at once") { CHECK(is_ready(std::nullopt, {})); }

TEST_CASE("a share counts the drives of its role, mounted and held")
{
    CHECK(is_ready(Need{"object", 80, true}, plan_of(4, 1)));
    CHECK_FALSE(is_ready(Need{"object", 80, true}, plan_of(3, 1)));
    CHECK_FALSE(is_ready(Need{"object", 81, true}, plan_of(4, 1)));
}

TEST_CASE("no drive at all is never enough for a share")
{
    CHECK_FALSE(is_ready(Need{"object", 80, true}, {}));
    CHECK_FALSE(is_ready(Need{"object", 1, true}, plan_of(0, 2)));
}

TEST_CASE("a count counts mounted drives of the role alone")
{
    CHECK(is_ready(Need{"object", 2, false}, plan_of(2, 0)));
    CHECK_FALSE(is_ready(Need{"object", 2, false}, plan_of(1, 5)));
}

TEST_CASE("the sentence says what is there and what is needed")
{
    CHECK(readiness({"a.service", Need{"object", 80, true}}, plan_of(3, 1)).sentence == "3 of 4 drives of role object are mounted, 80 % are needed");
}
