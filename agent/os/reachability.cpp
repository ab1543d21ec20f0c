#include "agent/os/reachability.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "agent/os/fd.hpp"

namespace footing::os {
namespace {

/// The errno of one attempt to connect; 0 if it succeeds.
int try_connect(const addrinfo& address, std::chrono::milliseconds deadline)
{
    Fd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return errno;
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd watched{fd.get(), POLLOUT, 0};
    if (::poll(&watched, 1, static_cast<int>(deadline.count())) <= 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::string sentence(const std::string& where, int error)
{
    if (error == 0) return where + " could not be reached, and can now";
    if (error == ECONNREFUSED) return where + " refuses connections: no server is running there";
    if (error == ENETUNREACH) return "no route to " + where + ": this machine has no usable address yet";
    if (error == EHOSTUNREACH) return "no route to " + where + ": the host does not answer on its network";
    if (error == ETIMEDOUT) return where + " does not answer";
    return where + " can't be reached: " + std::generic_category().message(error);
}

}  // namespace

std::string why_unreachable(const std::string& host, int port, std::chrono::milliseconds deadline)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (failure != 0) return "name '" + host + "' can't be looked up: " + ::gai_strerror(failure);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    // The first address's error counts: the others are mostly IPv6 on a machine without.
    const int error = try_connect(*addresses, deadline);
    return sentence(host + " port " + std::to_string(port), error);
}

}  // namespace footing::os
