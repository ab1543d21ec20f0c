#include "inventory/web/web.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/api/problem.hpp"
#include "inventory/api/request_id.hpp"
#include "inventory/api/route_match.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/for_request.hpp"
#include "inventory/store/tokens.hpp"
#include "inventory/web/assets/assets.hpp"
#include "inventory/web/edits.hpp"
#include "inventory/web/pages/frame.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr const char* policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self';"
                               " base-uri 'none'; frame-ancestors 'none'";
constexpr std::size_t largest_form = 16384;

/// UTF-8 without control characters: what can be looked for at all.
bool plain(const std::string& text) { return text.size() <= 1024 && escaped(text).find("\xEF\xBF\xBD") == std::string::npos; }

bool wants_html(const Request& request) { return request.header("Accept").find("text/html") != std::string::npos; }

bool of_api(const std::string& path)
{
    return path.starts_with("/v1/") || path == "/metrics" || path == "/healthz" || path == "/readyz";
}

/// What the API's answer to an edit says, for people.
std::string sentence_of(const Response& response)
{
    const auto body = wire::Json::parse(response.body, nullptr, false);
    return body.is_object() ? body.value("detail", "") : "";
}

Response answer(int status, std::string_view type, std::string body)
{
    Response out;
    out.status = status;
    out.content_type = type;
    out.body = std::move(body);
    return out;
}

/// "/v1/machines/{id}" with what the page's own address has for {id}.
std::string filled(std::string path, const std::map<std::string, std::string>& captures)
{
    for (const auto& [name, value] : captures)
        if (const auto at = path.find('{' + name + '}'); at != std::string::npos) path.replace(at, name.size() + 2, value);
    return path;
}

Response elsewhere(const Url& to, const std::string& cookie = "")
{
    Response out = answer(303, "text/plain; charset=utf-8", "see " + to.text() + "\n");
    out.headers.emplace_back("Location", to.text());
    if (!cookie.empty()) out.headers.emplace_back("Set-Cookie", cookie);
    return out;
}

}  // namespace

struct Web::PageRoute {
    const char* path;
    std::vector<std::string_view> parameters;
    PageFunction page;
    std::vector<const char*> asks{};  // of the API, by GET: what the page shows or changes
};

const std::vector<Web::PageRoute>& Web::pages()
{
    static const std::vector<PageRoute> all{
        {"/", {"at"}, home_page},
        {"/rooms/{key}", {"at"}, room_page},
        {"/rows/{key}", {"at"}, row_page},
        {"/racks/{key}", {"at", "highlight"}, rack_page},
        {"/racks/{key}/labels", {"at"}, labels_page},
        {"/machines/{id}", {"at"}, machine_page, {"/v1/machines/{id}/location", "/v1/machines/{id}/locate"}},
        {"/machines/{id}/explain", {"at"}, explain_page, {"/v1/machines/{id}/identity", "/v1/machines/{id}/location", "/v1/machines/{id}/certificates"}},
        {"/machines/{id}/label", {"at"}, labels_page},
        {"/disks/{id}", {"at"}, disk_page, {"/v1/disks/{id}", "/v1/disks/{id}/state"}},
        {"/disks", {"at", "state", "room", "model", "after"}, disks_page},
        {"/search", {"at", "q"}, search_page},
        {"/conflicts", {"at"}, conflicts_page},
        {"/changes", {"at", "days", "kind", "machine", "disk"}, changes_page},
        {"/suggestions", {}, suggestions_page, {"/v1/suggestions"}},
        {"/walk", {"at"}, walk_page},
        {"/accuracy", {"at"}, accuracy_page},
    };
    return all;
}

struct Web::Found {
    const PageRoute* page = nullptr;
    std::map<std::string, std::string> captures;
    bool post = false;     // /login, /logout, /edit/…
    bool form = false;     // GET /login
    bool for_api = false;
    std::optional<Asset> asset;
};

/// A page shows the whole of a list, however many of the API's pages that takes.
void Web::read_on(Request question, wire::Json& body)
{
    while (body.is_object() && body.value("next", wire::Json()).is_string()) {
        question.query = {{"limit", "1000"}, {"cursor", body["next"].get<std::string>()}};
        const Response answer = api_.handle(question, Listener::All);
        auto more = wire::Json::parse(answer.body, nullptr, false);
        if (answer.status != 200 || !more.is_object()) return;
        for (auto& [name, list] : body.items())
            if (list.is_array())
                for (auto& row : more[name]) list.push_back(std::move(row));
        body["next"] = more["next"];
    }
}

