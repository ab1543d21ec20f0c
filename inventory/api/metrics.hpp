/// What /metrics says, by prometheus-cpp: what was counted and timed since the start, and what the inventory holds now.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prometheus {
class Registry;
}

namespace footing::inventory {

/// A label's name and value; values may be any text.
using Labels = std::map<std::string, std::string>;

/// Something that goes up and down, with its value for each set of labels.
struct Gauge {
    std::string name, help;
    std::vector<std::pair<Labels, std::uint64_t>> values;
};

class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// One more of `name`, a counter. Labels must not come from outside: each set of them is kept until the end.
    void count(const std::string& name, const std::string& help, const Labels& labels);
    /// An answer that took so long, in footing_inventory_http_request_duration_seconds. `route`: as routed, "/v1/disks/{id}".
    void time(const std::string& method, const std::string& route, std::chrono::duration<double> took);
    /// All of it and `gauges`, in Prometheus' text format 0.0.4.
    std::string text(const std::vector<Gauge>& gauges) const;

private:
    std::unique_ptr<prometheus::Registry> registry_;
};

}  // namespace footing::inventory
