#include "inventory/intake/regroup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "inventory/intake/locate.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/certificates.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/locator_leds.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/store/rights.hpp"
#include "inventory/store/statements.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t most_reverts = 1000;
constexpr const char* why_merged = "merged";
constexpr const char* why_reverted = "merge reverted";

std::vector<IdentityClaim> claims_in(const Json& details, const char* key)
{
    std::vector<IdentityClaim> out;
    for (const auto& item : details.value(key, Json::array()))
        out.push_back({claim_kind_from(item.value("kind", "")), item.value("value", ""), item.value("raw", "")});
    return out;
}

Json json_of(const HeldRight& held)
{
    return {{"key", held.key}, {"disk", held.right.disk_id}, {"in", held.right.machine_id}, {"boot", held.right.boot_id}, {"sequence", held.right.sequence}};
}

Result<MachineRow> standing(Sql& sql, const std::string& id)
{
    auto row = machine(sql, id);
    if (!row) return fail(ErrorKind::Refuse, fmt::format("no machine has the id '{}'", id), 404);
    if (!row->merged_into.empty())
        return fail(ErrorKind::Refuse, fmt::format("machine {} was merged into {}", id, row->merged_into), 409);
    return *row;
}

/// In both machines' feeds, so that both are looked at again.
void say(Sql& sql, const std::string& kind, const std::string& machine_id, const std::string& other,
         const std::string& sentence, const Json& details, const std::string& by, Instant now)
{
    record(sql, {0, "", kind, machine_id, "", sentence, wire::text_of(details), by}, now);
    record(sql, {0, "", "identity_changed", other, "", sentence, "", by}, now);
    forget_probes(sql, machine_id);
    forget_probes(sql, other);
}

void carry_drive(Sql& sql, const std::string& disk_id, const Spot& spot, const std::string& from, const std::string& into,
                 const std::string& why, Instant now)
{
    displace(sql, disk_id, from, why, now);
    (void)place(sql, disk_id, into, spot, why, now);
}

void carry_right(Sql& sql, const HeldRight& held, const std::string& into, const std::string& why, Instant now)
{
    end_right(sql, held.key, why, now);
    take_right(sql, {held.key}, {held.right.disk_id, into, held.right.boot_id, held.right.sequence}, now);
}

/// Drives of either that were in no other bay or machine since: a report without them may have been the other's. Returns
/// those that stand again where they stood.
std::set<std::string> give_drives_back(Sql& sql, const std::string& from, const std::string& into, const FeedEntry& merged, const Json& stood, Instant now)
{
    std::set<std::string> out;
    for (const auto& item : stood) {
        const std::string id = item.value("disk", ""), machine_id = item.value("in", "");
        auto placements = placements_of(sql, id);
        std::erase_if(placements, [&](const PlacementRow& one) { return one.to <= merged.at; });
        if (placements.empty()) continue;
        const PlacementRow& last = placements.back();
        const auto spot_of = [](const PlacementRow& one) { return Spot{one.slot, one.bay, one.enclosure, one.element}; };
        const Spot spot = spot_of(last);
        if (!std::ranges::all_of(placements, [&](const PlacementRow& one) { return one.machine_id == into && spot_of(one) == spot; })) continue;
        const bool unseen = last.to > merged.at && last.why_ended == why_not_reported;
        if (last.to == open_end && machine_id == from) carry_drive(sql, id, spot, into, from, why_reverted, now);
        else if (unseen) (void)place(sql, id, machine_id, spot, why_reverted, now);
        else continue;
        out.insert(id);
    }
    return out;
}

/// Those to `returned` drives, and those of `from` that `into` has to drives it doesn't hold.
void give_rights_back(Sql& sql, const std::string& from, const std::string& into, const Json& had, const std::set<std::string>& returned, Instant now)
{
    std::set<std::string> here;
    for (const auto& placed : placements_in(sql, into)) here.insert(placed.disk_id);
    const auto held = rights_of(sql, into);
    for (const auto& item : had) {
        const Right right{item.value("disk", ""), item.value("in", ""), item.value("boot", ""), item.value("sequence", std::uint64_t{0})};
        const std::string key = item.value("key", "");
        const auto now_held = std::ranges::find(held, key, &HeldRight::key);
        if (now_held != held.end() && right.machine_id == from && !here.contains(right.disk_id)) carry_right(sql, *now_held, from, why_reverted, now);
        else if (now_held == held.end() && returned.contains(right.disk_id)) take_right(sql, {key}, right, now);
    }
}

