/// The keys that stand commented out in an example of a configuration.
#pragma once

#include <map>
#include <regex>
#include <sstream>
#include <string>

/// By key, the example with that key made one: "# key: …" or "#key:" and the lines "#  …" below it.
inline std::map<std::string, std::string> with_each_commented_key(const std::string& example)
{
    static const std::regex key("^# ?([a-z_]+):( .*)?$"), below("^#  .*");
    std::map<std::string, std::string> out;
    std::istringstream lines(example);
    std::string line, current, before;
    for (std::smatch found; std::getline(lines, line); before += line + "\n") {
        const bool is_key = std::regex_match(line, found, key);
        if (is_key) out[current = found[1]] = before;
        else if (!std::regex_match(line, below)) current.clear();
        for (auto& [name, text] : out) {
            const bool uncommented = name == current;
            text += (uncommented ? line.substr(line.starts_with("# ") && is_key ? 2 : 1) : line) + "\n";
        }
    }
    return out;
}
