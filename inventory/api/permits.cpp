#include "inventory/store/permits.hpp"

#include "agent/model/disk.hpp"
#include "agent/model/uuid.hpp"
#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/identity/drive_keys.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/intake/spender.hpp"
#include "inventory/store/rights.hpp"
#include "inventory/store/tokens.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::chrono::days longest_life{31};

/// What is asked for: a permit without what the inventory adds.
struct PermitRequest {
    std::string cluster, machine, evidence, expires;
    wire::DriveIdentity drive;
    std::uint64_t size = 0;
};

template <typename V>
void fields(V& v, wire::Of<PermitRequest> auto& p)
{
    v.optional("cluster", p.cluster);
    v.optional("machine", p.machine);
    v.required("drive", p.drive);
    v.required("size", p.size);
    v.required("evidence", p.evidence);
    v.required("expires", p.expires);
}

Result<permits::Permit> permit_of(const PermitRequest& asked, const std::string& own_cluster, Instant now)
{
    const auto wrong = [](const std::string& sentence) { return fail(ErrorKind::Refuse, sentence); };
    permits::Permit permit;
    permit.cluster = asked.cluster.empty() ? own_cluster : asked.cluster;
    if (permit.cluster.empty()) return wrong("/cluster is missing, and this inventory has none of its own");
    if (!own_cluster.empty() && permit.cluster != own_cluster) return wrong(fmt::format("/cluster is '{}', this inventory's is '{}'", permit.cluster, own_cluster));
    if (!asked.machine.empty()) {
        const auto uuid = parse_uuid(asked.machine);
        if (!uuid) return wrong("/machine is no UUID");
        permit.machine = to_string(*uuid);
    }
    if (is_placeholder(asked.drive.serial)) return wrong(fmt::format("/drive/serial is '{}', which many drives share: such a drive can't be recognised", asked.drive.serial));
    if (!permits::is_hex(asked.evidence, 64)) return wrong("/evidence is not 64 hex digits, as `footing release --dry-run --json` prints them");
    if (asked.size == 0) return wrong("/size is 0");
    const auto expires = parse_instant(asked.expires);
    if (!expires) return in_context("/expires", expires.error());
    if (*expires <= now || *expires > now + longest_life) return wrong("/expires must be after now and within 31 days");
    permit.id = mint_id();
    permit.drive = asked.drive;
    permit.size = asked.size;
    permit.evidence = asked.evidence;
    permit.issued_at = to_string(now);
    permit.expires_at = to_string(*expires);
    permit.nonce = random_hex(16);
    return permit;
}

}  // namespace

Response Api::post_permit(const Request& request, const Captures&)
{
    if (!permit_key_) return problem(409, "this inventory signs no permits: its configuration has no permit_key");
    const auto asked = wire::read<PermitRequest>(request.body);
    if (!asked) return problem(asked.error());
    auto permit = permit_of(*asked, rules_.cluster, clock_());
    if (!permit) return problem(permit.error());
    permit_key_->sign(*permit);
    // What it issues it must be able to read: an agent refuses anything else.
    if (const auto readable = permits::permit_from_json(permits::to_json(*permit)); !readable) return problem(readable.error());
    // A drive that some machine may write to was enrolled: that it looks foreign now is no reason to wipe it.
    const auto keys = disk_keys(permit->drive, permit->size, rules_.placeholders).all();
    const auto owners = store_.write([&](Sql& sql) {
        auto others = other_rights(sql, keys, {}, "");
        if (others.empty()) record_permit(sql, *permit);
        return others;
    });
    if (!owners) return problem(owners.error());
    if (!owners->empty())
        return problem(409, fmt::format("machine {} has the right to this drive; POST /v1/machines/{}/release-drives ends it", owners->front(), owners->front()));
    return {201, "application/json", {}, permits::to_json(*permit)};
}

Response Api::post_spending(const Request& request, const Captures& captures)
{
    const auto by = permits::spending_from_json(request.body);
    if (!by) return problem(by.error());
    if (!parse_uuid(by->machine)) return problem(400, "/machine is wrong, expected a UUID");
    if (by->boot_id.empty()) return problem(400, "/boot_id is empty");
    const std::string hash = token_hash(token_of_header(request.header("Authorization")).value_or(""));
    const auto done = store_.write([&](Sql& sql) -> std::variant<permits::Spent, NotSpent> {
        const auto token = token_of(sql, hash);
        if (!token) return NotSpent{401, "the token is unknown or revoked"};
        if (const auto refused = refuse_spender(sql, *token, request.certificate, *by, clock_())) return NotSpent{403, *refused};
        return spend_permit(sql, captures.at("id"), *by, clock_());
    });
    if (!done) return problem(done.error());
    if (const auto* no = std::get_if<NotSpent>(&*done)) return problem(no->status, no->sentence);
    return {200, "application/json", {}, permits::to_json(std::get<permits::Spent>(*done))};
}

}  // namespace footing::inventory