/// While one machine had the values of both, the hardware of one of them may have been taken for a third: with the values
/// given back, each of the two would take them from the other, and every report would be a new machine's.
Result<void> refuse_third(Sql& sql, const std::vector<IdentityClaim>& claims, const FeedEntry& merged)
{
    for (const auto& one : machines_with(sql, claims)) {
        const auto row = machine(sql, one.id);
        if (!row || row->created_at <= merged.at || match_of(sql, claims, {one}).recognition != Recognition::Recognised) continue;
        return fail(ErrorKind::Refuse, fmt::format("machine {} was made since of what one of the two is known by: merge it into {} first", one.id, merged.machine_id), 409);
    }
    return {};
}

Result<void> may_undo_merge(Sql& sql, const FeedEntry& entry, const Json& details)
{
    const std::string from = details.value("from", ""), &into = entry.machine_id;
    const auto row = machine(sql, from);
    if (!row || row->merged_into != into) return fail(ErrorKind::Refuse, fmt::format("machine {} is not merged into {} any more", from, into), 409);
    if (const auto stands = standing(sql, into); !stands) return fail(ErrorKind::Refuse, stands.error().message + ": revert that first", 409);
    for (const char* key : {"kept", "moved"})
        if (auto third = refuse_third(sql, claims_in(details, key), entry); !third) return third;
    return {};
}

Result<void> undo_merge(Sql& sql, const FeedEntry& entry, const Json& details, const std::string& by, Instant now)
{
    if (auto may = may_undo_merge(sql, entry, details); !may) return may;
    const std::string from = details.value("from", "");
    set_merged_into(sql, from, "", now);
    for (const auto& claim : claims_in(details, "given")) take_claim(sql, entry.machine_id, claim, now);
    for (const auto& claim : claims_in(details, "woken")) set_claim_active(sql, entry.machine_id, claim, false, now);
    for (const auto& claim : claims_in(details, "kept")) set_claim_active(sql, entry.machine_id, claim, true, now);
    for (const auto& claim : claims_in(details, "moved")) set_claim_active(sql, from, claim, true, now);
    const auto returned = give_drives_back(sql, from, entry.machine_id, entry, details.value("drives", Json::array()), now);
    give_rights_back(sql, from, entry.machine_id, details.value("rights", Json::array()), returned, now);
    part_boots(sql, entry.machine_id, from, entry.at);
    for (const auto& said : details.value("statements", Json::array()))
        end_carried_statement(sql, entry.machine_id, said.value("source", ""), said.value("level", ""), entry.at, now);
    // One that they showed while they were one may be either's.
    for (const auto& bound : certificates_of(sql, entry.machine_id))
        if (bound.machine_id == entry.machine_id && bound.bound_at >= entry.at) end_certificate(sql, bound.subject, entry.machine_id, why_reverted, by, now);
    say(sql, "reverted", entry.machine_id, from, fmt::format("machine {} is itself again", from), {{"seq", entry.seq}}, by, now);
    return {};
}

/// What a machine's board and cards are known by: drives and cables come and go.
bool of_its_boards(ClaimKind kind) { return kind == ClaimKind::BoardSerial || kind == ClaimKind::Mac || kind == ClaimKind::BmcMac; }