std::map<std::string, Asked> Web::ask(const std::vector<const char*>& paths, const std::map<std::string, std::string>& captures,
                                      const Session& session)
{
    std::map<std::string, Asked> out;
    for (const char* path : paths) {
        Request question;
        question.method = "GET";
        question.path = filled(path, captures);
        if (!session.token.empty()) question.headers.emplace("Authorization", "Bearer " + session.token);
        const Response answer = api_.handle(question, Listener::All);
        if (answer.status != 200) continue;
        Asked& asked = out[path];
        asked.body = wire::Json::parse(answer.body, nullptr, false);
        read_on(question, asked.body);
        for (const auto& [name, value] : answer.headers)
            if (name == "ETag") asked.tag = value;
    }
    return out;
}

Web::Web(Store& store, Api& api, std::chrono::seconds live_for, OpenRead open_read, Https https, Clock clock)
    : store_(store), api_(api), live_for_(live_for), open_read_(open_read), https_(https), clock_(std::move(clock))
{
}

Web::Found Web::find(const Request& request)
{
    Found out;
    const std::string& path = request.path;
    if (of_api(path)) {
        out.for_api = true;
    } else if (request.method == "POST") {
        out.post = path == "/login" || path == "/logout" || path.starts_with("/edit/");
    } else if (request.method == "GET" || request.method == "HEAD") {
        if (auto file = captures_of("/assets/{version}/{name}", path)) out.asset = asset(file->at("version"), file->at("name"));
        out.form = path == "/login";
        for (const auto& route : pages())
            if (auto captures = captures_of(route.path, path); captures && plain(path)) {
                out.page = &route;
                out.captures = std::move(*captures);
            }
    }
    const bool ours = out.page != nullptr || out.post || out.form || out.asset;
    if (!ours && !out.for_api) out.for_api = !wants_html(request);  // its 404 and 405 are for programs
    return out;
}

Result<Session> Web::session_of(const Request& request)
{
    Session session{page_token(request), {}};
    if (session.token.empty()) return session;
    const auto role = store_.read([&](Sql& sql) { return role_of_token(sql, token_hash(session.token), clock_()); });
    if (!role) return std::unexpected(role.error());
    session.role = *role;
    return session;
}

namespace {

/// With the cookie as the token of a GET: links from the pages lead into the API. Never of what changes something.
Request as_bearer(const Request& request)
{
    Request out = request;
    const std::string token = page_token(request);
    if (request.method == "GET" && request.header("Authorization").empty() && !token.empty()) out.headers.emplace("Authorization", "Bearer " + token);
    return out;
}

}  // namespace

std::optional<Response> Web::refuse(const Request& head, Listener listener)
{
    if (listener == Listener::ReportsOnly) return api_.refuse(head, listener);
    const auto found = find(head);
    if (found.for_api) return api_.refuse(as_bearer(head), listener);
    if (!found.post) return {};
    const std::string length = head.header("Content-Length");
    if (!head.header("Transfer-Encoding").empty() || length.empty())
        return finish(head, shown(head, error_page(411, "A form is sent with a Content-Length."), {}));
    if (length.size() > 6 || std::strtoull(length.c_str(), nullptr, 10) > largest_form)
        return finish(head, shown(head, error_page(413, "The form is too large."), {}));
    return {};
}

Response Web::handle(const Request& request, Listener listener)
{
    const auto found = listener == Listener::ReportsOnly ? Found{nullptr, {}, false, false, true, {}} : find(request);
    if (found.for_api) return api_.handle(as_bearer(request), listener);
    const ForRequest scope(request_id_of(request));  // a form's write is by the API, for this request
    if (found.asset) {
        Response file = answer(200, found.asset->type, std::string(found.asset->bytes));
        file.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
        return finish(request, std::move(file));
    }
    const auto session = session_of(request);
    if (!session) return finish(request, shown(request, error_page(problem(session.error()).status, session.error().message), {}));
    if (found.form) return finish(request, shown(request, login_page("Log in to see the inventory.", "/", 200), *session));
    if (found.post && request.path == "/login") return finish(request, log_in(request));
    if (found.post) return finish(request, edit(request, *session));
    if (found.page == nullptr) return finish(request, shown(request, error_page(404, "There is no page at this address."), *session));

    for (const auto& [name, value] : request.query)
        if (std::ranges::find(found.page->parameters, name) == found.page->parameters.end() || request.query.count(name) > 1 || !plain(value))
            return finish(request, shown(request, error_page(400, fmt::format("This page takes no parameter '{}', or not that one.", name)), *session));
    if (open_read_ == OpenRead::No && !session->may_read()) {
        const char* why = session->token.empty() ? "Log in to see this page." : session->role ? "This token may only report. Log in with one that may read." : "The token is unknown or revoked. Log in again.";
        std::string next = request.path;
        for (char joint = '?'; const auto& [name, value] : request.query) {
            next += joint + percent_encoded(name) + "=" + percent_encoded(value);
            joint = '&';
        }
        return finish(request, shown(request, login_page(why, next, session->role ? 403 : 401), *session));
    }
    return finish(request, show(request, *session, *found.page, found.captures));
}

