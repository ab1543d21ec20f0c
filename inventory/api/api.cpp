#include "inventory/api/api.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "inventory/api/etag.hpp"
#include "inventory/api/gzip.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/request_id.hpp"
#include "inventory/api/route_match.hpp"
#include "inventory/markup/url.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/disk_list.hpp"
#include "inventory/store/for_request.hpp"
#include "inventory/store/tokens.hpp"
#include "inventory/views/machine_list.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest_parameter = 1024;  // characters

std::string quoted(const std::string& text)
{
    std::string out;
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

/// UTF-8 without control characters: what a database may be asked for.
bool storable(const std::string& text)
{
    return wire::characters(text) <= longest_parameter && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }) &&
           !wire::Json::parse('"' + quoted(text) + '"', nullptr, false).is_discarded();
}

/// RFC 8288: the same question with the next cursor.
std::string next_link(const Request& request, const std::string& cursor)
{
    std::string query;
    for (const auto& [name, value] : request.query)
        if (name != "cursor") query += fmt::format("{}={}&", percent_encoded(name), percent_encoded(value));
    return fmt::format("<{}?{}cursor={}>; rel=\"next\"", request.path, query, percent_encoded(cursor));
}

/// RFC 9457's instance, and the id to ask us about.
void complete_problem(const Request& request, const std::string& request_id, Response& response)
{
    auto body = wire::Json::parse(response.body, nullptr, false);
    if (!body.is_object()) return;
    body["instance"] = request.path;
    body["request_id"] = request_id;
    response.body = wire::text_of(body);
}

/// What a large body became goes back to the machine before another takes its share: each thread's heap would keep it.
struct ReturnMemory {
    const Workspace::Share& share;
    ~ReturnMemory()
    {
        if (share.bytes() > largest_body / 8) malloc_trim(0);
    }
};

std::optional<Response> refuse_framing(const Request& head)
{
    if (!head.header("Transfer-Encoding").empty())
        return problem(411, "Transfer-Encoding is not accepted, send the body with a Content-Length");
    if (const auto encoding = head.header("Content-Encoding"); !encoding.empty() && encoding != "gzip" && encoding != "identity")
        return problem(415, "this Content-Encoding is not accepted, send gzip or none");
    if (head.header("Content-Type").starts_with("multipart/")) return problem(415, "a body in parts is not accepted, send what it is alone");
    if ((head.method == "POST" || head.method == "PUT") && head.header("Content-Length").empty()) return problem(411, "Content-Length is missing");
    const std::string length = head.header("Content-Length");
    if (length.size() > 12 || (!length.empty() && std::strtoull(length.c_str(), nullptr, 10) > largest_body))
        return problem(413, fmt::format("the body has {} bytes, {} are accepted", length, largest_body));
    return {};
}

/// Of parameters that are no fields; list_query.hpp has those that are.
bool may_be_empty(std::string_view parameter)
{
    static constexpr std::array others{"at", "conflict", "count", "dry_run", "expand", "face", "fields", "format", "highlight", "limit", "partial", "port", "render", "replace", "seen_before", "since", "sort", "wait"};
    return std::ranges::find(others, parameter) == others.end();
}

}  // namespace

Api::Api(Store& store, IntakeRules rules, OpenRead open_read, Clock clock, std::optional<permits::SigningKey> permit_key, AsksBmcs asks_bmcs,
         std::vector<std::string> webhook_hosts)
    : store_(store), rules_(std::move(rules)), open_read_(open_read), clock_(std::move(clock)), permit_key_(std::move(permit_key)), asks_bmcs_(asks_bmcs),
      webhook_hosts_(std::move(webhook_hosts))
{
}

