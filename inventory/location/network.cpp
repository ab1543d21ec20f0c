#include "inventory/location/network.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace footing::inventory {

std::optional<Network> Network::parse(const std::string& text)
{
    Network out;
    const auto slash = text.find('/');
    const std::string address = text.substr(0, slash);
    out.family_ = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (::inet_pton(out.family_, address.c_str(), out.bytes_.data()) != 1) return {};
    const std::size_t most = out.family_ == AF_INET ? 32 : 128;
    out.length_ = most;
    if (slash != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data() + slash + 1, end, out.length_);
        if (error != std::errc() || at != end || out.length_ > most) return {};
    }
    return out;
}

bool Network::contains(const Network& address) const
{
    if (family_ != address.family_ || address.length_ < length_) return false;
    for (std::size_t bit = 0; bit < length_; ++bit)
        if (((bytes_[bit / 8] ^ address.bytes_[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
    return true;
}

bool is_network(const std::string& text) { return text.find('/') != std::string::npos && Network::parse(text).has_value(); }

}  // namespace footing::inventory
