/// What /metrics counts since the start (Prometheus text format 0.0.4).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace footing::inventory {

class Counters {
public:
    /// One more of `name` with `label`, which is Prometheus syntax: `result="new"`; no untrusted text.
    void count(const std::string& name, const std::string& label);
    std::string text() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, std::uint64_t>> values_;  // name -> label -> count
};

/// A text from outside as a label's value: quotes, backslashes and line ends escaped.
std::string label_value(const std::string& text);

/// One value that goes up and down.
std::string gauge(const std::string& name, const std::map<std::string, std::uint64_t>& values);

}  // namespace footing::inventory
