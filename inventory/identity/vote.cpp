#include "inventory/identity/vote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace footing::inventory {

namespace {

using Values = std::set<std::string>;
using ByKind = std::map<ClaimKind, Values>;

struct Weight {
    ClaimKind kind;
    int matching;
    int differing;
};

constexpr Weight weights[] = {
    {ClaimKind::Uuid, 60, 30},          {ClaimKind::SystemSerial, 40, 30}, {ClaimKind::BoardSerial, 40, 20},
    {ClaimKind::ChassisSerial, 10, 0},  {ClaimKind::Mac, 50, 30},          {ClaimKind::Drive, 40, 0},
    {ClaimKind::BmcMac, 50, 20},        {ClaimKind::Dimm, 30, 0},          {ClaimKind::AssetTag, 20, 0},
    {ClaimKind::SwitchPort, 10, 0},
};
constexpr int threshold = 60;
constexpr int threshold_by_macs = 50;  // all of them, where no firmware gives more: boards without SMBIOS

/// A serial stands behind its vendor and product, which a table of people may not have: as far as both say, they are the same.
bool may_be_same(std::string_view a, std::string_view b)
{
    while (true) {
        const auto end_a = a.find('|'), end_b = b.find('|');
        if (end_a == a.npos || end_b == b.npos) return a == b;
        const auto part_a = a.substr(0, end_a), part_b = b.substr(0, end_b);
        if (part_a != part_b && !part_a.empty() && !part_b.empty()) return false;
        a.remove_prefix(end_a + 1);
        b.remove_prefix(end_b + 1);
    }
}

bool contradict(const Values& here, const Values& there)
{
    return std::ranges::none_of(here, [&](const auto& a) { return std::ranges::any_of(there, [&](const auto& b) { return may_be_same(a, b); }); });
}

Vote score(const ByKind& reported, const ByKind& known, std::string id)
{
    Vote out{{std::move(id), 0, {}}};
    for (const auto& weight : weights) {
        const auto here = reported.find(weight.kind);
        const auto there = known.find(weight.kind);
        if (here == reported.end() || there == known.end()) continue;
        std::vector<std::string> common;
        std::ranges::set_intersection(here->second, there->second, std::back_inserter(common));
        const auto all = here->second.size();
        if (common.empty()) {
            if (weight.differing == 0 || !contradict(here->second, there->second)) continue;
            out.of.points -= weight.differing;
            out.against = true;
            out.of.why.push_back(fmt::format("other {} -{}", to_string(weight.kind), weight.differing));
        } else {
            const int points = weight.matching * static_cast<int>(common.size()) / static_cast<int>(all);
            out.of.points += points;
            out.of.why.push_back(all == 1 ? fmt::format("{} +{}", to_string(weight.kind), points)
                                       : fmt::format("{} {}/{} +{}", to_string(weight.kind), common.size(), all, points));
        }
    }
    return out;
}

ByKind grouped(const std::vector<IdentityClaim>& claims, const std::set<ClaimKey>& powerless)
{
    ByKind out;
    for (const auto& claim : claims)
        if (!powerless.contains({claim.kind, claim.value})) out[claim.kind].insert(claim.value);
    return out;
}

bool firmware_tells(const ByKind& values)
{
    return values.contains(ClaimKind::Uuid) || values.contains(ClaimKind::SystemSerial) || values.contains(ClaimKind::BoardSerial);
}

bool all_macs(const ByKind& reported, const ByKind& known)
{
    const auto here = reported.find(ClaimKind::Mac), there = known.find(ClaimKind::Mac);
    return here != reported.end() && there != known.end() && std::ranges::includes(there->second, here->second);
}

/// What a vendor gave to many is no more than silence, but then it takes all MACs.
int needed(const KnownMachine& machine, const std::vector<IdentityClaim>& reported, const std::set<ClaimKey>& powerless)
{
    const ByKind here = grouped(reported, powerless), there = grouped(machine.claims, powerless);
    if (firmware_tells(here) || firmware_tells(there)) return threshold;
    const bool silent = !firmware_tells(grouped(reported, {})) && !firmware_tells(grouped(machine.claims, {}));
    return silent || all_macs(here, there) ? threshold_by_macs : threshold;
}

}  // namespace

std::vector<Vote> vote(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known, const std::set<ClaimKey>& powerless)
{
    std::vector<Vote> out;
    const ByKind here = grouped(reported, powerless);
    for (const auto& machine : known) {
        out.push_back(score(here, grouped(machine.claims, powerless), machine.id));
        out.back().needed = needed(machine, reported, powerless);
    }
    std::ranges::sort(out, [](const Vote& a, const Vote& b) {
        return a.of.points != b.of.points ? a.of.points > b.of.points : a.of.machine_id < b.of.machine_id;
    });
    return out;
}

}  // namespace footing::inventory