const std::vector<Api::Route>& Api::routes()
{
    static const std::vector<Route> all{
        {"POST", "/v1/reports", Role::Report, {}, &Api::post_report},
        {"POST", "/v1/reports/probe", Role::Report, {}, &Api::post_probe},
        {"GET", "/v1/reports/{id}", Role::Read, {}, &Api::get_report},
        {"POST", "/v1/reports/{id}/replay", Role::Admin, {}, &Api::post_replay},
        {"GET", "/v1/changes", Role::Read, {"since", "kind", "machine", "disk", "limit", "wait"}, &Api::get_changes},
        {"GET", "/v1/webhooks", Role::Admin, {}, &Api::get_webhooks},
        {"POST", "/v1/webhooks", Role::Admin, {}, &Api::post_webhook},
        {"GET", "/v1/webhooks/{id}", Role::Admin, {}, &Api::get_webhook},
        {"DELETE", "/v1/webhooks/{id}", Role::Admin, {}, &Api::delete_webhook},
        {"POST", "/v1/admissions", Role::Report, {}, &Api::post_admission},
        {"GET", "/v1/machines", Role::Read, {"conflict", "seen_before", "sort", "fields", "expand", "count", "limit", "cursor", "at"}, &Api::get_machines, &machine_fields()},
        {"GET", "/v1/machines/{id}", Role::Read, {"expand", "at"}, &Api::get_machine},
        {"GET", "/v1/machines/{id}/disks", Role::Read, {"at"}, &Api::get_machine_disks},
        {"GET", "/v1/machines/{id}/nics", Role::Read, {"at"}, &Api::get_machine_nics},
        {"GET", "/v1/machines/{id}/neighbours", Role::Read, {"at"}, &Api::get_machine_neighbours},
        {"GET", "/v1/machines/{id}/identifiers", Role::Read, {"at"}, &Api::get_machine_identifiers},
        {"POST", "/v1/machines/{id}/release-drives", Role::Admin, {}, &Api::post_drive_release},
        {"GET", "/v1/disks", Role::Read, {"sort", "fields", "count", "limit", "cursor", "at"}, &Api::get_disks, &disk_fields()},
        {"GET", "/v1/disks/{id}", Role::Read, {"at"}, &Api::get_disk},
        {"GET", "/v1/disks/{id}/history", Role::Read, {}, &Api::get_disk_history},
        {"GET", "/v1/disks/{id}/state", Role::Read, {"at"}, &Api::get_disk_state},
        {"PUT", "/v1/disks/{id}/state", Role::Admin, {}, &Api::put_disk_state},
        {"POST", "/v1/disks/{id}/forget-enrolment", Role::Admin, {}, &Api::post_forgotten_enrolment},
        {"GET", "/v1/machines/{id}/location", Role::Read, {"at"}, &Api::get_location},
        {"PUT", "/v1/machines/{id}/location", Role::Admin, {}, &Api::put_location},
        {"DELETE", "/v1/machines/{id}/location", Role::Admin, {}, &Api::delete_location},
        {"GET", "/v1/machines/{id}/locate", Role::Read, {}, &Api::get_locate},
        {"PUT", "/v1/machines/{id}/locate", Role::Admin, {}, &Api::put_locate},
        {"DELETE", "/v1/machines/{id}/locate", Role::Admin, {}, &Api::delete_locate},
        {"GET", "/v1/machines/{id}/certificates", Role::Read, {}, &Api::get_certificates},
        {"DELETE", "/v1/machines/{id}/certificates", Role::Admin, {"subject"}, &Api::delete_certificate},
        {"GET", "/v1/suggestions", Role::Read, {"limit", "cursor"}, &Api::get_suggestions},
        {"GET", "/v1/machines/{id}/identity", Role::Read, {"at"}, &Api::get_identity},
        {"GET", "/v1/machines/{id}/history", Role::Read, {"since", "kind", "limit", "cursor"}, &Api::get_machine_history},
        {"POST", "/v1/machines/{id}/merge", Role::Admin, {}, &Api::post_merge},
        {"POST", "/v1/machines/{id}/split", Role::Admin, {}, &Api::post_split},
        {"POST", "/v1/changes/{seq}/revert", Role::Admin, {}, &Api::post_revert},
        {"GET", "/v1/conflicts", Role::Read, {"machine", "limit", "cursor", "at"}, &Api::get_conflicts},
        {"GET", "/v1/conflicts/{id}", Role::Read, {}, &Api::get_conflict},
        {"POST", "/v1/conflicts/{id}/resolve", Role::Admin, {}, &Api::post_resolution},
        {"GET", "/v1/blacklist", Role::Read, {"kind", "value", "limit", "cursor", "at"}, &Api::get_blacklist},
        {"DELETE", "/v1/blacklist", Role::Admin, {"kind", "value"}, &Api::delete_blacklist},
        {"GET", "/v1/rooms", Role::Read, {"at"}, &Api::get_rooms},
        {"GET", "/v1/rooms/{id}/map", Role::Read, {"render", "at"}, &Api::get_room_map},
        {"GET", "/v1/alarms", Role::Read, {"limit", "cursor", "at"}, &Api::get_alarms},
        {"GET", "/v1/alarms/{id}", Role::Read, {}, &Api::get_alarm},
        {"POST", "/v1/alarms/{id}/acknowledge", Role::Admin, {}, &Api::post_acknowledgement},
        {"GET", "/v1/racks/{id}/elevation", Role::Read, {"render", "highlight", "face", "at"}, &Api::get_elevation},
        {"GET", "/v1/search", Role::Read, {"q", "limit"}, &Api::get_search},
        {"GET", "/v1/feeds/prometheus/http_sd", Role::Read, {"port"}, &Api::get_http_sd},
        {"GET", "/v1/feeds/ansible/inventory", Role::Read, {}, &Api::get_ansible},
        {"GET", "/v1/feeds/salt/roster", Role::Read, {}, &Api::get_roster},
        {"GET", "/v1/feeds/salt/pillar/{minion}", Role::Read, {}, &Api::get_pillar},
        {"GET", "/v1/feeds/swift/ring", Role::Read, {"role", "port", "nic", "network"}, &Api::get_ring},
        {"GET", "/v1/releases/{id}/pre-image", Role::Admin, {}, &Api::get_pre_image},
        {"POST", "/v1/imports/{kind}", Role::Admin, {"dry_run", "partial", "replace"}, &Api::post_import},
        {"GET", "/v1/exports/{kind}", Role::Read, {"format", "at"}, &Api::get_export},
        {"POST", "/v1/permits", Role::Admin, {}, &Api::post_permit},
        {"POST", "/v1/permits/{id}/spend", Role::Report, {}, &Api::post_spending},
        {"GET", "/metrics", Role::Read, {}, &Api::get_metrics},
        {"GET", "/v1/openapi.json", std::nullopt, {}, &Api::get_openapi},
        {"GET", "/healthz", std::nullopt, {}, &Api::get_health},
        {"GET", "/readyz", std::nullopt, {}, &Api::get_ready},
    };
    return all;
}

