#include "inventory/history/instant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <format>

namespace footing::inventory {

namespace {

/// '0' stands for a digit, '+' for a sign, 'T' for itself in either case.
bool has_form(std::string_view text, std::string_view form)
{
    return std::ranges::equal(text.substr(0, form.size()), form, [](char c, char wanted) {
        if (wanted == '0') return c >= '0' && c <= '9';
        if (wanted == '+') return c == '+' || c == '-';
        return c == wanted || (wanted == 'T' && c == 't');
    });
}

int number(std::string_view text, std::size_t at, std::size_t digits)
{
    int out = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, out);
    return out;
}

}  // namespace

std::string to_string(Instant instant)
{
    return std::format("{:%FT%T}Z", instant);
}

Result<Instant> parse_instant(std::string_view text)
{
    const auto wrong = fail(ErrorKind::Refuse, fmt::format("'{}' is no time, expected one like 2026-10-01T12:00:00Z", text));
    constexpr std::string_view form = "0000-00-00T00:00:00", offset_form = "+00:00";
    if (text.size() <= form.size() || !has_form(text, form)) return wrong;
    const std::chrono::year_month_day date{std::chrono::year(number(text, 0, 4)), std::chrono::month(static_cast<unsigned>(number(text, 5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(text, 8, 2)))};
    const int hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return wrong;
    Instant out = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);

    std::string_view rest = text.substr(form.size());
    if (rest.starts_with('.')) {
        const auto digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1;
        if (digits == 0) return wrong;
        out += std::chrono::milliseconds(number(std::string(rest.substr(1, digits)) + "00", 0, 3));
        rest.remove_prefix(1 + digits);
    }
    if (rest == "Z" || rest == "z") return out;
    if (rest.size() != offset_form.size() || !has_form(rest, offset_form)) return wrong;
    const int ahead_h = number(rest, 1, 2), ahead_min = number(rest, 4, 2);
    if (ahead_h > 23 || ahead_min > 59) return wrong;
    const auto ahead = std::chrono::hours(ahead_h) + std::chrono::minutes(ahead_min);
    out -= rest.front() == '+' ? ahead : -ahead;
    if (to_string(out).size() != std::string_view(open_end).size()) return wrong;  // beyond the years 0 to 9999
    return out;
}

}  // namespace footing::inventory
