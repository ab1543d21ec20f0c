/// What the subcommands share: their options, how they begin, and their exit statuses.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "agent/run/look.hpp"

namespace footing::commands {

/// The last two are of sysexits(3).
enum Exit : int { AllAsWanted = 0, Failed = 1, ChangesPending = 2, SomeHeld = 3, Usage = 64, BadConfiguration = 78 };

inline constexpr const char* default_config = "/etc/footing/footing.yaml";

struct Common {
    std::string config = default_config;
    bool json = false;
};

void add_config(CLI::App& command, Common& common);
void add_json(CLI::App& command, Common& common);
/// Both.
void add_common(CLI::App& command, Common& common);

/// The session that the options name. Without a value the sentence is on standard error and `status` the exit status.
std::optional<Session> begin(const Common& common, int& status);

/// What most commands begin with.
struct Looked {
    Session session;
    Look look;
};

/// The same, and looks.
std::optional<Looked> begin_with_a_look(const Common& common, const Event& event, int& status);

/// Prints "footing: <sentence>" on standard error.
void complain(const std::string& sentence);

/// 0 or 3 for what came of it.
int exit_status(const Plan& plan);

}  // namespace footing::commands
