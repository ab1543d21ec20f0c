#include "inventory/location/network.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("what is a network")
{
    for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "fd00::/8", "::/0", "2001:db8::1/128"}) CHECK_MESSAGE(is_network(text), text);
    for (const char* text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/8 ", "fd00::/129", "host/8", "/8", ""})
        CHECK_MESSAGE(!is_network(text), text);
    CHECK(Network::parse("10.1.2.3")->prefix_length() == 32);
}

TEST_CASE("what is in it")
{
    const auto contains = [](const char* network, const char* address) { return Network::parse(network)->contains(*Network::parse(address)); };
    CHECK(contains("10.12.0.0/15", "10.13.255.255"));
    CHECK(contains("10.12.99.99/15", "10.13.0.1"));
    CHECK(contains("0.0.0.0/0", "192.0.2.1"));
    CHECK(contains("fd00::/8", "fdff::1"));
    CHECK(contains("10.0.0.0/8", "10.12.0.0/16"));
    CHECK_FALSE(contains("10.12.0.0/15", "10.14.0.0"));
    CHECK_FALSE(contains("10.12.0.0/16", "10.0.0.0/8"));
    CHECK_FALSE(contains("0.0.0.0/0", "::1"));
    CHECK_FALSE(contains("::/0", "192.0.2.1"));
}
