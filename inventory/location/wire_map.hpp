/// The wire map: which place the cable in a switch port leads to. People write it, LLDP finds the line.
///
/// As a table (tables/rows.hpp): `switch` and `port` must be there, any of site, room, row, rack, unit, height, face, node
/// may. Empty cells claim nothing.
///
///     switch,port,site,room,row,rack,unit
///     tor-a1,swp1,par,A,1,R1,7
///     00:02:c9:aa:bb:cc,Ethernet1/2,par,A,1,R1,9
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "inventory/location/patterns.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct WireMapLine {
    std::string switch_name;  // as written: the switch's sysName or chassis-id
    std::string port;
    LevelValues place;
    bool operator==(const WireMapLine&) const = default;
};

using PortKey = std::pair<std::string, std::string>;  // switch and port as compared: wire_key()
using WireMap = std::map<PortKey, WireMapLine>;

/// Lower case; a MAC in any spelling as aa:bb:cc:dd:ee:ff.
std::string wire_key(std::string_view raw);

/// The line of a neighbour: chassis-id or sysName, and port-id (or the port's description, where the port-id is none
/// a person would write: a MAC). nullptr when there is none.
const WireMapLine* find(const WireMap& map, const wire::Neighbour& neighbour);

}  // namespace footing::inventory
