#include "inventory/api/etag.hpp"

#include "inventory/api/problem.hpp"
#include "inventory/identity/id.hpp"

namespace footing::inventory {

namespace {

/// A list of tags, as If-Match and If-None-Match carry it. A weak one never matches strongly.
bool lists(const std::string& header, const std::string& tag)
{
    std::size_t from = 0;
    while (from <= header.size()) {
        const auto to = std::min(header.find(',', from), header.size());
        std::string one = header.substr(from, to - from);
        std::erase(one, ' ');
        if (one == "*" || one == tag) return true;
        from = to + 1;
    }
    return false;
}

}  // namespace

std::string etag_of(const std::string& body) { return '"' + sha256_hex(body).substr(0, 32) + '"'; }

Response tagged(const Request& request, Response response)
{
    if (response.status != 200 || response.next_piece || response.content_type.starts_with("text/plain")) return response;
    const std::string tag = etag_of(response.body);
    const std::string known = request.header("If-None-Match");
    if (!known.empty() && lists(known, tag)) return {304, "", {{"ETag", tag}}, "", {}, {}};
    response.headers.emplace_back("ETag", tag);
    return response;
}

std::optional<Response> refuse_unless_match(const Request& request, const std::string& current)
{
    const std::string seen = request.header("If-Match"), tag = etag_of(current);
    if (seen.empty()) return problem(428, "If-Match is missing: send the ETag of what you changed, as GET gave it");
    if (lists(seen, tag)) return {};
    auto refused = problem(412, "somebody changed it meanwhile: look again");
    refused.headers.emplace_back("ETag", tag);
    return refused;
}

}  // namespace footing::inventory
