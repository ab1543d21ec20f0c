/// The subcommands of footing-inventory: each does its work and returns the exit status.
///
/// 0 done · 1 failed · 64 usage · 78 configuration or import file wrong
#pragma once

#include <optional>
#include <string>

#include "inventory/config/config.hpp"
#include "inventory/location/wire_map.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_config = 78;

/// Prints an error on stderr as one line and returns the status that fits.
int report_failure(const Error& error, int status);

/// Serves until SIGTERM or SIGINT. Prints "listening on URL" for each listener once it listens.
int serve(const Config& config);

/// days 0: it never expires.
int token_add(const Config& config, const std::string& role, const std::string& label, const TokenBinding& binding, unsigned days);
int token_revoke(const Config& config, const std::string& id);
int token_list(const Config& config);

/// The key that signs permits (permit_key): makes it, or shows its public half.
enum class KeyCommand { Create, Show };
int key_command(const Config& config, KeyCommand what);

enum class Import { DryRun, ForGood };
int wiremap_import(const Config& config, const std::string& file, Import how);

/// Takes DHCP option 82 out of a lease file (location/leases.hpp).
int leases_import(const Config& config, const std::string& file);

/// Understands the newest report of every machine anew, under the configuration as it is now.
int replay(const Config& config);

/// Reads a wire map file: YAML when its name ends in .yaml or .yml, else CSV.
Result<WireMap> read_wire_map_file(const std::string& file);

}  // namespace footing::inventory
