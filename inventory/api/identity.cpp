#include <fmt/format.h>

#include <charconv>

#include "inventory/api/api.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/facts.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t most_entries = 1000;

Response json(const Json& body) { return {200, "application/json", {}, wire::text_of(body)}; }

Result<std::uint64_t> number_of(const std::string& text, std::uint64_t otherwise)
{
    if (text.empty()) return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > INT64_MAX)
        return fail(ErrorKind::Refuse, fmt::format("'{}' is no number from 0", text));
    return value;
}

Json claims_json(Sql& sql, const std::string& id)
{
    Json out = Json::array();
    for (const auto& row : claims_of(sql, id)) {
        const bool off = !blacklisted(sql, {row.claim}).empty();
        const auto others = row.active && row.claim.kind != ClaimKind::Drive ? others_with(sql, id, row.claim) : std::vector<std::string>{};
        out.push_back({{"kind", to_string(row.claim.kind)}, {"value", row.claim.value}, {"raw", row.claim.raw},
                       {"active", row.active}, {"first_seen", row.first_seen}, {"last_seen", row.last_seen},
                       {"power", off ? "blacklisted" : !others.empty() ? "shared" : row.active ? "identifies" : "former"},
                       {"also_in", others}});
    }
    return out;
}

}  // namespace

Response Api::get_identity(const Request&, const Captures& captures)
{
    const std::string& id = captures.at("id");
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = machine(sql, id);
        if (!row) return problem(404, "no machine has this id");
        if (!row->merged_into.empty()) return moved_to(standing_machine(sql, id), "/identity");
        const Facts facts = facts_at(sql, id);
        Json events = Json::array(), open = Json::array();
        FeedFilter filter;
        filter.machine_id = id;
        filter.kinds = {"machine_new", "machine_quarantined", "quarantine_ended", "board_replaced", "disks_transplanted",
                        "clone", "flapping", "merged", "split", "reverted", "identity_changed", "identifier_taken", "certificate_ended"};
        for (const auto& entry : newest(sql, filter, most_entries)) events.push_back(json_of(entry));
        for (const auto& row_of : conflicts(sql, id)) open.push_back(json_of(row_of));
        return json({{"id", id}, {"quarantine", text_or_null(row->quarantine)}, {"merged_from", merged_into(sql, id)}, {"claims", claims_json(sql, id)},
                    {"recognition", fact_json(facts, "recognition")}, {"conflicts", open}, {"events", events}});
    });
    return answer ? *answer : problem(answer.error());
}

Response Api::get_machine_history(const Request& request, const Captures& captures)
{
    const auto since = number_of(request.parameter("since"), 0);
    if (!since) return problem(400, "since: " + since.error().message);
    const auto limit = number_of(request.parameter("limit"), 100);
    if (!limit || *limit == 0 || *limit > most_entries) return problem(400, fmt::format("limit is wrong, expected 1 to {}", most_entries));
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        if (!machine(sql, captures.at("id"))) return {};
        FeedFilter filter{*since, {}, captures.at("id"), "", latest};
        if (const std::string kind = request.parameter("kind"); !kind.empty()) filter.kinds = {kind};
        Json entries = Json::array();
        for (const auto& entry : newest(sql, filter, *limit)) entries.push_back(json_of(entry));
        return Json{{"id", captures.at("id")}, {"changes", std::move(entries)}};
    });
    if (!body) return problem(body.error());
    return *body ? json(**body) : problem(404, "no machine has this id");
}

Response Api::post_merge(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"into", "note", "by"});
    if (!asked) return problem(asked.error());
    const std::string into = text_of(*asked, "into");
    if (into.empty()) return problem(400, "/into is missing: the id of the machine that this one is");
    const auto done = store_.write([&](Sql& sql) {
        return merge(sql, captures.at("id"), into, person_of(sql, request, *asked), text_of(*asked, "note"), clock_());
    });
    if (!done) return problem(done.error());
    return *done ? json({{"id", into}}) : problem(done->error());
}

Response Api::post_split(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"claims", "note", "by"});
    if (!asked) return problem(asked.error());
    std::vector<ClaimKey> keys;
    for (const auto& item : asked->value("claims", Json()))
        if (item.is_object()) keys.emplace_back(claim_kind_from(text_of(item, "kind")), text_of(item, "value"));
    if (keys.empty()) return problem(400, "/claims is missing, expected a list of {kind, value}");
    const auto done = store_.write([&](Sql& sql) {
        return split(sql, captures.at("id"), keys, "split", text_of(*asked, "note"), person_of(sql, request, *asked), clock_());
    });
    if (!done) return problem(done.error());
    return *done ? json({{"id", **done}}) : problem(done->error());
}

Response Api::post_revert(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by"});
    if (!asked) return problem(asked.error());
    const auto seq = number_of(captures.at("seq"), 0);
    if (!seq) return problem(404, "no change has this number");
    const auto done = store_.write([&](Sql& sql) { return revert(sql, *seq, person_of(sql, request, *asked), clock_()); });
    if (!done) return problem(done.error());
    return *done ? Response{204, "", {}, ""} : problem(done->error());
}

}  // namespace footing::inventory
