#include "inventory/api/counters.hpp"

#include <fmt/format.h>

namespace footing::inventory {

namespace {

std::string family(const char* type, const std::string& name, const std::map<std::string, std::uint64_t>& values)
{
    std::string out = fmt::format("# TYPE {} {}\n", name, type);
    for (const auto& [label, value] : values)
        out += label.empty() ? fmt::format("{} {}\n", name, value) : fmt::format("{}{{{}}} {}\n", name, label, value);
    return out;
}

}  // namespace

std::string label_value(const std::string& text)
{
    std::string out;
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

void Counters::count(const std::string& name, const std::string& label)
{
    const std::lock_guard lock(mutex_);
    ++values_[name][label];
}

std::string Counters::text() const
{
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, values] : values_) out += family("counter", name, values);
    return out;
}

std::string gauge(const std::string& name, const std::map<std::string, std::uint64_t>& values)
{
    return family("gauge", name, values);
}

}  // namespace footing::inventory
