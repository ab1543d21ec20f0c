/// /etc/footing/footing.yaml -> Config: validated, every error with line and column, unknown keys refused.
///
/// Nothing runs on a bad file, and no file means no formatting.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

/// Reads YAML text. `origin` names it in errors: "footing.yaml:12:5: unknown key 'filesytem' (did you mean …?)".
/// All errors of the file are in the one message, a line each.
Result<Config> parse_config(const std::string& text, const std::string& origin);

}  // namespace footing
