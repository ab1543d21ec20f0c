#include "inventory/location/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "inventory/location/level.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest_text = 256;  // std::regex recurses once per character

/// std::regex knows no names: takes them out and returns them by group number.
std::vector<std::string> take_names(std::string& pattern)
{
    std::vector<std::string> names;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (in_class) {
            in_class = pattern[i] != ']';
        } else if (pattern[i] == '[') {
            in_class = true;
        } else if (pattern[i] == '(') {
            const std::string_view rest = std::string_view(pattern).substr(i + 1);
            if (!rest.starts_with("?")) {
                names.emplace_back();
            } else if (rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!")) {
                const auto end = std::min(rest.find('>'), rest.size() - 1);
                names.emplace_back(rest.substr(2, end - 2));
                pattern.erase(i + 1, end + 1);
            }
        }
    }
    return names;
}

}  // namespace

std::string unit_number(std::string_view raw)
{
    std::string_view digits = raw;
    if (!digits.empty() && (digits.front() == 'u' || digits.front() == 'U')) digits.remove_prefix(1);
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    std::string half;
    if (digits.ends_with(".5") || digits.ends_with(".0")) {
        half = digits.ends_with(".5") ? ".5" : "";
        digits.remove_suffix(2);
    }
    if (digits.empty() || !std::ranges::all_of(digits, digit)) return std::string(raw);
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    return std::string(digits) + half;
}

Result<LevelPattern> LevelPattern::compile(std::string_view pattern)
{
    std::string plain(pattern);
    auto names = take_names(plain);  // before anyone looks at `plain`: the order of arguments is the compiler's
    return compile(plain, std::move(names));
}

Result<LevelPattern> LevelPattern::compile(std::string_view pattern, std::vector<std::string> groups)
{
    std::string plain(pattern);
    take_names(plain);
    LevelPattern out;
    for (const auto& name : groups)
        if (!name.empty() && !is_level(name))
            return fail(ErrorKind::Refuse, fmt::format("group '{}' of pattern '{}' is no level: site, room, row, rack, unit, height, face or node",
                                                       name, pattern));
    if (std::ranges::all_of(groups, &std::string::empty))
        return fail(ErrorKind::Refuse,
                    fmt::format("pattern '{}' names no level, expected a group like (?<rack>...)", pattern));
    try {
        out.regex_ = std::regex(plain, std::regex::ECMAScript | std::regex::icase);
    } catch (const std::regex_error& e) {
        return fail(ErrorKind::Refuse, fmt::format("pattern '{}' is no regular expression: {}", pattern, e.what()));
    }
    if (groups.size() > out.regex_.mark_count())
        return fail(ErrorKind::Refuse, fmt::format("pattern '{}' has {} groups, {} are named", pattern,
                                                   out.regex_.mark_count(), groups.size()));
    out.groups_ = std::move(groups);
    return out;
}

LevelValues LevelPattern::read(const std::string& text) const
{
    LevelValues values;
    std::smatch match;
    if (text.size() > longest_text || !std::regex_match(text, match, regex_)) return values;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (groups_[i].empty() || !match[i + 1].matched) continue;
        const std::string value = match[i + 1].str();
        if (!value.empty()) values[groups_[i]] = groups_[i] == "unit" ? unit_number(value) : value;
    }
    return values;
}

}  // namespace footing::inventory
