/// One BMC asked by Redfish (DMTF DSP0266): its resources read, one of them changed.
///
/// The address comes from what a machine reported, so it is hostile: it must be an IP address inside `networks`, TLS is
/// always spoken and the certificate always verified before the password is sent, redirects and links to elsewhere are
/// not followed, and answers are bounded.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/location/network.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

struct BmcAccess {
    std::string url;       // "https://{address}": {address} is the BMC's
    std::string user;      // empty: without
    std::string password;
    std::string ca_file;   // empty: the system's CAs
    std::vector<Network> networks;  // no address outside is asked; empty: all are
};

struct Resource {
    std::string path;  // below /redfish/v1
    wire::Json body;   // an object
    std::string etag;  // of its header, else its @odata.etag; empty: it has none
};

/// Null when it isn't there.
const wire::Json* member(const wire::Json& object, const char* name);

class BmcSession {
public:
    /// Nothing is asked yet. Refuse for an address that is none, or that isn't in the networks. All that is asked
    /// together takes `budget` at most, and each answer half a minute: BMCs are slow.
    static Result<BmcSession> open(const BmcAccess& access, const std::string& address,
                                   std::optional<std::chrono::milliseconds> budget = {}, std::stop_token stop = {});

    /// Errors: Retry for the network, Refuse for an answer that is no resource.
    Result<Resource> get(const std::string& path) const;
    /// The members of a collection that the service root links to; none when it has no such collection.
    Result<std::vector<Resource>> members(const Resource& root, const char* name) const;
    /// The status of the answer; If-Match holds the resource's ETag, if it has one. Errors: Retry.
    Result<int> patch(const Resource& resource, const wire::Json& change) const;

private:
    BmcSession(const BmcAccess& access, std::string origin, std::stop_token stop);

    BmcAccess access_;
    std::string origin_;
    std::stop_token stop_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace footing::inventory
