/// Memory for what bodies become: as values, JSON takes up to some 30 times its text. Who asks for more than is left
/// waits until it is given back.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace footing::inventory {

class Workspace {
public:
    explicit Workspace(std::size_t bytes) : all_(bytes), free_(bytes) {}

    /// A part of it, or all that there is, until it goes out of scope. One of 0 bytes never waits.
    class Share {
    public:
        Share(Workspace& of, std::size_t bytes) : of_(of), bytes_(std::min(bytes, of.all_)) { of_.take(bytes_); }
        ~Share() { of_.give(bytes_); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        std::size_t bytes() const { return bytes_; }
        /// It turned out to need less.
        void shrink(std::size_t bytes)
        {
            const std::size_t rest = bytes_ - std::min(bytes_, bytes);
            bytes_ -= rest;
            of_.give(rest);
        }

    private:
        Workspace& of_;
        std::size_t bytes_;
    };

private:
    void take(std::size_t bytes)
    {
        if (bytes == 0) return;
        std::unique_lock lock(mutex_);
        given_back_.wait(lock, [&] { return free_ >= bytes; });
        free_ -= bytes;
    }
    void give(std::size_t bytes)
    {
        if (bytes == 0) return;
        {
            const std::lock_guard lock(mutex_);
            free_ += bytes;
        }
        given_back_.notify_all();
    }

    const std::size_t all_;
    std::mutex mutex_;
    std::condition_variable given_back_;
    std::size_t free_;
};

}  // namespace footing::inventory
