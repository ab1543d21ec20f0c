/// /v1/machines/{id}/locate: the LED by which somebody before a rack finds the machine.
#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/locator_leds.hpp"
#include "inventory/views/bmcs.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr int usual_minutes = 15, most_minutes = 24 * 60;
constexpr const char* nobody_asks = "this service asks no BMC: its configuration has no 'bmc' that it could use";

Json led_json(const LedRow& row, const std::string& why_not)
{
    const bool again = row.state == LedState::Failed;
    return {{"id", row.machine_id}, {"state", word_of(row.state)}, {"until", text_or_null(row.lit_until)}, {"note", text_or_null(row.note)},
            {"by", text_or_null(row.by)}, {"wished_at", text_or_null(row.wished_at)}, {"changed_at", text_or_null(row.changed_at)},
            {"why", text_or_null(row.why)}, {"tries", row.tries}, {"next_try", again ? Json(row.due_at) : Json(nullptr)}, {"why_not", text_or_null(why_not)}};
}

Result<int> minutes_of(const Json& asked)
{
    const auto found = asked.find("minutes");
    if (found == asked.end() || found->is_null()) return usual_minutes;
    const auto minutes = found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
    if (minutes < 1 || minutes > static_cast<std::uint64_t>(most_minutes))
        return fail(ErrorKind::Refuse, fmt::format("/minutes is wrong, expected 1 to {}", most_minutes));
    return static_cast<int>(minutes);
}

/// What it shows changes by itself, so nobody has to have seen it; who says what he saw is held to it.
std::optional<Response> refuse_unseen(const Request& request, const Json& current)
{
    if (request.header("If-Match").empty()) return {};
    return refuse_unless_match(request, wire::text_of(current));
}

}  // namespace

Response Api::get_locate(const Request&, const Captures& captures)
{
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, captures.at("id"), "/locate");
        if (!row) return row.error();
        return {200, "application/json", {}, wire::text_of(locate_json(sql, row->id))};
    });
    return answer ? *answer : problem(answer.error());
}

wire::Json Api::locate_json(Sql& sql, const std::string& machine_id) const
{
    const auto bmc = asks_bmcs_ == AsksBmcs::Yes ? named_bmc(sql, machine_id) : fail(ErrorKind::Refuse, nobody_asks);
    return led_json(led_of(sql, machine_id), bmc ? "" : bmc.error().message);
}

Response Api::put_locate(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"minutes", "note", "by"});
    if (!asked) return problem(asked.error());
    const auto minutes = minutes_of(*asked);
    if (!minutes) return problem(minutes.error());
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, id, "/locate");
        if (!row) return row.error();
        if (auto refused = refuse_unseen(request, locate_json(sql, id))) return *refused;
        if (asks_bmcs_ == AsksBmcs::No) return problem(409, nobody_asks);
        if (const auto bmc = known_bmc(sql, id); !bmc) return problem(409, bmc.error().message);
        const Instant now = clock_();
        const std::string until = to_string(now + std::chrono::minutes(*minutes)), by = person_of(sql, request, *asked), note = wire::text_at(*asked, "note");
        wish_led(sql, id, until, note, by, now);
        record(sql, {0, "", "locate_asked", id, "", fmt::format("the locator LED is to be lit until {}{}{}", until, note.empty() ? "" : ": ", note),
                     wire::text_of({{"until", until}}), by}, now);
        return {202, "application/json", {}, wire::text_of(locate_json(sql, id))};
    });
    return done ? *done : problem(done.error());
}

Response Api::delete_locate(const Request& request, const Captures& captures)
{
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, id, "/locate");
        if (!row) return row.error();
        if (auto refused = refuse_unseen(request, locate_json(sql, id))) return *refused;
        const auto led = led_of(sql, id);
        if (led.wished_at.empty() || led.state == LedState::Off) return problem(404, "nobody has asked for this machine's LED");
        if (asks_bmcs_ == AsksBmcs::No) return problem(409, nobody_asks);
        const std::string by = person_of(sql, request, Json::object());
        wish_led(sql, id, "", "", by, clock_());
        record(sql, {0, "", "locate_asked", id, "", "the locator LED is to be put out", wire::text_of({{"until", nullptr}}), by}, clock_());
        return {202, "application/json", {}, wire::text_of(locate_json(sql, id))};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
