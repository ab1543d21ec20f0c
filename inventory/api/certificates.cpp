/// /v1/machines/{id}/certificates: the client certificates that a machine's reports come with, and the way out when one was
/// lost or renamed.
#include "inventory/store/certificates.hpp"

#include <algorithm>

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/markup/url.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json certificates_json(const std::string& machine_id, const std::vector<CertificateRow>& bound)
{
    Json items = Json::array();
    for (const auto& row : bound) items.push_back({{"subject", row.subject}, {"machine", row.machine_id}, {"bound_at", row.bound_at}});
    return {{"id", machine_id}, {"certificates", std::move(items)}};
}

}  // namespace

Response Api::get_certificates(const Request&, const Captures& captures)
{
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, captures.at("id"), "/certificates");
        if (!row) return row.error();
        return {200, "application/json", {}, wire::text_of(certificates_json(row->id, certificates_of(sql, row->id)))};
    });
    return answer ? *answer : problem(answer.error());
}

Response Api::delete_certificate(const Request& request, const Captures& captures)
{
    const std::string &id = captures.at("id"), subject = request.parameter("subject");
    if (subject.empty()) return problem(400, "subject is missing: the name of the certificate, as GET gives it");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, id, "/certificates?subject=" + percent_encoded(subject));
        if (!row) return row.error();
        const auto bound = certificates_of(sql, id);
        if (!std::ranges::contains(bound, subject, &CertificateRow::subject)) return problem(404, "this machine reports with no such certificate");
        if (auto refused = refuse_unless_match(request, wire::text_of(certificates_json(id, bound)))) return *refused;
        end_certificate(sql, subject, id, "a person ended it", person_of(sql, request, Json::object()), clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
