#include "inventory/leds/keep.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "inventory/leds/switch.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t at_once = 8;  // BMCs: one that is dead holds up an eighth
constexpr std::chrono::milliseconds pause{500}, after_an_error{5'000};

}  // namespace

struct LedKeeper::Impl {
    Store& store;
    BmcAccess access;
    Placeholders placeholders;
    Clock clock;
    std::mutex mutex;
    std::condition_variable_any never;
    std::vector<std::jthread> threads;  // last: they end before the rest goes

    void loop(const std::stop_token& stop)
    {
        const SwitchLed ask = [&](const KnownBmc& bmc, Led to) { return switch_led(access, bmc.address, bmc.uuid, to, placeholders, stop); };
        while (!stop.stop_requested()) {
            const auto done = switch_one_led(store, ask, clock, stop);  // an error of the database's is told there
            if (done && *done) continue;
            std::unique_lock lock(mutex);
            never.wait_for(lock, stop, done ? pause : after_an_error, [] { return false; });
        }
    }
};

LedKeeper::LedKeeper(Store& store, BmcAccess access, Placeholders placeholders, Clock clock)
    : impl_(new Impl{store, std::move(access), std::move(placeholders), std::move(clock), {}, {}, {}})
{
    for (std::size_t i = 0; i < at_once; ++i) impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->loop(stop); });
}

LedKeeper::~LedKeeper()
{
    for (auto& thread : impl_->threads) thread.request_stop();  // all at once, not one after the other
}

}  // namespace footing::inventory
