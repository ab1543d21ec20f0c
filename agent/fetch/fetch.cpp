#include "agent/fetch/fetch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "agent/fetch/part_file.hpp"
#include "agent/fetch/transfer.hpp"
#include "agent/os/backoff.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/url.hpp"

namespace footing::fetch {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr unsigned most_wrong_hashes = 3;
constexpr minutes talkative{10};  // after this, one line a minute is enough

/// What is said, and how often.
class Teller {
public:
    Teller(const FetchRequest& request, const World& world) : label_(request.label), world_(world), start_(world.now()) {}

    void failed(const std::string& sentence)
    {
        last_failure_ = sentence;
        if (elapsed() < talkative) say(label_ + ": " + sentence);
        else still_waiting();
    }
    /// Once a minute, when ten are over.
    void still_waiting()
    {
        if (elapsed() < talkative || world_.now() - last_said_ < minutes(1)) return;
        say(fmt::format("still waiting for {} after {} min; the last failure: {}", label_,
                        std::chrono::duration_cast<minutes>(elapsed()).count(), last_failure_));
    }
    void done(const std::string& url, Bytes size)
    {
        say(fmt::format("{}: {} from {} in {:.1f} s, the hash is right", label_, to_string(size), url,
                        static_cast<double>(elapsed().count()) / 1000));
    }

private:
    [[nodiscard]] milliseconds elapsed() const { return world_.now() - start_; }
    void say(const std::string& sentence)
    {
        last_said_ = world_.now();
        world_.say(sentence);
    }

    std::string label_;
    const World& world_;
    milliseconds start_, last_said_{};
    std::string last_failure_;
};

void wait(milliseconds time, const World& world, Teller& teller)
{
    while (time.count() > 0) {
        const auto piece = std::min<milliseconds>(time, minutes(1));
        world.sleep(piece);
        time -= piece;
        teller.still_waiting();
    }
}

std::unexpected<Error> labelled(const FetchRequest& request, Error error) { return in_context(request.label, std::move(error)); }

}  // namespace

Result<void> check(const FetchRequest& request)
{
    const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (request.urls.empty()) return fail(ErrorKind::Refuse, "no URL to fetch from");
    for (const auto& url : request.urls)
        if (const auto parsed = os::parse_url(url); !parsed) return std::unexpected(parsed.error());
    if (request.sha256.size() != 64 || !std::ranges::all_of(request.sha256, hex))
        return fail(ErrorKind::Refuse, fmt::format("'{}' is no sha256: 64 digits 0-9 a-f are expected", request.sha256));
    if (request.size.count == 0 || request.size > Bytes{1ULL << 50}) return fail(ErrorKind::Refuse, "the size must be from 1 byte to 1 PiB");
    if (!request.destination.has_filename()) return fail(ErrorKind::Refuse, "the destination must be a file");
    return {};
}

World real_world(std::function<void(const std::string&)> say)
{
    using Clock = std::chrono::steady_clock;
    return {&os::http_get,
            [] { return std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch()); },
            [](milliseconds time) { std::this_thread::sleep_for(time); },
            &os::random_share,
            std::move(say)};
}

Result<void> fetch(const FetchRequest& request, const World& world)
{
    if (auto good = check(request); !good) return good;
    auto part = PartFile::create(request.destination, request.size);
    if (!part) return labelled(request, part.error());

    Teller teller(request, world);
    Origin origin;
    bool may_mix = true;
    unsigned wrong_hashes = 0;
    std::uint64_t furthest = 0;
    for (unsigned round = 0;; ++round) {
        std::optional<std::chrono::seconds> retry_after;
        for (const auto& url : request.urls) {
            const auto got = transfer(request, url, may_mix, *part, origin, world);
            if (got.end == TransferEnd::Fatal) return labelled(request, got.error);
            if (got.retry_after) retry_after = std::max(retry_after.value_or(std::chrono::seconds(0)), *got.retry_after);
            if (got.end == TransferEnd::Failed) {
                teller.failed(url + ": " + got.error.message);
                if (part->written() > furthest) round = 0;
                furthest = std::max(furthest, part->written());
                continue;
            }
            const auto found = part->sha256();
            if (!found) return labelled(request, found.error());
            if (*found == request.sha256) {
                if (auto there = part->finish(); !there) return labelled(request, there.error());
                teller.done(url, request.size);
                return {};
            }
            auto wrong = fmt::format("wrong hash: expected sha256 {}, found {}", request.sha256, *found);
            if (auto fresh = part->restart(); !fresh) return labelled(request, fresh.error());
            // Put together from several servers, it is nobody's file: from now on each has to send it whole.
            if (origin.mixed) wrong += " (put together from several URLs, so not counted)";
            may_mix = may_mix && !origin.mixed;
            if (!origin.mixed && ++wrong_hashes == most_wrong_hashes)
                return fail(ErrorKind::Refuse, fmt::format("{}: {}: {}; this is wrong hash number {}, given up", request.label, url, wrong, wrong_hashes));
            teller.failed(url + ": " + wrong);
        }
        wait(os::backoff(round, world.random(), retry_after), world, teller);
    }
}

}  // namespace footing::fetch
