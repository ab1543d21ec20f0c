#include "agent/fetch/fetch.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>

#include "agent/os/files.hpp"

using namespace footing;
using namespace footing::fetch;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

const std::string hello = "hello, rack 12\n";  // 15 bytes
const std::string hello_sha256 = "0b22afc10e54ba8c344a499fd14eaed156b3bda2efbecabbf1741a169eb13cce";

/// One answer of a server, and how it ends.
struct Step {
    int status = 200;
    os::HttpHeaders headers;
    std::string body;
    std::optional<std::string> cut;  // the sentence of the network error that ends it
    milliseconds per_byte{0};
};

Step unreachable(const std::string& why) { return {0, {}, "", why, {}}; }
Step answer(int status, os::HttpHeaders headers = {}) { return {status, std::move(headers), "", {}, {}}; }
Step whole(const std::string& body) { return {200, {{"content-length", std::to_string(body.size())}}, body, {}, {}}; }

/// A folder, a clock and a network that do what the test says. Steps follow each other, the last one for ever.
struct Stage {
    std::filesystem::path folder;
    std::deque<Step> steps;
    std::vector<std::string> asked;  // "URL", "URL from 5", "URL from 5 if \"1\""
    std::vector<std::string> said;
    std::vector<milliseconds> slept;
    milliseconds time{0};

