/// Which bay, as printed on the chassis, a drive is in: data per chassis model, from people who looked.
///
/// Kernel slots, SES elements and printed numbers differ from model to model and are off by one more often than not, so
/// nothing is ever computed: what no map knows is unmapped. The file is YAML:
///
///     - chassis: {vendor: Supermicro, product: SSG-6049P*}     # as SMBIOS says; * matches any text; case doesn't count
///       bays:
///         - {label: "1", slot: slot 0}                         # the kernel's word for it: `footing detect`
///         - {label: "2", enclosure: "0x50030480*", element: "1"}   # or the SES enclosure's id and element
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct BayLine {
    std::string label, slot, enclosure, element;
};
struct ChassisMap {
    std::string vendor, product;  // patterns
    std::vector<BayLine> bays;    // as they look from the front: in the order of the file
};
using ChassisMaps = std::vector<ChassisMap>;

/// Errors name the line: unknown keys, a label twice, a bay without slot and element.
Result<ChassisMaps> read_chassis_maps(const std::string& text);

/// The map of a model; nullptr: none, or more than one.
const ChassisMap* map_of(const ChassisMaps& maps, const wire::MachineIdentity& machine);
/// The printed label; empty: unmapped (no map, no line, or lines that disagree).
std::string bay_of(const ChassisMap* map, const wire::Drive& drive);

/// '*' matches any text; case doesn't count.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace footing::inventory
