/// What every command starts from: the configuration, this machine's id, and how to answer.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"
#include "agent/model/uuid.hpp"

namespace footing::commands {

/// DESIGN.md §7, and sysexits(3).
enum Exit : int { AllAsWanted = 0, Failed = 1, ChangesPending = 2, SomeHeld = 3, Usage = 64, BadConfiguration = 78 };

inline constexpr const char* default_config = "/etc/footing/footing.yaml";
inline constexpr const char* generated_by = "footing " FOOTING_VERSION;

/// Options that stand before or after every subcommand.
struct Common {
    std::string config = default_config;
    bool json = false;
};

struct Session {
    Config config;
    Uuid machine;
};

/// Reads the configuration and finds the machine's id (configuration, else SMBIOS product_uuid). On failure
/// the sentence is on standard error and `status` is the exit status to return.
Result<Session> open_session(const Common& common, int& status);

/// Prints "footing: <sentence>" on standard error.
void complain(const std::string& sentence);

/// The options --config and --json.
void add_common(CLI::App& command, Common& common);

}  // namespace footing::commands
