/// What tests/bench/inventory measures with, and against.
///
///     http_limits serve FILE                          a server that reads requests, stores their bodies in FILE, and answers when they are durable,
///                                                     a group at a time: what no inventory can beat. Prints its port.
///     http_limits load PORT SECONDS ONCE|AGAIN FILE…  sends what the files hold, each over a connection of its own, one request after the other.
///
/// A file of requests has each one behind its length, a 32 bit number. The answer of `load` is one line of JSON.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void without_delay(int socket)
{
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool read_more(int socket, std::string& into)
{
    constexpr std::size_t piece = 65536;
    const std::size_t had = into.size();
    into.resize(had + piece);
    const auto got = recv(socket, into.data() + had, piece, 0);
    into.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
}

/// The head's end and the body's length; none when the connection ended. A body in chunks has no length.
struct Head {
    std::size_t end = 0;
    std::optional<std::size_t> length;
};
std::optional<Head> read_head(int socket, std::string& bytes)
{
    std::size_t end = 0;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
        if (!read_more(socket, bytes)) return {};
    Head out{end + 4, {}};
    if (const auto at = bytes.find("Content-Length: "); at < end) out.length = std::strtoull(bytes.c_str() + at + 16, nullptr, 10);
    return out;
}

class Log {
public:
    explicit Log(const char* path) : file_(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)), thread_([this] { store(); }) {}

    /// Returns when it is on the disk.
    void add(std::string_view body)
    {
        std::unique_lock lock(mutex_);
        waiting_ += body;
        const std::uint64_t mine = next_;
        wake_.notify_one();
        stored_.wait(lock, [&] { return done_ >= mine; });
    }

private:
    void store()
    {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return !waiting_.empty(); });
            const std::string group = std::exchange(waiting_, {});
            const std::uint64_t number = next_++;
            lock.unlock();
            if (write(file_, group.data(), group.size()) != static_cast<ssize_t>(group.size()) || fdatasync(file_) != 0) std::abort();
            lock.lock();
            done_ = number;
            stored_.notify_all();
        }
    }

    const int file_;
    std::mutex mutex_;
    std::condition_variable wake_, stored_;
    std::string waiting_;
    std::uint64_t next_ = 1, done_ = 0;
    std::thread thread_;
};

void answer_all(int socket, Log& log)
{
    std::string bytes;
    while (const auto head = read_head(socket, bytes)) {
        const std::size_t whole = head->end + head->length.value_or(0);
        while (bytes.size() < whole)
            if (!read_more(socket, bytes)) break;
        if (bytes.size() < whole) break;
        log.add(std::string_view(bytes).substr(head->end, whole - head->end));
        bytes.erase(0, whole);
        if (!send_all(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) break;
    }
    close(socket);
}

int serve(const char* path)
{
    Log log(path);
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listening, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(listening, 512) != 0) return 1;
    getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    while (true) {
        const int line = accept(listening, nullptr, nullptr);
        if (line < 0) continue;
        without_delay(line);
        std::thread([line, &log] { answer_all(line, log); }).detach();
    }
}