Response Web::show(const Request& request, const Session& session, const PageRoute& route, const std::map<std::string, std::string>& captures)
{
    Moment moment{latest, clock_(), live_for_};
    if (const std::string text = request.parameter("at"); !text.empty()) {
        const auto at = parse_instant(text);
        if (!at) return shown(request, error_page(400, at.error().message), session);
        moment.at = to_string(*at);
    }
    // Before the page's snapshot: a tag is never newer than what the person sees.
    const auto answers = moment.past() ? std::map<std::string, Asked>{} : ask(route.asks, captures, session);
    std::size_t open = 0;
    const auto made = store_.read([&](Sql& sql) {
        open = conflicts(sql, "", moment.at).size();
        return route.page({sql, request, captures, session, moment, api_.rules(), answers, api_.overviews()});
    });
    if (!made) return shown(request, error_page(problem(made.error()).status, made.error().message), session);
    if (!*made) return shown(request, error_page(404, "Nothing is known of what this address names" + std::string(moment.past() ? " at that time." : ".")), session, open);
    if ((*made)->instead) return elsewhere(*(*made)->instead);
    return shown(request, **made, session, open);
}

Response Web::shown(const Request& request, const Page& page, const Session& session, std::size_t open_conflicts)
{
    Moment moment{latest, clock_(), live_for_};
    if (const auto at = parse_instant(request.parameter("at"))) moment.at = to_string(*at);
    Response out = answer(page.status, "text/html; charset=utf-8", document(page, {session, moment, request, open_conflicts}));
    if (page.status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer");  // a browser asks by the form instead
    if (page.status == 503) out.headers.emplace_back("Retry-After", "2");
    return out;
}

Response Web::log_in(const Request& request)
{
    const auto form = form_of(request);
    if (!form || from_elsewhere(request)) return shown(request, error_page(403, "This form was not sent by our login page."), {});
    const auto field = [&](const char* name) { return form->contains(name) ? form->at(name) : std::string(); };
    std::string token = field("token");
    std::erase_if(token, [](unsigned char c) { return c <= ' '; });  // pasted with a line end
    Request with = request;
    with.headers.erase("Cookie");
    with.headers.erase("Authorization");
    with.headers.emplace("Authorization", "Bearer " + token);
    const auto session = session_of(with);
    if (!session) return shown(request, error_page(problem(session.error()).status, session.error().message), {});
    if (!session->may_read())
        return shown(request, login_page(session->role ? "This token may only report; a token with role read or admin is needed." : "The token is unknown or revoked.", field("next"), session->role ? 403 : 401), {});
    const auto next = Url::local(field("next"));
    return elsewhere(next ? *next : Url(Path("/")), login_cookie(session->token, request, https_ == Https::Yes));
}

Response Web::edit(const Request& request, const Session& session)
{
    const auto form = form_of(request);
    const auto field = [&](const char* name) { return form && form->contains(name) ? form->at(name) : std::string(); };
    if (session.token.empty()) return shown(request, login_page("Log in to change this.", field("back"), 401), session);
    if (!form || from_elsewhere(request) || !proves(field("proof"), session.token))
        return shown(request, error_page(403, "This form was not made for you by these pages. Go back, load the page again and repeat it."), session);
    if (request.path == "/logout") return elsewhere(Url(Path("/login")), logout_cookie());
    const bool readable = std::ranges::all_of(*form, [](const auto& given) { return plain(given.second); });
    if (!readable) return shown(request, error_page(400, "The form has bytes that are no text."), session);
    auto asked = edit_of(request.path, *form);
    if (!asked) return shown(request, error_page(404, "Nothing can be changed at this address."), session);
    asked->headers.emplace("Authorization", "Bearer " + session.token);
    const Response done = api_.handle(*asked, Listener::All);
    const auto back = Url::local(field("back"));
    if (done.status == 412)
        return shown(request, error_page(412, "Somebody changed it since you loaded the page, so nothing was changed. Look again.", back), session);
    if (done.status == 308) return shown(request, error_page(409, "This machine was merged into another meanwhile.", back), session);
    if (done.status >= 300) return shown(request, error_page(done.status, sentence_of(done), back), session);
    return elsewhere(back ? *back : Url(Path("/")));
}

Response Web::finish(const Request& request, Response response)
{
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    return api_.finish(request, std::move(response));
}

}  // namespace footing::inventory
