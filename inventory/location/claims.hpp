/// Where a machine could be: one value for one level, from one source, with its evidence.
///
/// Levels are claimed and resolved one by one: the room may come from the wire map and the unit from a host name.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/location/network.hpp"
#include "inventory/location/patterns.hpp"
#include "inventory/location/wire_map.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// Strongest first: this order holds unless the site sets its own.
enum class Source {
    HumanLock,
    HumanScan,
    Cabling,
    BmcPlacement,
    Import,          // a table that people imported
    AssetTag,
    ChassisLocation, // SMBIOS: the node of a chassis
    Option82,
    Subnet,
    HostName,
    OldScan,         // a human's scan after its 90 days
    KernelCommandLine,
};

/// Whose knowledge a source passes on. Sources of one basis are wrong together, so they confirm nothing of each other:
/// only different ones are independent.
enum class Basis {
    Person,      // HumanLock, HumanScan, OldScan: who stood there
    Cables,      // Cabling, Option82: a port was heard; the wire map alone says where it leads
    Plan,        // Import: what was planned
    Firmware,    // BmcPlacement, AssetTag: written into the machine by whoever set it up; a BMC gives its tag to SMBIOS
    Chassis,     // ChassisLocation: the enclosure tells its nodes
    Address,     // Subnet: which network answered it
    BootServer,  // HostName, KernelCommandLine: a machine without a disk has both from who boots it
};
Basis basis_of(Source source);

const char* to_string(Source source);
/// "wire map" or "wire_map"; nothing for an unknown word.
std::optional<Source> source_from(std::string_view word);

struct LocationClaim {
    std::string level;
    std::string value;
    Source source = Source::KernelCommandLine;
    std::string evidence;  // "eth0 hears tor1 swp7"
    std::string since;     // RFC 3339: reported like this since then
    bool operator==(const LocationClaim&) const = default;
};

/// A fact and since when it has been so.
template <typename T>
struct Since {
    T value{};
    std::string since;
};

/// What is last known of a machine that can tell its place. A section that failed leaves its older value here.
struct LocationFacts {
    std::optional<Since<std::vector<wire::Neighbour>>> neighbours;
    std::optional<Since<wire::System>> system;
    std::optional<Since<wire::MachineIdentity>> machine;
    std::optional<Since<wire::Bmc>> bmc;
    std::optional<Since<std::map<std::string, std::string>>> placement{};  // what its BMC answered when we asked (bmc/redfish.hpp)
    std::optional<Since<std::vector<wire::Nic>>> nics{};
    std::vector<LocationClaim> said;            // by people and their tables
    std::vector<Since<wire::Neighbour>> relays; // option 82 as if it had been heard: remote-id and circuit-id
};

/// Who has an address in this network stands there.
struct Subnet {
    std::string text;  // "10.12.0.0/16"
    Network network;
    LevelValues place;
};

/// How a site's names and networks are read.
struct LocationRules {
    std::optional<LevelPattern> asset_tag{};
    std::optional<LevelPattern> host_name{};
    std::optional<LevelPattern> chassis_location{};  // none: the text is the node
    std::vector<Subnet> subnets{};
};

struct LocationClaims {
    std::vector<LocationClaim> claims;
    std::vector<std::string> warnings;  // neighbours that no line of the wire map knows
};

/// Pure. `wire_map`: at least the lines of the ports that the facts name.
LocationClaims location_claims(const LocationFacts& facts, const WireMap& wire_map, const LocationRules& rules);

}  // namespace footing::inventory
