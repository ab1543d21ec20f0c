/// The subcommands of footing-inventory: each does its work and returns the exit status.
///
/// 0 done · 1 failed · 64 usage · 78 configuration or a file wrong
#pragma once

#include <optional>
#include <string>

#include "inventory/config/config.hpp"
#include "inventory/exchange/import.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_config = 78;

/// Prints an error on stderr as one line and returns the status that fits.
int report_failure(const Error& error, int status);

/// Serves until SIGTERM or SIGINT. Prints "listening on URL" for each listener once it listens.
int serve(const Config& config);

/// Whether serve would take the configuration and the files that it names, and ask-bmcs its own. Neither the database nor
/// the network is opened.
int check_command(const Config& config);

/// days 0: it never expires.
int token_add(const Config& config, const std::string& role, const std::string& label, const TokenBinding& binding, unsigned days);
int token_revoke(const Config& config, const std::string& id);
int token_list(const Config& config);

/// The key that signs permits (permit_key): makes it, or shows its public half.
enum class KeyCommand { Create, Show };
int key_command(const Config& config, KeyCommand what);

struct ImportCommand {
    std::string kind, file, format;  // file "-": standard input; format empty: as the file tells
    ImportOptions options;
};
/// Prints what it did, a dry run and failures line by line.
int import_command(const Config& config, const ImportCommand& what);
/// To standard output. `at` empty: as it is now.
int export_command(const Config& config, const std::string& kind, const std::string& format, const std::string& at);

/// A copy of an SQLite database into a new file, while it is in use.
int backup_command(const Config& config, const std::string& file);

/// Understands the newest report of every machine anew, under the configuration as it is now.
int replay(const Config& config);

/// Asks the BMC of every machine that reported one where it stands (bmc/redfish.hpp), and keeps the answers as claims.
/// A BMC that doesn't answer changes nothing, is named on stderr, and makes the status 1.
int ask_bmcs(const Config& config);

/// A whole file; "-" is standard input.
Result<std::string> text_of_file(const std::string& file);

}  // namespace footing::inventory
