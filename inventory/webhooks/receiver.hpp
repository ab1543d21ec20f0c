/// Whom webhooks may post to: hosts that the configuration names, and nobody else.
///
/// A URL comes from whoever has an admin's token, and what it reaches is the service's own network: so an address is
/// never judged by what it looks like, a host is listed or it isn't. A listed name is trusted as its DNS is.
#pragma once

#include <string>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::inventory {

struct WebhookReceivers {
    std::vector<std::string> hosts;  // names or addresses as they stand in URLs, in lower case, IPv6 without brackets; none: no webhooks
    std::string ca_file;             // empty: the system's CAs
};

/// Whether it may stand in the list: a host without scheme, port, path or wildcard.
bool is_host(const std::string& text);

/// Refuse: it is no http or https URL, has a user, a password or a fragment (400); its host isn't listed (403).
Result<void> check_receiver(const std::string& url, const std::vector<std::string>& hosts);

/// The host of a URL that check_receiver() took: the rest may be secret.
std::string host_of_receiver(const std::string& url);

}  // namespace footing::inventory
