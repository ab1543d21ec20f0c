/// Client certificates and the machines that report with them: one of each to one of the other, from the first time on.
#pragma once

#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Binds the certificate's subject (empty: none was shown) to the machine. Returns why this report can't be the
/// machine's, or nothing: another certificate is bound to the machine, or this one to another machine.
std::string bind_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, Instant now);

/// The machine that a certificate is bound to; empty: none.
std::string machine_of_certificate(Sql& sql, const std::string& subject);

}  // namespace footing::inventory
