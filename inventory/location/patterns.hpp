/// Regular expressions that read a place out of a name: "(?<room>[A-Z]+)-(?<rack>R\d+)-u(?<unit>\d+)".
#pragma once

#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::inventory {

using LevelValues = std::map<std::string, std::string>;  // level -> value

/// "U07" and "7" are one unit: "7"; "7.5" begins half a unit higher. What is no number stays as it is.
std::string unit_number(std::string_view raw);

/// ECMAScript syntax with named groups; the names are levels.
class LevelPattern {
public:
    /// Errors: no valid expression, a group named otherwise than a level, no named group at all.
    static Result<LevelPattern> compile(std::string_view pattern);
    /// With plain groups, named in order by `groups`.
    static Result<LevelPattern> compile(std::string_view pattern, std::vector<std::string> groups);

    /// The levels of a text that matches as a whole; nothing when it doesn't. Texts over 256 bytes don't match.
    LevelValues read(const std::string& text) const;

private:
    std::regex regex_;
    std::vector<std::string> groups_;  // by number from 1; empty: not a level
};

}  // namespace footing::inventory
