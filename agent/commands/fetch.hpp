/// `footing fetch`: what the initrd calls for its root image. It needs no configuration.
#pragma once

#include <CLI/CLI.hpp>

namespace footing::commands {

/// Exit statuses: 0 the file is there, 1 it can't be had (a sentence says why), 64 usage.
void add_fetch(CLI::App& app, int& status);

}  // namespace footing::commands