Result<void> undo_split(Sql& sql, const FeedEntry& entry, const Json& details, const std::string& by, Instant now)
{
    const std::string to = details.value("to", "");
    const auto it = standing(sql, entry.machine_id), other = standing(sql, to);
    for (const auto* row : {&it, &other})
        if (!*row) return std::unexpected(row->error());
    for (const auto& row : conflicts(sql, to))
        if (row.kind == entry.kind && row.machine_id == entry.machine_id) (void)resolve_conflict(sql, row.id, "reverted", by, "", now);
    if (auto merged = merge(sql, to, entry.machine_id, by, "reverted: it is one machine", now); !merged) return merged;
    if (other->last_seen > it->last_seen && boot(sql, it->id, other->boot_id)) set_latest_boot(sql, it->id, other->boot_id);
    unlearn(sql, entry.sentence, entry.at, by, now);  // both were written in one go
    (void)observe(sql, entry.machine_id, {{"flaps", ""}}, now);
    Json boards = Json::array();
    for (const auto& row : claims_of(sql, entry.machine_id))
        if (of_its_boards(row.claim.kind)) boards.push_back(json_of(row.claim));
    say(sql, "reverted", entry.machine_id, to, fmt::format("machine {} is this one", to),
        {{"seq", entry.seq}, {"kind", entry.kind}, {"one_machine", std::move(boards)}}, by, now);
    return {};
}

Result<void> undo_board(Sql& sql, const FeedEntry& entry, const Json& details, const std::string& by, Instant now)
{
    std::vector<ClaimKey> keys;
    for (const auto& claim : claims_in(details, "came")) keys.emplace_back(claim.kind, claim.value);
    const auto other = split(sql, entry.machine_id, keys, "split", "it was no new board, but another machine", by, now);
    if (!other) return std::unexpected(other.error());
    for (const auto& claim : claims_in(details, "went")) set_claim_active(sql, entry.machine_id, claim, true, now);
    part_boots(sql, entry.machine_id, *other, entry.at);
    say(sql, "reverted", entry.machine_id, *other, "the board was not replaced", {{"seq", entry.seq}}, by, now);
    return {};
}

Result<void> undo(Sql& sql, const FeedEntry& entry, const Json& details, const std::string& by, Instant now)
{
    if (entry.kind == "merged") return undo_merge(sql, entry, details, by, now);
    if (entry.kind == "board_replaced") return undo_board(sql, entry, details, by, now);
    if (entry.kind == "split" || entry.kind == "clone" || entry.kind == "flapping") return undo_split(sql, entry, details, by, now);
    if (entry.kind == "disks_transplanted")
        return fail(ErrorKind::Refuse, "disks_transplanted changed nothing that could be undone: it only tells that drives of another machine are in this one", 409);
    return fail(ErrorKind::Refuse, fmt::format("a change of kind {} can't be reverted", entry.kind), 409);
}

/// What stood between two machines that are one; and what was said of `from` alone, which nobody reports as any more.
void end_conflicts_between(Sql& sql, const std::string& from, const std::string& into, Instant now)
{
    for (const auto& row : conflicts(sql, from)) {
        const bool alone = row.machine_id == from && (row.other_id.empty() || row.kind == "identity_ambiguous");
        if (alone || row.machine_id == into || row.other_id == into) end_conflict(sql, row.kind, row.subject, why_merged, now);
    }
}

}  // namespace

Result<void> may_merge(Sql& sql, const std::string& from, const std::string& into)
{
    if (from.empty()) return fail(ErrorKind::Refuse, fmt::format("no other machine is named that could be merged into {}", into), 409);
    if (from == into) return fail(ErrorKind::Refuse, "a machine can't be merged into itself", 409);
    for (const auto& id : {from, into})
        if (const auto row = standing(sql, id); !row) return std::unexpected(row.error());
    return {};
}

