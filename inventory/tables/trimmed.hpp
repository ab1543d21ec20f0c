#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace footing::inventory {

/// Without the blanks around it, as people type and paste them.
inline std::string trimmed(std::string_view text)
{
    const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

}  // namespace footing::inventory
