/// What happened to the hardware, when the vote alone would say "new" or "the same again": each has a name and evidence.
///
/// Pure. All of them err on the side of saying nothing: a machine that isn't recognised is a new one, and a person merges.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/identity/match.hpp"

namespace footing::inventory {

struct Recognised {
    std::string machine_id;
    std::string sentence;
};

/// Another board in the known machine: its UUID and board serial are others, but 70 % or more of its drives (two at
/// least) are here and nothing else is, the chassis, system serial, a NIC or half of the memory is the same, and it hangs
/// on one of its switch ports (if both are known). Two machines that fit: neither.
std::optional<Recognised> board_replaced(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known);

/// The machine whose certificate or token came along, when the vote finds nobody: all its values, powerless ones too, make
/// enough points and none is against it. A certificate alone is no machine, and other hardware that shows it stays other hardware.
std::optional<Recognised> as_named(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                                   const std::string& named);

/// Would these values recognise a new machine when it reports them again? Those that others have then count for nobody.
bool is_knowable(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known, const std::set<ClaimKey>& blacklist);

/// 70 % or more of another machine's drives (two at least), and nothing else of it, are in machine `here` now and were
/// not before.
std::optional<Recognised> disks_transplanted(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                                             const std::string& here);

/// The face of a machine: board serial, NICs and switch ports. True when none of the reported face is what the machine
/// had last, and some of its board or NICs is what it once had: it went back.
bool went_back(const std::vector<IdentityClaim>& reported, const KnownMachine& machine);

/// Another face than the machine's last: no board serial, NIC, switch port or drive in common, and some on both sides.
bool other_face(const std::vector<IdentityClaim>& reported, const KnownMachine& machine);

}  // namespace footing::inventory
