#include <fmt/format.h>

#include <stdexcept>

#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/admission.hpp"
#include "inventory/intake/probe.hpp"
#include "inventory/intake/report.hpp"
#include "inventory/intake/speaker.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/certificates.hpp"
#include "inventory/store/reports.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/json.hpp"

namespace footing::inventory {

namespace {

/// Thrown out of a job, so that it is undone.
struct Impostor : std::runtime_error {
    using runtime_error::runtime_error;
};

/// Hears one message of a machine, which speaks in that boot. `take` files it: an Error of its own inside the Result, so
/// that its alarm stays. What came with another machine's certificate is undone; then its alarm is raised. Who is refused
/// isn't silent: its boot may be the one that has mounted a drive (intake/boots.hpp).
template <typename Take>
auto hear(Store& store, const Request& request, const std::string& boot_id, Instant now, Take take) -> Result<std::invoke_result_t<Take, Sql&, const TokenRow&>>
{
    using Answer = std::invoke_result_t<Take, Sql&, const TokenRow&>;
    const std::string hash = token_hash(token_of_header(request.header("Authorization")).value_or(""));
    std::optional<FalseCertificate> shown;
    auto heard = store.write([&](Sql& sql) -> Answer {
        shown.reset();
        const auto token = token_of(sql, hash);
        if (!token) return fail(ErrorKind::Refuse, "the token is unknown or revoked", 401);
        Answer answer = take(sql, *token);
        if (!answer) note_heard(sql, boot_id, now);
        if (answer && !answer->machine_id.empty()) shown = bind_certificate(sql, request.certificate, answer->machine_id, now);
        if (shown) throw Impostor(shown->sentence);
        return answer;
    }, Repeats::Yes);
    if (!shown) return heard;
    const auto told = store.write([&](Sql& sql) {
        raise_alarm(sql, alarm_false_speaker, "", shown->machine_id, shown->sentence, now);
        note_heard(sql, boot_id, now);
    });
    if (!told) return std::unexpected(told.error());
    return Answer(fail(ErrorKind::Refuse, shown->sentence, 403));
}

/// A report or a question: its values say whose it is.
template <typename Message, typename Take>
auto hear_values(Sql& sql, const TokenRow& token, const Message& message, const std::vector<IdentityClaim>& claims, Instant now, Take take)
    -> Result<std::invoke_result_t<Take>>
{
    if (const auto refused = refuse_speaker(sql, token, claims, now)) return fail(ErrorKind::Refuse, *refused, 403);
    if (const auto refused = refuse_sequence(sql, message.boot_id, message.sequence, now)) return fail(ErrorKind::Refuse, *refused, 409);
    if constexpr (requires { message.report_id; })
        if (is_another_reports(sql, message.report_id, message.boot_id, message.sequence))
            return fail(ErrorKind::Refuse, fmt::format("/report_id '{}' is another report's", message.report_id), 409);
    auto answer = take();
    bind_speaker(sql, token, answer.machine_id);
    return answer;
}

}  // namespace

Response Api::post_report(const Request& request, const Captures&)
{
    auto report = wire::report_from_json(request.body);
    if (!report) return problem(report.error());
    if (auto checked = check(*report); !checked) return problem(checked.error());
    const auto now = clock_();
    const auto all = hear_report(std::move(*report), request.body, rules_);
    const auto taken = hear(store_, request, all.report.boot_id, now, [&](Sql& sql, const TokenRow& token) {
        return hear_values(sql, token, all.report, all.claims, now, [&] {
            return take_report(sql, all, {token.id, request.certificate}, rules_, now, named_machine(sql, token, request.certificate));
        });
    });
    if (!taken) return problem(taken.error());
    const auto& answer = *taken;
    if (!answer) return problem(answer.error());
    metrics_.count("footing_inventory_reports_total", "reports, by what came of them", {{"result", answer->result}});
    metrics_.count("footing_inventory_recognitions_total", "reports, by how their machine was known", {{"how", answer->recognition.how}});
    return {200, "application/json", {}, wire::to_json(*answer)};
}

Response Api::post_probe(const Request& request, const Captures&)
{
    const auto probe = wire::probe_from_json(request.body);
    if (!probe) return problem(probe.error());
    if (auto checked = check(*probe); !checked) return problem(checked.error());
    const auto now = clock_();
    const auto heard = hear(store_, request, probe->boot_id, now, [&](Sql& sql, const TokenRow& token) -> Result<wire::ProbeAnswer> {
        if (const auto refused = refuse_probe(sql, token, probe->fingerprint, now)) return fail(ErrorKind::Refuse, *refused, 403);
        if (const auto refused = refuse_sequence(sql, probe->boot_id, probe->sequence, now)) return fail(ErrorKind::Refuse, *refused, 409);
        return take_probe(sql, *probe, rules_, now);
    });
    if (!heard) return problem(heard.error());
    const auto& answer = *heard;
    if (!answer) return problem(answer.error());
    metrics_.count("footing_inventory_probes_total", "probes, by whether they spared a report", {{"result", answer->result}});
    return {200, "application/json", {}, wire::to_json(*answer)};
}

Response Api::post_admission(const Request& request, const Captures&)
{
    const auto asked = wire::admission_request_from_json(request.body);
    if (!asked) return problem(asked.error());
    if (auto checked = check(*asked); !checked) return problem(checked.error());
    const auto now = clock_();
    const auto heard = hear(store_, request, asked->boot_id, now, [&](Sql& sql, const TokenRow& token) {
        return hear_values(sql, token, *asked, claims_of(*asked, rules_), now,
                           [&] { return take_admission(sql, *asked, rules_, now, named_machine(sql, token, request.certificate)); });
    });
    if (!heard) return problem(heard.error());
    const auto& answer = *heard;
    if (!answer) return problem(answer.error());
    for (const auto& drive : answer->drives)
        metrics_.count("footing_inventory_admissions_total", "drives that a machine asked to format, by the answer",
                       {{"decision", wire::word_of(drive.decision)}, {"code", drive.code}});
    return {200, "application/json", {}, wire::to_json(*answer)};
}

}  // namespace footing::inventory
