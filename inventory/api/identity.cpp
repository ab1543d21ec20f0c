#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/parameter.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/tables/words.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

/// Who else had a value is known of now only.
Json explained_claims(Sql& sql, const std::string& id, const std::string& at)
{
    Json out = Json::array();
    for (const auto& then : claims_at(sql, id, at)) {
        const bool off = !blacklisted(sql, {then.claim}, at).empty(), former = then.active == false, now = at == latest;
        const auto others = now && !former && then.claim.kind != ClaimKind::Drive ? others_with(sql, id, then.claim) : std::vector<std::string>{};
        const char* power = off ? "blacklisted" : !others.empty() ? "shared" : former ? "former" : now ? "identifies" : "";
        Json claim = json_of(then);
        claim.update({{"power", text_or_null(power)}, {"also_in", now ? Json(others) : Json(nullptr)}});
        out.push_back(std::move(claim));
    }
    return out;
}

Json identity_json(Sql& sql, const MachineRow& row, const std::string& at)
{
    Json events = Json::array(), open = Json::array();
    FeedFilter filter;
    filter.machine_id = row.id;
    filter.at = at;
    filter.kinds = {"machine_new", "machine_quarantined", "quarantine_ended", "board_replaced", "disks_transplanted",
                    "clone", "flapping", "merged", "split", "reverted", "identity_changed", "identifier_taken", "certificate_ended"};
    for (const auto& entry : newest(sql, filter, most_rows)) events.push_back(json_of(entry));
    for (const auto& row_of : conflicts(sql, row.id, at)) open.push_back(json_of(row_of));
    return {{"id", row.id}, {"quarantine", text_or_null(quarantine_at(sql, row, at))}, {"merged_from", merged_into(sql, row.id, at)},
            {"claims", explained_claims(sql, row.id, at)}, {"recognition", fact_json(facts_at(sql, row.id, at), "recognition")},
            {"conflicts", open}, {"events", events}};
}

/// A person regroups what he saw: the identity that GET leads to from this id. Nothing where there is none.
std::optional<Response> refuse_unseen(Sql& sql, const Request& request, const std::string& machine_id)
{
    const auto row = machine(sql, standing_machine(sql, machine_id));
    return row ? refuse_unless_match(request, wire::text_of(identity_json(sql, *row, latest))) : std::nullopt;
}

}  // namespace

Response Api::get_identity(const Request& request, const Captures& captures) { return of_machine(request, captures, "identity", identity_json); }

Response Api::get_machine_history(const Request& request, const Captures& captures)
{
    const auto query = list_query(request);
    if (!query) return problem(query.error());
    const auto since = number_parameter(request, "since", {}, 0);
    if (!since) return problem(since.error());
    const std::string& after = query->after.id;
    const auto before = after.empty() ? Result<std::uint64_t>(INT64_MAX) : number_of("cursor", after, {});
    if (!before) return problem(before.error());
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        if (!machine(sql, captures.at("id"))) return {};
        const FeedFilter filter{*since, words_of(request.parameter("kind")), captures.at("id"), "", latest};
        auto found = newest(sql, filter, query->limit + 1, *before);
        const bool more = found.size() > query->limit;
        if (more) found.pop_back();
        Json entries = Json::array();
        for (const auto& entry : found) entries.push_back(json_of(entry));
        Json out = page("changes", std::move(entries), more ? query->cursor({{}, std::to_string(found.back().seq)}) : "", more);
        out["id"] = captures.at("id");
        return out;
    });
    if (!body) return problem(body.error());
    return *body ? json(**body) : problem(404, "no machine has this id");
}

Response Api::post_merge(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"into", "note", "by"});
    if (!asked) return problem(asked.error());
    const std::string into = wire::text_at(*asked, "into");
    if (into.empty()) return problem(400, "/into is missing: the id of the machine that this one is");
    const auto done = store_.write([&](Sql& sql) -> Response {
        if (auto refused = refuse_unseen(sql, request, captures.at("id"))) return *refused;
        const auto merged = merge(sql, captures.at("id"), into, person_of(sql, request, *asked), wire::text_at(*asked, "note"), clock_());
        if (!merged) return problem(merged.error());
        (void)locate(sql, into, rules_, clock_());
        return json({{"id", into}});
    });
    return done ? *done : problem(done.error());
}

Response Api::post_split(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"claims", "note", "by"});
    if (!asked) return problem(asked.error());
    std::vector<ClaimKey> keys;
    for (const auto& item : asked->value("claims", Json()))
        if (item.is_object()) keys.emplace_back(claim_kind_from(wire::text_at(item, "kind")), wire::text_at(item, "value"));
    if (keys.empty()) return problem(400, "/claims is missing, expected a list of {kind, value}");
    const auto done = store_.write([&](Sql& sql) -> Response {
        if (auto refused = refuse_unseen(sql, request, captures.at("id"))) return *refused;
        const auto other = split(sql, captures.at("id"), keys, "split", wire::text_at(*asked, "note"), person_of(sql, request, *asked), clock_());
        return other ? json({{"id", *other}}) : problem(other.error());
    });
    return done ? *done : problem(done.error());
}

Response Api::post_revert(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by"});
    if (!asked) return problem(asked.error());
    const auto seq = number_of("seq", captures.at("seq"), {});
    if (!seq) return problem(404, "no change has this number");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto entry = change(sql, *seq);
        if (auto refused = entry ? refuse_unseen(sql, request, entry->machine_id) : std::nullopt) return *refused;
        const auto reverted = revert(sql, *seq, person_of(sql, request, *asked), rules_, clock_());
        return reverted ? Response{204, "", {}, ""} : problem(reverted.error());
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