    explicit Stage(std::deque<Step> what) : steps(std::move(what))
    {
        std::string name = "/tmp/footing-fetch-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~Stage() { std::filesystem::remove_all(folder); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    World world()
    {
        return {[this](const auto& request, const auto& resume, const auto& receiver) { return get(request, resume, receiver); },
                [this] { return time; },
                [this](milliseconds length) { slept.push_back(length), time += length; },
                [] { return 0.5; },
                [this](const std::string& sentence) { said.push_back(sentence); }};
    }

    Result<os::HttpHead> get(const os::HttpRequest& request, const std::optional<os::HttpResume>& resume,
                             const os::HttpReceiver& receiver)
    {
        REQUIRE(asked.size() < 1'000);
        asked.push_back(request.url + (resume->offset > 0 ? " from " + std::to_string(resume->offset) : "") +
                        (resume->offset > 0 && !resume->etag.empty() ? " if " + resume->etag : ""));
        const Step step = steps.front();
        if (steps.size() > 1) steps.pop_front();
        const auto ended = fail(ErrorKind::Hold, "ended by its receiver");
        if (step.status == 0) return fail(ErrorKind::Retry, *step.cut);
        const os::HttpHead head{step.status, step.headers};
        if (!receiver.head(head)) return ended;
        for (const char byte : step.body) {
            time += step.per_byte;
            if (!receiver.body(std::string_view(&byte, 1))) return ended;
        }
        if (step.cut) return fail(ErrorKind::Retry, *step.cut);
        return head;
    }

    [[nodiscard]] FetchRequest request(std::vector<std::string> urls = {"http://a/root"}) const
    {
        return {std::move(urls), hello_sha256, Bytes{hello.size()}, folder / "root", "root image", ""};
    }
    [[nodiscard]] bool left_nothing() const { return std::filesystem::is_empty(folder); }
};

}  // namespace

TEST_CASE("a good file arrives, whole, under its name")
{
    Stage stage({whole(hello)});
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(os::read_file(stage.folder / "root") == hello);
    CHECK_FALSE(std::filesystem::exists(stage.folder / "root.part"));
    CHECK(stage.said == std::vector<std::string>{"root image: 15 B from http://a/root in 0.0 s, the hash is right"});
    CHECK(stage.slept.empty());
}

TEST_CASE("every failure of the network or the server has its sentence, and is not the end")
{
    struct Case {
        Step step;
        const char* sentence;
    };
    const std::vector<Case> cases{
        {unreachable("a port 80 refuses connections: no server is running there"), "a port 80 refuses connections: no server is running there"},
        {answer(404), "the server has no such file (HTTP 404)"},
        {answer(410), "the server has no such file (HTTP 410)"},
        {answer(403), "the server does not give it to this machine (HTTP 403)"},
        {answer(500), "the server can't serve it now (HTTP 500)"},
        {answer(503, {{"retry-after", "30"}}), "the server can't serve it now (HTTP 503), it asks to wait 30 s"},
        {answer(204), "the server answers HTTP 204, expected 200"},
        {{200, {{"content-length", "15"}}, "hello", "the connection to a was cut", {}}, "the connection to a was cut; short body: 5 of 15 bytes came"},
        {{200, {}, "hello", {}, {}}, "short body: 5 of 15 bytes came"},
        {whole("hello"), "wrong size: the server has 5 bytes, expected 15"},
        {{200, {}, hello + "!", {}, {}}, "wrong size: the server sends more than the expected 15 bytes"},
        {answer(206, {{"content-range", "bytes 0-14/15"}}), "the server sends a part (HTTP 206), the whole file was asked for"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.sentence);
        Stage stage({c.step, whole(hello)});
        REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
        REQUIRE(stage.said.size() == 2);
        CHECK(stage.said[0] == std::string("root image: http://a/root: ") + c.sentence);
        CHECK(os::read_file(stage.folder / "root") == hello);
    }
}

TEST_CASE("a download that was cut goes on, if it is still the same file")
{
    Stage stage({{200, {{"content-length", "15"}, {"etag", "\"1\""}}, "hello", "cut", {}},
                 {206, {{"content-range", "bytes 5-14/15"}}, hello.substr(5), {}, {}}});
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(stage.asked == std::vector<std::string>{"http://a/root", "http://a/root from 5 if \"1\""});
    CHECK(os::read_file(stage.folder / "root") == hello);
}

TEST_CASE("a weak ETag is no condition, and another file comes whole")
{
    Stage stage({{200, {{"etag", "W/\"1\""}}, "xxxxx", "cut", {}}, whole(hello)});
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(stage.asked[1] == "http://a/root from 5");
    CHECK(os::read_file(stage.folder / "root") == hello);
}

TEST_CASE("a part that was not asked for is thrown away")
{
    for (const char* range : {"bytes 4-14/15", "bytes 5-13/14", "bytes 5-14/16", ""}) {
        CAPTURE(range);
        Stage stage({{200, {}, "hello", "cut", {}}, {206, {{"content-range", range}}, hello.substr(5), {}, {}}, whole(hello)});
        REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
        CHECK(stage.asked[2] == "http://a/root");
        CHECK(os::read_file(stage.folder / "root") == hello);
    }
}

TEST_CASE("a range that the server can't satisfy starts it over")
{
    Stage stage({{200, {}, "hello", "cut", {}}, answer(416), whole(hello)});
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(stage.asked[2] == "http://a/root");
}

TEST_CASE("URLs are tried in turn, without a wait between them, and each goes on where the other was cut")
{
    Stage stage({answer(404), {200, {{"etag", "\"1\""}}, "hello", "cut", {}}, {206, {{"content-range", "bytes 5-14/15"}}, hello.substr(5), {}, {}}});
    REQUIRE(fetch::fetch(stage.request({"http://a/r", "http://b/r", "http://c/r"}), stage.world()).has_value());
    CHECK(stage.asked == std::vector<std::string>{"http://a/r", "http://b/r", "http://c/r from 5"});
    CHECK(stage.slept.empty());
}

TEST_CASE("a file of two servers' parts that is wrong is fetched whole, and counts against nobody")
{
    const std::string bad = "HELLO, rack 12\n";
    Stage stage({{200, {}, bad.substr(0, 5), "cut", {}}, {206, {{"content-range", "bytes 5-14/15"}}, hello.substr(5), {}, {}},
                 {200, {}, "hello", "cut", {}}, whole(hello)});
    REQUIRE(fetch::fetch(stage.request({"http://a/r", "http://b/r"}), stage.world()).has_value());
    CHECK(stage.asked == std::vector<std::string>{"http://a/r", "http://b/r from 5", "http://a/r", "http://b/r"});
    CHECK(stage.said[1].ends_with(" (put together from several URLs, so not counted)"));
}

TEST_CASE("the third wrong hash is the end, and nothing is left")
{
    Stage stage({whole("HELLO, rack 12\n")});
    const auto result = fetch::fetch(stage.request({"http://a/r", "http://b/r"}), stage.world());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::Refuse);
    CHECK(result.error().message.starts_with("root image: http://a/r: wrong hash: expected sha256 " + hello_sha256 + ", found "));
    CHECK(result.error().message.ends_with("; this is wrong hash number 3, given up"));
    CHECK(stage.asked == std::vector<std::string>{"http://a/r", "http://b/r", "http://a/r"});
    CHECK(stage.left_nothing());
}

