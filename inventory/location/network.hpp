/// IP networks ("10.0.0.0/8", "fd00::/8") and the addresses in them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace footing::inventory {

class Network {
public:
    /// An address without a prefix length is the network of itself alone. Bits beyond the length are taken for none.
    static std::optional<Network> parse(const std::string& text);

    /// Is it inside? An address of another family isn't.
    bool contains(const Network& address) const;
    std::size_t prefix_length() const { return length_; }

private:
    int family_ = 0;  // AF_INET, AF_INET6
    std::array<unsigned char, 16> bytes_{};
    std::size_t length_ = 0;
};

/// Is it a network and no address: with its prefix length?
bool is_network(const std::string& text);

}  // namespace footing::inventory
