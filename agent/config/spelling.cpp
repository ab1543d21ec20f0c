#include "agent/config/spelling.hpp"

#include <algorithm>
#include <vector>

namespace footing::config {
namespace {

/// Damerau-Levenshtein, restricted (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known)
{
    if (word.size() > 64) return std::nullopt;
    std::optional<std::string> best;
    std::size_t least = 3;
    bool tie = false;
    for (const auto& candidate : known) {
        const auto slips = distance(word, candidate);
        if (slips * 2 > candidate.size() || slips > least || best == candidate) continue;
        tie = slips == least && best.has_value();
        if (slips < least) best = candidate;
        least = std::min(least, slips);
    }
    return tie ? std::nullopt : best;
}

}  // namespace footing::config