Result<void> merge(Sql& sql, const std::string& from, const std::string& into, const std::string& by,
                   const std::string& note, Instant now)
{
    if (auto may = may_merge(sql, from, into); !may) return may;
    const auto known = claims_of(sql, into);
    Json given = Json::array(), moved = Json::array(), kept = Json::array(), woken = Json::array();
    for (const auto& row : known)
        if (row.active) kept.push_back(json_of(row.claim));
    for (const auto& row : claims_of(sql, from)) {
        if (!row.active) continue;
        moved.push_back(json_of(row.claim));
        const auto had = std::ranges::find_if(known, [&](const auto& k) { return k.claim.kind == row.claim.kind && k.claim.value == row.claim.value; });
        if (had == known.end()) given.push_back(json_of(row.claim));
        else if (!had->active) woken.push_back(json_of(row.claim));
        give_claim(sql, into, row.claim, row.first_seen, now);
        set_claim_active(sql, from, row.claim, false, now);
    }
    Json drives = Json::array(), rights = Json::array();
    for (const auto& id : {from, into}) {
        for (const auto& held : placements_in(sql, id)) drives.push_back({{"disk", held.disk_id}, {"in", id}});
        for (const auto& held : rights_of(sql, id)) rights.push_back(json_of(held));
    }
    for (const auto& held : held_by(sql, from)) carry_drive(sql, held.disk_id, held.spot, from, into, why_merged, now);
    for (const auto& held : rights_of(sql, from)) carry_right(sql, held, into, why_merged, now);
    Json statements = Json::array();
    for (const auto& said : carry_statements(sql, from, into, now)) statements.push_back({{"source", said.source}, {"level", said.level}, {"value", said.value}});
    set_merged_into(sql, from, into, now);
    hand_over_led(sql, from, into, now);
    end_conflicts_between(sql, from, into, now);
    say(sql, "merged", into, from, note.empty() ? fmt::format("machine {} is this one", from) : note,
        {{"from", from}, {"into", into}, {"given", given}, {"woken", woken}, {"moved", moved}, {"kept", kept}, {"statements", statements}, {"drives", drives}, {"rights", rights}}, by, now);
    return {};
}

Result<std::string> split(Sql& sql, const std::string& from, const std::vector<ClaimKey>& keys, const std::string& kind,
                          const std::string& sentence, const std::string& by, Instant now)
{
    if (const auto row = standing(sql, from); !row) return std::unexpected(row.error());
    std::vector<ClaimRow> moved;
    for (auto& row : claims_of(sql, from))
        if (std::ranges::find(keys, ClaimKey{row.claim.kind, row.claim.value}) != keys.end()) moved.push_back(std::move(row));
    if (moved.empty()) return fail(ErrorKind::Refuse, fmt::format("machine {} has none of these values", from), 409);
    const std::string to = add_machine(sql, "", "", now);
    Json list = Json::array();
    for (const auto& row : moved) {
        list.push_back(json_of(row.claim));
        take_claim(sql, from, row.claim, now);
        give_claim(sql, to, row.claim, row.first_seen, now);
    }
    // A certificate may be either's now. No report alone has it end, lest one that it keeps out gets rid of it.
    if (!by.empty())
        for (const auto& bound : certificates_of(sql, from)) end_certificate(sql, bound.subject, from, "the machine was split", by, now);
    say(sql, kind, from, to, sentence.empty() ? fmt::format("machine {} is another one", to) : sentence,
        {{"from", from}, {"to", to}, {"moved", list}}, by, now);
    return to;
}

Result<void> revert(Sql& sql, std::uint64_t seq, const std::string& by, const IntakeRules& rules, Instant now)
{
    const auto found = change(sql, seq);
    if (!found) return fail(ErrorKind::Refuse, "no change has this number", 404);
    const FeedEntry& entry = *found;
    const FeedFilter filter{seq, {"reverted"}, entry.machine_id, "", latest};
    const Json details = Json::parse(entry.details, nullptr, false);
    for (const auto& later : feed(sql, filter, most_reverts))
        if (const Json said = Json::parse(later.details, nullptr, false); said.is_object() && said.value("seq", std::uint64_t{0}) == seq)
            return fail(ErrorKind::Refuse, "this change was reverted before", 409);
    if (auto undone = undo(sql, entry, details, by, now); !undone) return undone;
    for (const auto& id : {entry.machine_id, details.value("from", "")})
        if (standing(sql, id)) (void)locate(sql, id, rules, now);
    return {};
}

bool said_to_be_one(Sql& sql, const std::string& machine_id, const std::string& kind, const std::vector<IdentityClaim>& claims)
{
    FeedFilter filter;
    filter.kinds = {"reverted"};
    filter.machine_id = machine_id;
    for (const auto& entry : newest(sql, filter, most_reverts)) {
        const Json said = Json::parse(entry.details, nullptr, false);
        const std::string reverted = said.is_object() ? said.value("kind", "") : "";
        if (reverted != kind && reverted != "clone") continue;
        const auto boards = claims_in(said, "one_machine");
        if (std::ranges::all_of(claims, [&](const auto& claim) { return !of_its_boards(claim.kind) || has(boards, claim); })) return true;
    }
    return false;
}

}  // namespace footing::inventory
