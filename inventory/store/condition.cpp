#include "inventory/store/condition.hpp"

#include <algorithm>
#include <cctype>

namespace footing::inventory {

namespace {

bool contains(const std::string& text, const std::string& part)
{
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return !std::ranges::search(text, part, same).empty();
}

/// Of two numbers or two times: those are all of one length.
bool less(const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

bool holds_for(Operator how, const std::string& value, const std::string& wanted)
{
    switch (how) {
    case Operator::Is:
    case Operator::IsNot: return value == wanted;
    case Operator::Contains: return contains(value, wanted);
    case Operator::StartsWith: return value.starts_with(wanted);
    case Operator::AtLeast: return !value.empty() && !less(value, wanted);
    case Operator::AtMost: return !value.empty() && !less(wanted, value);
    case Operator::Empty: return value.empty() == (wanted == "true");
    }
    return false;
}

}  // namespace

bool holds(const Condition& condition, const std::string& value)
{
    const bool any = std::ranges::any_of(condition.values, [&](const std::string& wanted) { return holds_for(condition.how, value, wanted); });
    return any != (condition.how == Operator::IsNot);
}

}  // namespace footing::inventory