/// Whose token was good once may have mounted what it was given then: its boot isn't silent (intake/boots.hpp). Written at
/// most once a minute for each, whoever may ask how often.
void Api::note_refused(const std::string& hash, const std::string& boot_id)
{
    constexpr std::size_t longest = 128;
    const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; };
    if (boot_id.empty() || boot_id.size() > longest || !std::ranges::all_of(boot_id, is_plain)) return;
    const Instant now = clock_();
    const auto is_news = store_.read([&](Sql& sql) {
        const std::string heard = run_of(sql, boot_id).last_seen;
        return !heard.empty() && heard < to_string(now - std::chrono::minutes(1)) && was_token(sql, hash);
    });
    if (is_news && *is_news) (void)store_.write([&](Sql& sql) { note_heard(sql, boot_id, now); });
}

std::optional<Response> Api::refuse_bearer(const Request& head, Role needed)
{
    if (needed == Role::Read && open_read_ == OpenRead::Yes) return {};
    const auto token = token_of_header(head.header("Authorization"));
    if (!token) return problem(401, fmt::format("a token with role {} is needed: Authorization: Bearer TOKEN", to_string(needed)));
    const auto role = store_.read([&](Sql& sql) { return role_of_token(sql, token_hash(*token), clock_()); });
    if (!role) return problem(role.error());
    if (!*role) {
        if (needed == Role::Report) note_refused(token_hash(*token), head.header("Footing-Boot"));
        return problem(401, "the token is unknown, revoked or expired");
    }
    if (!allows(**role, needed))
        return problem(403, fmt::format("the token has role {}, {} is needed", to_string(**role), to_string(needed)));
    return {};
}

