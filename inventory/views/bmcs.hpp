/// Which machine has which BMC, as machines report it.
#pragma once

#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct KnownBmc {
    std::string machine_id, address;
    std::string uuid;  // the machine's
};

/// Machines whose BMC's address is known, and no other's: of two that name one BMC nobody can tell whose it is.
std::vector<KnownBmc> known_bmcs(Sql& sql);
/// The address that a machine names, whoever names it too. Refuse: none.
Result<std::string> named_bmc(Sql& sql, const std::string& machine_id);
/// Of one machine. Refuse says why there is none.
Result<KnownBmc> known_bmc(Sql& sql, const std::string& machine_id);

}  // namespace footing::inventory
