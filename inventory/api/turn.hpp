/// What few requests may do at a time.
#pragma once

namespace footing::inventory {

/// One of a semaphore's, until it is destroyed; false: all are taken.
template <typename Semaphore>
class Turn {
public:
    explicit Turn(Semaphore& of) : of_(of), taken_(of.try_acquire()) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { if (taken_) of_.release(); }
    explicit operator bool() const { return taken_; }

private:
    Semaphore& of_;
    const bool taken_;
};

}  // namespace footing::inventory
