#include "inventory/intake/speaker.hpp"

#include <fmt/format.h>

#include <chrono>

#include "inventory/intake/recognise.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/certificates.hpp"
#include "inventory/store/listening.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"

namespace footing::inventory {

namespace {

using std::chrono::microseconds;

constexpr std::chrono::years longest_boot{20};
constexpr std::chrono::hours clock_error{1};  // ours may be set while the machine runs

std::uint64_t count(microseconds time) { return static_cast<std::uint64_t>(time.count()); }

}  // namespace

std::optional<std::string> refuse_speaker(Sql& sql, const TokenRow& token, const std::vector<IdentityClaim>& claims, Instant now)
{
    if (token.machine_id.empty()) return {};
    const std::string its = standing_machine(sql, token.machine_id);
    const Match match = match_of(sql, claims, machines_with(sql, claims), its);
    if (match.recognition == Recognition::Recognised && match.machine_id == its) return {};
    const bool known = match.recognition == Recognition::Recognised;
    auto sentence = fmt::format("token {} is machine {}'s and speaks for {}", token.id, token.machine_id,
                                known ? "machine " + match.machine_id : "hardware that isn't that machine's");
    raise_alarm(sql, alarm_false_speaker, "", token.machine_id, sentence, now);
    return sentence;
}

std::optional<std::string> refuse_probe(Sql& sql, const TokenRow& token, const std::string& fingerprint, Instant now)
{
    if (token.machine_id.empty()) return {};
    const auto known = probe_row(sql, fingerprint);
    if (!known || known->machine_id == standing_machine(sql, token.machine_id)) return {};
    auto sentence = fmt::format("token {} is machine {}'s and speaks for machine {}", token.id, token.machine_id, known->machine_id);
    raise_alarm(sql, alarm_false_speaker, "", token.machine_id, sentence, now);
    return sentence;
}

std::string named_machine(Sql& sql, const TokenRow& token, const std::string& certificate)
{
    const std::string bound = token.machine_id.empty() && !certificate.empty() ? machine_of_certificate(sql, certificate) : token.machine_id;
    return bound.empty() ? "" : standing_machine(sql, bound);
}

void bind_speaker(Sql& sql, const TokenRow& token, const std::string& machine_id)
{
    if (!token.binds || !token.machine_id.empty()) return;
    if (const auto row = machine(sql, machine_id); row && row->quarantine.empty()) bind_token(sql, token.id, machine_id);
}

std::optional<std::string> refuse_sequence(Sql& sql, const std::string& boot_id, std::uint64_t sequence, Instant now)
{
    std::uint64_t most = count(longest_boot);
    const auto known = furthest(sql, boot_id);
    const auto since = parse_instant(known.first_seen);
    if (known.last_sequence > 0 && since)
        most = known.last_sequence + count(std::max<std::chrono::milliseconds>(now - *since, {}) + clock_error);
    if (sequence <= most) return {};
    // A boot that was first heard of by a clock that was ahead has come further than that clock tells now.
    if (sequence - most <= count(furthest_set_back(sql, now))) return {};
    return fmt::format("/sequence is {}, this boot can't have come further than {} (microseconds since boot)", sequence, most);
}

}  // namespace footing::inventory
