#include "inventory/api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

#include "agent/model/version.hpp"

namespace footing::inventory {

Metrics::Metrics() : registry_(std::make_unique<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const std::string& name, const std::string& help, const Labels& labels)
{
    prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels).Increment();
}

void Metrics::time(const std::string& method, const std::string& route, std::chrono::duration<double> took)
{
    const prometheus::Histogram::BucketBoundaries seconds{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60};
    prometheus::BuildHistogram()
        .Name("footing_inventory_http_request_duration_seconds")
        .Help("from the request to its answer; of /v1/changes with the wait that was asked for")
        .Register(*registry_)
        .Add({{"method", method}, {"route", route}}, seconds)
        .Observe(took.count());
}

std::string Metrics::text(const std::vector<Gauge>& gauges) const
{
    prometheus::Registry now;
    prometheus::BuildGauge().Name("footing_inventory_build_info").Help("1, with the version").Register(now).Add({{"version", version}}).Set(1);
    for (const auto& gauge : gauges) {
        auto& family = prometheus::BuildGauge().Name(gauge.name).Help(gauge.help).Register(now);
        for (const auto& [labels, value] : gauge.values) family.Add(labels).Set(static_cast<double>(value));
    }
    auto families = registry_->Collect();
    std::ranges::move(now.Collect(), std::back_inserter(families));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace footing::inventory
