#include "inventory/store/terms.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace footing::inventory;

namespace {

/// Does the query ask for all of one of the value's terms?
bool finds(const std::string& query, const std::string& kind, const std::string& value)
{
    const auto terms = terms_of(kind, value);
    return std::ranges::any_of(wanted_terms(query), [&](const Wanted& wanted) {
        return std::ranges::any_of(terms, [&](const Term& term) { return term.term == wanted.exact; });
    });
}

}  // namespace

TEST_CASE("an address is found in every spelling, as it was told in any")
{
    for (const char* kind : {"ip", "bmc_ip"})
        for (const char* told : {"2001:db8::2:0:0/64", "2001:0DB8:0:0:0:2::", "2001:db8::2:0:0%eth0"})
            for (const char* asked : {"2001:db8::2:0:0", "2001:DB8:0:0:0:2:0:0", "2001:0db8:0000:0000:0000:0002:0000:0000/64", " 2001:db8:0::2:0:0 "})
                CHECK_MESSAGE(finds(asked, kind, told), asked << " for " << told);
    CHECK(finds("10.0.0.7", "ip", "10.0.0.7/24"));
    CHECK_FALSE(finds("10.0.0.70", "ip", "10.0.0.7/24"));
    CHECK(terms_of("ip", "nowhere").empty());
}

TEST_CASE("a UUID is found in both byte orders, as it was told in either")
{
    const std::string one = "4c4c4544-0047-5010-8052-b7c04f000002", other = "44454C4C-4700-1050-8052-B7C04F000002";
    for (const auto& told : {one, other})
        for (const auto& asked : {one, other}) CHECK_MESSAGE(finds(asked, "uuid", told), asked << " for " << told);
    CHECK(finds("none", "uuid", "none"));
    CHECK_FALSE(finds(one, "uuid", "4c4c4544-0047-5010-8052-b7c04f000003"));
}
