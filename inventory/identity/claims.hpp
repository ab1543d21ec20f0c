/// What a report says about who a machine is: values to compare, none of them the machine's key.
///
/// - UUIDs are compared in both byte orders (SMBIOS before 2.6 and some BMCs swap the first three fields): the claim
///   is the smaller of the two forms.
/// - Serials are namespaced by vendor and product; a chassis serial by the vendor only, because the nodes of one
///   chassis share it.
/// - MACs: permanent ones. Multicast and locally administered ones are ignored, but for QEMU's 52:54:00, which a guest
///   keeps for its life as a board keeps its own.
/// - Drives by vendor, model and serial, else by WWN: they move, so they speak for a machine, never against it.
/// - Memory modules by vendor, part and serial; the BMC's MAC; the asset tag; the switch ports it hears: support.
/// - Host name and address are what it is called: no identity.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/identity/placeholders.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

enum class ClaimKind { Uuid, SystemSerial, BoardSerial, ChassisSerial, Mac, Drive, BmcMac, AssetTag, Dimm, SwitchPort };

struct IdentityClaim {
    ClaimKind kind;
    std::string value;  // normalised: what is compared
    std::string raw;    // as reported
    auto operator<=>(const IdentityClaim&) const = default;
};

/// By kind and value.
bool has(const std::vector<IdentityClaim>& claims, const IdentityClaim& wanted);

const char* to_string(ClaimKind kind);
ClaimKind claim_kind_from(std::string_view word);  // what to_string gave

/// All that a machine tells of who it is.
struct Identifiers {
    wire::MachineIdentity machine;
    std::vector<std::string> macs;
    std::vector<wire::DriveIdentity> drives;
    std::string bmc_mac;
    std::vector<wire::Dimm> memory;
    std::vector<wire::Neighbour> neighbours;
};

/// "chassis|port" as compared; empty when a neighbour names either not.
std::string switch_port(const wire::Neighbour& neighbour);

std::vector<IdentityClaim> identity_claims(const Identifiers& all, const Placeholders& placeholders);

/// The usable claims of a machine, sorted, without duplicates. Placeholders give none.
std::vector<IdentityClaim> identity_claims(const wire::MachineIdentity& machine, const std::vector<std::string>& macs,
                                           const std::vector<wire::DriveIdentity>& drives,
                                           const Placeholders& placeholders);

/// The smaller of a UUID's two byte orders, lower case; empty when it isn't a UUID.
std::string canonical_uuid(std::string_view raw);

/// canonical_uuid() of one that tells a machine from others; empty for a placeholder, listed in either byte order or as it was reported.
std::string identifying_uuid(std::string_view raw, const Placeholders& placeholders);

/// "aa:bb:cc:dd:ee:ff" of any usual spelling; empty when it isn't a MAC that identifies.
std::string canonical_mac(std::string_view raw);

}  // namespace footing::inventory
