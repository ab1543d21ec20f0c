#include "inventory/server/connections.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace footing::inventory {

namespace {

using Time = std::chrono::steady_clock;

constexpr std::size_t refusing_threads = 8;
constexpr std::size_t most_refused_waiting = 256;
constexpr std::chrono::seconds refused_head{2};

std::string peer_of(const sockaddr_storage& address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr;
    if (address.ss_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr;
    inet_ntop(address.ss_family, bytes, text.data(), text.size());
    return text.data();
}

void set_up(int socket)
{
    const timeval read{5, 0}, write{10, 0};
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &read, sizeof read);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &write, sizeof write);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

thread_local Connections* Connections::serving_ = nullptr;
thread_local std::uint64_t Connections::serving_id_ = 0;
thread_local bool Connections::too_many_ = false;

Connections::Connections(int listening, ConnectionLimits limits, std::function<void(int)> serve)
    : listening_(listening), limits_(limits), serve_(std::move(serve))
{
    for (std::size_t i = 0; i < limits_.threads; ++i) served_.threads.emplace_back([this] { work(served_); });
    for (std::size_t i = 0; i < refusing_threads; ++i) refused_.threads.emplace_back([this] { work(refused_); });
    clock_ = std::thread([this] { end_overdue(); });
    acceptor_ = std::thread([this] { accept_all(); });
}

Connections::~Connections()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [id, connection] : open_) shutdown(connection.socket, SHUT_RD);
    }
    shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    stopped_.notify_all();
    clock_.join();
    for (auto* lane : {&served_, &refused_}) {
        lane->wake.notify_all();
        for (auto& thread : lane->threads) thread.join();
    }
}

bool Connections::one_too_many() { return too_many_; }

void Connections::allow(std::chrono::seconds time)
{
    if (serving_ == nullptr) return;
    const std::lock_guard lock(serving_->mutex_);
    const auto found = serving_->open_.find(serving_id_);
    if (found != serving_->open_.end()) found->second.deadline = Time::now() + time;
}

void Connections::accept_all()
{
    while (true) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int socket = accept4(listening_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC);
        std::unique_lock lock(mutex_);
        if (stopping_) {
            if (socket >= 0) close(socket);
            return;
        }
        if (socket < 0) {  // EMFILE and the like: who waits in the backlog waits on
            if (errno != EINTR && errno != ECONNABORTED) stopped_.wait_for(lock, std::chrono::milliseconds(20));
            continue;
        }
        set_up(socket);
        const std::string peer = peer_of(address);
        const bool too_many = (limits_.per_peer > 0 && of_peer_[peer] >= limits_.per_peer) ||
                              serving_now_ >= limits_.threads + limits_.waiting;
        const auto id = next_id_++;
        const auto time = too_many ? refused_head : limits_.head;
        open_[id] = {fcntl(socket, F_DUPFD_CLOEXEC, 0), peer, Time::now() + time};
        ++of_peer_[peer];
        if (!too_many) ++serving_now_;
        lock.unlock();
        const auto job = [this, socket, id, too_many] { serve_one(socket, id, too_many); };
        if (enqueue(too_many ? refused_ : served_, too_many ? most_refused_waiting : limits_.threads + limits_.waiting, job)) continue;
        close(socket);
        forget(id);
    }
}

bool Connections::enqueue(Lane& lane, std::size_t most, std::function<void()> job)
{
    {
        const std::lock_guard lock(mutex_);
        if (lane.jobs.size() >= most) return false;
        lane.jobs.push_back(std::move(job));
    }
    lane.wake.notify_one();
    return true;
}

void Connections::work(Lane& lane)
{
    std::unique_lock lock(mutex_);
    while (true) {
        lane.wake.wait(lock, [&] { return stopping_ || !lane.jobs.empty(); });
        if (lane.jobs.empty()) return;
        const auto job = std::move(lane.jobs.front());
        lane.jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

void Connections::serve_one(int socket, std::uint64_t id, bool too_many)
{
    serving_ = this;
    serving_id_ = id;
    too_many_ = too_many;
    if (!too_many) allow(limits_.head);  // it may have waited for this thread
    serve_(socket);
    serving_ = nullptr;
    forget(id);
    const std::lock_guard lock(mutex_);
    if (!too_many) --serving_now_;
}

void Connections::forget(std::uint64_t id)
{
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    close(found->second.socket);
    if (const auto peer = of_peer_.find(found->second.peer); peer != of_peer_.end() && --peer->second == 0) of_peer_.erase(peer);
    open_.erase(found);
}

void Connections::end_overdue()
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        stopped_.wait_for(lock, std::chrono::milliseconds(500));
        const auto now = Time::now();
        for (const auto& [id, connection] : open_)
            if (connection.deadline < now) shutdown(connection.socket, SHUT_RDWR);
    }
}

}  // namespace footing::inventory
