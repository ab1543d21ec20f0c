/// /v1/webhooks: who is told of changes without asking.
#include "inventory/store/webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/webhooks/receiver.hpp"
#include "inventory/webhooks/signature.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t most_webhooks = 64, most_kinds = 64, longest_kind = 64;
constexpr const char* posts_to_nobody = "this service posts to nobody: its configuration has no webhooks.hosts";

/// All but its secret.
Json json_of(const WebhookRow& row)
{
    return {{"id", row.id}, {"url", row.url}, {"kinds", row.kinds}, {"note", text_or_null(row.note)}, {"by", row.by}, {"created_at", row.created_at},
            {"seq", row.seq}, {"posted_at", text_or_null(row.posted_at)}, {"status", row.status == 0 ? Json(nullptr) : Json(row.status)},
            {"why", text_or_null(row.why)}, {"tries", row.tries}, {"next_try", row.tries == 0 ? Json(nullptr) : Json(row.due_at)}};
}

bool is_kind(const Json& value)
{
    if (!value.is_string()) return false;
    const auto& word = value.get_ref<const std::string&>();
    return !word.empty() && word.size() <= longest_kind && std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

Result<std::vector<std::string>> kinds_of(const Json& asked)
{
    const auto found = asked.find("kinds");
    if (found == asked.end() || found->is_null()) return {};
    if (found->size() > most_kinds || !std::ranges::all_of(*found, is_kind))
        return fail(ErrorKind::Refuse, fmt::format("/kinds is wrong, expected {} kinds of the feed at most, such as \"moved\"", most_kinds));
    return found->get<std::vector<std::string>>();
}

/// Of the number that it is to begin behind, where `asked` says one.
Result<std::optional<std::uint64_t>> since_of(const Json& asked)
{
    const auto found = asked.find("since");
    if (found == asked.end() || found->is_null()) return {};
    if (!found->is_number_unsigned()) return fail(ErrorKind::Refuse, "/since is wrong, expected a number of the feed, or 0");
    return found->get<std::uint64_t>();
}

Result<WebhookRow> webhook_of(const Json& asked, const std::vector<std::string>& hosts)
{
    WebhookRow row;
    row.url = wire::text_at(asked, "url");
    if (row.url.empty()) return fail(ErrorKind::Refuse, "/url is missing");
    if (const auto allowed = check_receiver(row.url, hosts); !allowed) return in_context("/url", allowed.error());
    auto kinds = kinds_of(asked);
    if (!kinds) return std::unexpected(kinds.error());
    row.kinds = std::move(*kinds);
    row.note = wire::text_at(asked, "note");
    row.id = mint_id();
    row.secret = mint_webhook_secret();
    return row;
}

/// Everybody who may read the feed reads this: of the URL, which may have a secret in it, only the host.
void tell(Sql& sql, const char* kind, const WebhookRow& row, const std::string& by, Instant now)
{
    const std::string sentence = fmt::format("changes are {}posted to {}", std::string(kind) == "webhook_added" ? "" : "no longer ", host_of_receiver(row.url));
    record(sql, {0, "", kind, "", "", sentence, wire::text_of({{"webhook", row.id}}), by}, now);
}

}  // namespace

Response Api::get_webhooks(const Request&, const Captures&)
{
    const auto body = store_.read([](Sql& sql) {
        Json items = Json::array();
        for (const auto& row : webhooks(sql)) items.push_back(json_of(row));
        return Json{{"webhooks", std::move(items)}};
    });
    return body ? Response{200, "application/json", {}, wire::text_of(*body)} : problem(body.error());
}

Response Api::get_webhook(const Request&, const Captures& captures)
{
    const auto row = store_.read([&](Sql& sql) { return webhook(sql, captures.at("id")); });
    if (!row) return problem(row.error());
    return *row ? Response{200, "application/json", {}, wire::text_of(json_of(**row))} : problem(404, "no webhook has this id");
}

Response Api::post_webhook(const Request& request, const Captures&)
{
    const auto asked = object_of(request, {"url", "kinds", "since", "note", "by"});
    if (!asked) return problem(asked.error());
    const auto since = since_of(*asked);
    if (!since) return problem(since.error());
    if (webhook_hosts_.empty()) return problem(409, posts_to_nobody);
    auto row = webhook_of(*asked, webhook_hosts_);
    if (!row) return problem(row.error());
    const auto made = store_.write([&](Sql& sql) -> Response {
        if (webhooks(sql).size() >= most_webhooks) return problem(409, fmt::format("there are {} webhooks already", most_webhooks));
        if (const auto last = last_seq(sql); *since && **since > last) return problem(400, fmt::format("/since is wrong, expected {} at most: the feed ends there", last));
        row->by = person_of(sql, request, *asked);
        row->created_at = row->due_at = to_string(clock_());
        tell(sql, "webhook_added", *row, row->by, clock_());
        row->seq = since->value_or(last_seq(sql));
        add_webhook(sql, *row);
        Json body = json_of(*row);
        body["secret"] = row->secret;
        return {201, "application/json", {}, wire::text_of(body)};
    });
    return made ? *made : problem(made.error());
}

Response Api::delete_webhook(const Request& request, const Captures& captures)
{
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = webhook(sql, captures.at("id"));
        if (!row) return problem(404, "no webhook has this id");
        if (!request.header("If-Match").empty())
            if (auto refused = refuse_unless_match(request, wire::text_of(json_of(*row)))) return *refused;
        remove_webhook(sql, row->id);
        tell(sql, "webhook_removed", *row, person_of(sql, request, Json::object()), clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
