#include "agent/fetch/transfer.hpp"

#include <fmt/format.h>

namespace footing::fetch {
namespace {

using std::chrono::milliseconds;

/// What the server says instead of the file.
std::string refusal(const os::HttpHead& head)
{
    const auto wait = head.retry_after();
    const auto later = wait ? fmt::format(", it asks to wait {} s", wait->count()) : std::string();
    if (head.status == 404 || head.status == 410) return fmt::format("the server has no such file (HTTP {})", head.status);
    if (head.status == 401 || head.status == 403) return fmt::format("the server does not give it to this machine (HTTP {})", head.status);
    if (head.status == 429 || head.status >= 500) return fmt::format("the server can't serve it now (HTTP {}){}", head.status, later);
    return fmt::format("the server answers HTTP {}, expected 200", head.status);
}

std::string wrong_size(std::uint64_t found, Bytes expected)
{
    return fmt::format("wrong size: the server has {} bytes, expected {}", found, expected.count);
}

/// RFC 9110 8.8.1: only a strong validator may stand in If-Range.
std::string strong_etag(const os::HttpHead& head)
{
    const auto etag = head.header("etag");
    return etag.starts_with('"') ? etag : "";
}

/// One GET and what is thought of it while it comes.
struct Attempt {
    const FetchRequest& request;
    const std::string& url;
    PartFile& part;
    Origin& origin;
    const World& world;
    Transfer result{};
    bool judged = false;  // the result is ours, not the network's
    milliseconds window_start{};
    std::uint64_t window_bytes = 0;

    bool stop(TransferEnd end, Error error)
    {
        judged = true;
        result.end = end;
        result.error = std::move(error);
        return false;
    }
    bool refuse(std::string sentence) { return stop(TransferEnd::Failed, {ErrorKind::Retry, std::move(sentence)}); }

    bool start_over()
    {
        const auto done = part.restart();
        return done ? true : stop(TransferEnd::Fatal, done.error());
    }

    bool take_head(const os::HttpHead& head)
    {
        result.retry_after = head.retry_after();
        window_start = world.now();
        const bool whole = head.status == 200;
        if (!whole && head.status != 206) {
            // 416: what we have is longer than, or not of, the file that is there.
            if (head.status == 416 && !start_over()) return false;
            refuse(refusal(head));
            result.error.code = head.status;
            return false;
        }
        const auto rest = fmt::format("bytes {}-{}/", part.written(), request.size.count - 1);
        const auto range = head.header("content-range");
        if (!whole && part.written() == 0) return refuse("the server sends a part (HTTP 206), the whole file was asked for");
        if (!whole && !range.starts_with(rest))
            return start_over() && refuse(fmt::format("the server sends another part than asked for: '{}', expected '{}{}'", range,
                                                      rest, request.size.count));
        if (!whole && !range.ends_with(fmt::format("/{}", request.size.count)) && !range.ends_with("/*"))
            return start_over() && refuse(fmt::format("wrong size: the server has '{}', expected {} bytes", range, request.size.count));
        if (whole && head.content_length().value_or(request.size.count) != request.size.count)
            return refuse(wrong_size(*head.content_length(), request.size));
        if (whole && !start_over()) return false;
        origin.mixed = !whole && (origin.mixed || origin.url != url);
        origin.url = url;
        origin.etag = strong_etag(head);
        return true;
    }

    bool take_body(std::string_view data)
    {
        if (part.written() + data.size() > request.size.count)
            return start_over() && refuse(fmt::format("wrong size: the server sends more than the expected {} bytes", request.size.count));
        const auto written = part.append(data);
        if (!written) return stop(TransferEnd::Fatal, written.error());
        window_bytes += data.size();
        const auto past = world.now() - window_start;
        if (past < stall_window) return true;
        const auto expected = least_per_second * static_cast<std::uint64_t>(stall_window.count());
        if (Bytes{window_bytes} < expected && part.written() < request.size.count)
            return refuse(fmt::format("stalled: {} in {} s, {} of {} bytes came", to_string(Bytes{window_bytes}),
                                      past.count() / 1000, part.written(), request.size.count));
        window_start = world.now();
        window_bytes = 0;
        return true;
    }
};

}  // namespace

Transfer transfer(const FetchRequest& request, const std::string& url, bool may_mix, PartFile& part, Origin& origin,
                  const World& world)
{
    if (origin.url != url && !may_mix)
        if (const auto fresh = part.restart(); !fresh) return {TransferEnd::Fatal, fresh.error(), {}};

    os::HttpRequest http;
    http.url = url;
    http.ca_file = request.ca_file;
    http.stall_timeout = stall_window;
    // Whoever drips his headers is slower than the least rate, too.
    const auto left = request.size.count - part.written();
    http.total_timeout = 2 * milliseconds(stall_window) + milliseconds(left * 1000 / least_per_second.count);

    Attempt attempt{request, url, part, origin, world};
    const os::HttpResume resume{part.written(), origin.url == url ? origin.etag : ""};
    const auto head = world.get(http, resume, {[&](const os::HttpHead& h) { return attempt.take_head(h); },
                                               [&](std::string_view data) { return attempt.take_body(data); }});
    if (attempt.judged) return attempt.result;
    attempt.result.end = part.written() == request.size.count ? TransferEnd::Complete : TransferEnd::Failed;
    if (attempt.result.end == TransferEnd::Complete) return attempt.result;
    const auto came = fmt::format("short body: {} of {} bytes came", part.written(), request.size.count);
    if (head) attempt.result.error = {ErrorKind::Retry, came};
    else if (head.error().kind == ErrorKind::Refuse) attempt.result = {TransferEnd::Fatal, head.error(), {}};
    else if (attempt.window_bytes > 0 || part.written() > 0) attempt.result.error = {ErrorKind::Retry, head.error().message + "; " + came};
    else attempt.result.error = head.error();
    return attempt.result;
}

}  // namespace footing::fetch
