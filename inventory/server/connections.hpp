/// The connections of one listener: how many there may be, of whom, and for how long.
///
/// httplib gives each connection a thread until it ends. So each has a deadline that no trickle of bytes moves, a peer
/// can't take them all, and who comes when all are taken is told so (503) by a few threads that are kept for that.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace footing::inventory {

struct ConnectionLimits {
    std::size_t threads = 256;    // connections that are served at once
    std::size_t waiting = 1024;   // accepted ones that wait for a thread
    std::size_t per_peer = 32;    // of one address: eight would have to come together; 0: no limit (behind a proxy)
    std::chrono::seconds head{10};   // from the connection's first byte, or the last answer's, to the end of the head
    std::chrono::seconds body{60};   // from there to the end of the body
    std::chrono::seconds answer{600};  // from there to its last byte
};

class Connections {
public:
    /// `serve` answers a connection's requests and closes it.
    Connections(int listening, ConnectionLimits limits, std::function<void(int socket)> serve);
    /// Stops accepting, cuts off who sends nothing, waits for what is being answered.
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// For the thread that serves a connection: is it one too many?
    static bool one_too_many();
    /// A new deadline for this thread's connection.
    static void allow(std::chrono::seconds time);

private:
    struct Connection {
        int socket = -1;  // a duplicate: httplib closes its own before we hear of it
        std::string peer;
        std::chrono::steady_clock::time_point deadline;
    };
    struct Lane {
        std::deque<std::function<void()>> jobs;
        std::condition_variable wake;
        std::vector<std::thread> threads;
    };

    void accept_all();
    void end_overdue();
    void work(Lane& lane);
    bool enqueue(Lane& lane, std::size_t most, std::function<void()> job);
    void serve_one(int socket, std::uint64_t id, bool too_many);
    void forget(std::uint64_t id);

    static thread_local Connections* serving_;
    static thread_local std::uint64_t serving_id_;
    static thread_local bool too_many_;

    const int listening_;
    const ConnectionLimits limits_;
    const std::function<void(int)> serve_;
    std::mutex mutex_;
    bool stopping_ = false;
    std::condition_variable stopped_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Connection> open_;
    std::map<std::string, std::size_t> of_peer_;
    std::size_t serving_now_ = 0;  // in the first lane, waiting ones too
    Lane served_, refused_;
    std::thread acceptor_, clock_;
};

}  // namespace footing::inventory
