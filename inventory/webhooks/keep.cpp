#include "inventory/webhooks/keep.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "inventory/webhooks/deliver.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t at_once = 4;  // receivers: one that hangs holds up a quarter for ten seconds, and ever more seldom
constexpr std::chrono::milliseconds pause{500}, after_an_error{5'000};

}  // namespace

struct WebhookKeeper::Impl {
    Store& store;
    WebhookReceivers receivers;
    Clock clock;
    WebhooksUnderWay under_way{};
    std::mutex mutex{};
    std::condition_variable_any never{};
    std::vector<std::jthread> threads{};  // last: they end before the rest goes

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            const auto done = deliver_one(store, receivers, under_way, os::http_post_json, clock, stop);  // an error of the database's is told there
            if (done && *done) continue;
            std::unique_lock lock(mutex);
            never.wait_for(lock, stop, done ? pause : after_an_error, [] { return false; });
        }
    }
};

WebhookKeeper::WebhookKeeper(Store& store, WebhookReceivers receivers, Clock clock)
    : impl_(new Impl{store, std::move(receivers), std::move(clock)})
{
    for (std::size_t i = 0; i < at_once; ++i) impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->loop(stop); });
}

WebhookKeeper::~WebhookKeeper()
{
    for (auto& thread : impl_->threads) thread.request_stop();  // all at once, not one after the other
}

}  // namespace footing::inventory