TEST_CASE("a wrong hash at one URL is mended by the next")
{
    Stage stage({whole("HELLO, rack 12\n"), whole(hello)});
    REQUIRE(fetch::fetch(stage.request({"http://a/r", "http://b/r"}), stage.world()).has_value());
    CHECK(os::read_file(stage.folder / "root") == hello);
}

TEST_CASE("the wait doubles up to a minute, and progress starts it again")
{
    std::deque<Step> steps(8, answer(500));
    steps.push_back({200, {}, "hello", "cut", {}});
    steps.push_back(whole(hello));
    Stage stage(std::move(steps));
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(stage.slept == std::vector<milliseconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 1s});
}

TEST_CASE("a server's Retry-After is waited for in whole")
{
    Stage stage({answer(503, {{"retry-after", "30"}}), whole(hello)});
    REQUIRE(fetch::fetch(stage.request(), stage.world()).has_value());
    CHECK(stage.slept == std::vector<milliseconds>{33'750ms});
}

TEST_CASE("after ten minutes it says once a minute that it is still waiting")
{
    std::deque<Step> steps(60, answer(503));
    steps.push_back(whole(hello));
    Stage stage(std::move(steps));
    REQUIRE(fetch::fetch(stage.request({"http://a/r", "http://b/r"}), stage.world()).has_value());
    std::size_t waiting = 0;
    for (const auto& line : stage.said) waiting += line.starts_with("still waiting for root image after ") ? 1U : 0U;
    const auto minutes_waited = static_cast<std::size_t>(stage.time / 1min);
    CHECK(minutes_waited > 20);
    CHECK(waiting >= minutes_waited - 12);
    CHECK(waiting <= minutes_waited - 8);
    CHECK(stage.said[stage.said.size() - 2].ends_with(": the server can't serve it now (HTTP 503)"));
}

TEST_CASE("a download below 64 KiB/s over 20 s is ended and goes on elsewhere")
{
    Stage stage({{200, {}, hello, {}, 2s}, {206, {{"content-range", "bytes 10-14/15"}}, hello.substr(10), {}, {}}});
    REQUIRE(fetch::fetch(stage.request({"http://a/r", "http://b/r"}), stage.world()).has_value());
    CHECK(stage.said[0] == "root image: http://a/r: stalled: 10 B in 20 s, 10 of 15 bytes came");
    CHECK(stage.asked[1] == "http://b/r from 10");
}

TEST_CASE("a machine without room is told so at once, before anything is asked")
{
    if (!std::filesystem::exists("/dev/shm")) return;
    Stage stage({whole(hello)});
    auto request = stage.request();
    request.size = Bytes{1ULL << 49};
    request.destination = "/dev/shm/footing-fetch-test";
    const auto result = fetch::fetch(request, stage.world());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::Hold);
    CHECK(result.error().message.starts_with("root image: NOT ENOUGH "));
    CHECK(result.error().message.ends_with("512.0 TiB are needed"));
    CHECK(stage.asked.empty());
    CHECK_FALSE(std::filesystem::exists("/dev/shm/footing-fetch-test.part"));
}

TEST_CASE("a request that is none is refused before anything is asked")
{
    Stage stage({whole(hello)});
    const auto refused = [&](auto change) {
        auto request = stage.request();
        change(request);
        const auto result = fetch::fetch(request, stage.world());
        return !result && result.error().kind == ErrorKind::Refuse && stage.asked.empty() && stage.left_nothing();
    };
    CHECK(refused([](FetchRequest& r) { r.urls.clear(); }));
    CHECK(refused([](FetchRequest& r) { r.urls.emplace_back("tftp://x/y"); }));
    CHECK(refused([](FetchRequest& r) { r.sha256.pop_back(); }));
    CHECK(refused([](FetchRequest& r) { r.sha256[0] = 'X'; }));
    CHECK(refused([](FetchRequest& r) { r.size = Bytes{0}; }));
    CHECK(refused([](FetchRequest& r) { r.destination = "/tmp/"; }));
}

TEST_CASE("a folder that can't be written is the end")
{
    Stage stage({whole(hello)});
    auto request = stage.request();
    request.destination = stage.folder / "missing" / "root";
    const auto result = fetch::fetch(request, stage.world());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::Hold);
    CHECK(stage.asked.empty());
}