int connected(std::uint16_t port)
{
    const int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(out, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    without_delay(out);
    return out;
}

struct Answered {
    int status = 0;        // 0: the connection ended
    double first_byte = 0;  // seconds
    std::size_t bytes = 0;
};

Answered ask(int socket, std::string_view request)
{
    const auto begin = Clock::now();
    std::string bytes;
    if (!send_all(socket, request) || !read_more(socket, bytes)) return {};
    Answered out{0, since(begin), 0};
    const auto head = read_head(socket, bytes);
    if (!head) return {};
    const int status = std::atoi(bytes.c_str() + 9);
    if (head->length) {
        while (bytes.size() < head->end + *head->length)
            if (!read_more(socket, bytes)) return {};
        out.bytes = *head->length;
    } else {
        std::string tail;
        while (!bytes.ends_with("0\r\n\r\n")) {  // only the end is kept: a download may be large
            tail = bytes.substr(bytes.size() - std::min<std::size_t>(bytes.size(), 8));
            out.bytes += bytes.size() - tail.size();
            bytes = tail;
            if (!read_more(socket, bytes)) return {};
        }
        out.bytes += bytes.size();
    }
    out.status = status;
    return out;
}

struct Client {
    std::vector<std::string> requests;
    std::vector<double> times, first_bytes;
    std::size_t refused = 0, bytes = 0;
    Clock::time_point end;

    void run(std::uint16_t port, Clock::time_point until, bool again)
    {
        int line = connected(port);
        for (std::size_t i = 0; Clock::now() < until && (again || i < requests.size()); ++i) {
            const std::string& request = requests[i % requests.size()];
            const auto begin = Clock::now();
            Answered got = ask(line, request);
            if (got.status == 0) {  // a connection serves so many requests, or so long: the request wasn't heard
                close(line);
                line = connected(port);
                got = ask(line, request);
            }
            times.push_back(since(begin));
            first_bytes.push_back(got.first_byte);
            refused += got.status != 200;
            bytes += got.bytes;
        }
        end = Clock::now();
        close(line);
    }
};

std::vector<std::string> requests_of(const char* path)
{
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> out;
    std::uint32_t length = 0;
    while (file.read(reinterpret_cast<char*>(&length), sizeof length)) {
        out.emplace_back(length, '\0');
        file.read(out.back().data(), length);
    }
    return out;
}

double percentile(std::vector<double>& sorted, double share)
{
    return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

int load(std::uint16_t port, double seconds, bool again, const std::vector<const char*>& files)
{
    std::vector<Client> clients(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) clients[i].requests = requests_of(files[i]);
    std::erase_if(clients, [](const Client& client) { return client.requests.empty(); });
    const auto begin = Clock::now();
    const auto until = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::thread> threads;
    for (auto& client : clients) threads.emplace_back([&client, port, until, again] { client.run(port, until, again); });
    for (auto& thread : threads) thread.join();
    std::vector<double> times, first_bytes;
    std::size_t refused = 0, bytes = 0, fewest = clients.empty() ? 0 : clients[0].times.size();
    auto end = begin;
    for (const auto& client : clients) {
        times.insert(times.end(), client.times.begin(), client.times.end());
        first_bytes.insert(first_bytes.end(), client.first_bytes.begin(), client.first_bytes.end());
        refused += client.refused;
        bytes += client.bytes;
        fewest = std::min(fewest, client.times.size());
        end = std::max(end, client.end);
    }
    std::ranges::sort(times);
    std::ranges::sort(first_bytes);
    std::printf("{\"count\": %zu, \"took\": %.6f, \"refused\": %zu, \"bytes\": %zu, \"fewest\": %zu, \"p50\": %.6f, \"p99\": %.6f,"
                " \"first_p50\": %.6f, \"first_p99\": %.6f}\n",
                times.size(), std::chrono::duration<double>(end - begin).count(), refused, bytes, fewest, percentile(times, 0.5), percentile(times, 0.99),
                percentile(first_bytes, 0.5), percentile(first_bytes, 0.99));
    return 0;
}

}  // namespace

int main(int count, char** arguments)
{
    const std::vector<const char*> given(arguments + 1, arguments + count);
    if (given.size() == 2 && std::strcmp(given[0], "serve") == 0) return serve(given[1]);
    if (given.size() >= 5 && std::strcmp(given[0], "load") == 0)
        return load(static_cast<std::uint16_t>(std::atoi(given[1])), std::atof(given[2]), std::strcmp(given[3], "AGAIN") == 0, {given.begin() + 4, given.end()});
    std::fputs("http_limits serve FILE | load PORT SECONDS ONCE|AGAIN FILE...\n", stderr);
    return 64;
}