Api::Found Api::find(const Request& head, Listener listener)
{
    const std::string method = head.method == "HEAD" ? "GET" : head.method;
    std::vector<std::string> allowed;
    bool literal = false;
    Found out;
    for (const auto& route : routes()) {
        // What agents need and no more: a report must never queue behind people, nor the other way round.
        if (listener == Listener::ReportsOnly && (route.role == Role::Read || route.role == Role::Admin)) continue;
        auto captures = captures_of(route.path, head.path);
        if (!captures || (literal && !captures->empty())) continue;
        if (captures->empty() && !literal) {  // "/v1/reports/probe" is no report's id
            literal = true;
            allowed.clear();
            out = {};
        }
        allowed.emplace_back(route.method);
        if (method != route.method) continue;
        out.route = &route;
        out.captures = std::move(*captures);
    }
    if (out.route == nullptr) {
        out.refused = allowed.empty() ? problem(404, "there is nothing at this path")
                                      : problem(405, fmt::format("this path takes {}", fmt::join(allowed, ", ")));
        if (!allowed.empty()) out.refused->headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
        return out;
    }
    if (out.route->role) out.refused = refuse_bearer(head, *out.route->role);
    if (!out.refused) out.refused = refuse_framing(head);
    if (!out.refused && !std::ranges::all_of(out.captures, [](const auto& given) { return storable(given.second); }))
        out.refused = problem(404, "there is nothing at this path");
    static const Fields none;
    const Fields& fields = out.route->fields == nullptr ? none : *out.route->fields;
    const auto& parameters = out.route->parameters;
    for (auto at = head.query.begin(); !out.refused && at != head.query.end(); ++at) {
        const bool single = std::ranges::find(parameters, at->first) != parameters.end();
        const auto field = asked_field(fields, at->first, parameters);
        if (!single && parameters.empty()) out.refused = problem(400, fmt::format("unknown parameter '{}', this path takes none", at->first));
        else if (!single && !field) out.refused = problem(field.error());
        else if (!storable(at->second))
            out.refused = problem(400, fmt::format("parameter '{}' has bytes that are no text", at->first));
        else if (at->second.empty() && !(single ? may_be_empty(at->first) : may_be_empty(*field)))
            out.refused = problem(400, fmt::format("parameter '{}' is empty", at->first));
        else if (single && head.query.count(at->first) > 1)
            out.refused = problem(400, fmt::format("parameter '{}' is given twice", at->first));
    }
    return out;
}

std::optional<Response> Api::refuse(const Request& head, Listener listener)
{
    auto found = find(head, listener);
    if (!found.refused) return {};
    return finish(head, std::move(*found.refused));
}

Response Api::handle(const Request& request, Listener listener)
{
    const auto begin = std::chrono::steady_clock::now();
    const ForRequest scope(request_id_of(request));
    auto found = find(request, listener);
    if (found.refused) return finish(request, std::move(*found.refused));
    auto response = finish(request, answer(*found.route, found.captures, request));
    const auto took = std::chrono::steady_clock::now() - begin;
    metrics_.time(found.route->method, found.route->path, took);
    response.headers.emplace_back("Server-Timing", fmt::format("app;dur={:.1f}", std::chrono::duration<double, std::milli>(took).count()));
    return response;
}

Response Api::answer(const Route& route, const Captures& captures, const Request& request)
{
    const bool packed = !request.body.empty() && request.header("Content-Encoding") == "gzip";
    Workspace::Share share(workspace_, packed ? largest_body : request.body.size());
    const ReturnMemory after{share};
    if (!packed) return (this->*route.handler)(request, captures);
    Request plain = request;
    auto body = gunzip(request.body, largest_body);
    share.shrink(body ? body->size() : 0);
    if (!body) return problem(body.error());
    plain.body = std::move(*body);
    plain.headers.erase("Content-Encoding");
    return (this->*route.handler)(plain, captures);
}

Response Api::finish(const Request& request, Response response)
{
    const std::string request_id = request_id_of(request);
    if (response.content_type == "application/problem+json") complete_problem(request, request_id, response);
    if (request.method == "GET" || request.method == "HEAD") response = tagged(request, std::move(response));
    if (!response.next_cursor.empty()) response.headers.emplace_back("Link", next_link(request, response.next_cursor));
    metrics_.count("footing_inventory_http_responses_total", "answers, by HTTP status", {{"status", fmt::to_string(response.status)}});
    response.headers.emplace_back("X-Request-Id", request_id);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    const auto cached = [](const auto& header) { return header.first == "Cache-Control"; };
    if (std::ranges::none_of(response.headers, cached)) response.headers.emplace_back("Cache-Control", "private, no-cache");
    return response;
}

}  // namespace footing::inventory
