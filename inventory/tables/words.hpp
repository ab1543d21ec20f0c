/// Several words in one text.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace footing::inventory {

/// With commas between; none of an empty text. An empty one stays: it is no known word.
inline std::vector<std::string> words_of(const std::string& text)
{
    std::vector<std::string> out;
    for (std::size_t from = 0; !text.empty() && from <= text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

}  // namespace footing::inventory
