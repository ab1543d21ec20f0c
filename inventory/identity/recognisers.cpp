#include "inventory/identity/recognisers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/identity/vote.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t fewest_drives = 2;

using Values = std::set<std::string>;

Values of_kind(const std::vector<IdentityClaim>& claims, ClaimKind kind)
{
    Values out;
    for (const auto& claim : claims)
        if (claim.kind == kind) out.insert(claim.value);
    return out;
}

std::size_t common(const Values& a, const Values& b)
{
    return static_cast<std::size_t>(std::ranges::count_if(a, [&](const auto& value) { return b.contains(value); }));
}

/// How many values of a kind both have.
struct Shared {
    std::size_t here = 0, there = 0, both = 0;
    bool differ() const { return here != 0 && there != 0 && both == 0; }
    bool most() const { return both >= fewest_drives && both * 10 >= here * 7 && both * 10 >= there * 7; }
};

Shared shared(const std::vector<IdentityClaim>& reported, const std::vector<IdentityClaim>& known, ClaimKind kind)
{
    const Values here = of_kind(reported, kind), there = of_kind(known, kind);
    return {here.size(), there.size(), common(here, there)};
}

bool fits_board_replaced(const std::vector<IdentityClaim>& reported, const KnownMachine& machine)
{
    const auto of = [&](ClaimKind kind) { return shared(reported, machine.claims, kind); };
    const auto uuid = of(ClaimKind::Uuid), board = of(ClaimKind::BoardSerial), ports = of(ClaimKind::SwitchPort);
    const auto dimms = of(ClaimKind::Dimm);
    if (uuid.both + board.both != 0 || !(uuid.differ() || board.differ())) return false;
    if (!of(ClaimKind::Drive).most() || ports.differ()) return false;
    return of(ClaimKind::ChassisSerial).both + of(ClaimKind::SystemSerial).both + of(ClaimKind::Mac).both != 0 ||
           (dimms.both != 0 && dimms.both * 2 >= dimms.there);
}

}  // namespace

std::optional<Recognised> board_replaced(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known)
{
    std::optional<Recognised> out;
    for (const auto& machine : known) {
        if (!fits_board_replaced(reported, machine)) continue;
        if (out) return {};
        const auto drives = shared(reported, machine.claims, ClaimKind::Drive);
        out = {machine.id, fmt::format("another board in machine {}: {} of its {} drives and its chassis, NIC or memory are here",
                                       machine.id, drives.both, drives.there)};
    }
    return out;
}

std::optional<Recognised> as_named(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                                   const std::string& named)
{
    for (const auto& one : vote(reported, known, {}))
        if (one.of.machine_id == named && one.enough() && !one.against)
            return Recognised{named, fmt::format("its certificate or token is machine {}'s, and so are its values, which others have too: {}",
                                                 named, fmt::join(one.of.why, ", "))};
    return {};
}

bool is_knowable(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known, const std::set<ClaimKey>& blacklist)
{
    auto powerless = blacklist;
    for (const auto& machine : known)
        for (const auto& claim : machine.claims) powerless.emplace(claim.kind, claim.value);
    return vote(reported, {{"", reported}}, powerless).front().enough();
}

std::optional<Recognised> disks_transplanted(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                                             const std::string& here)
{
    std::optional<Recognised> out;
    for (const auto& machine : known) {
        const auto drives = shared(reported, machine.claims, ClaimKind::Drive);
        if (machine.id == here) {
            if (drives.most()) return {};
            continue;
        }
        if (!drives.most()) continue;
        std::size_t else_common = 0;
        for (const auto kind : {ClaimKind::Uuid, ClaimKind::SystemSerial, ClaimKind::BoardSerial, ClaimKind::Mac, ClaimKind::BmcMac})
            else_common += shared(reported, machine.claims, kind).both;
        if (else_common != 0) continue;
        out = {machine.id, fmt::format("{} of the {} drives of machine {} are in this one", drives.both, drives.there, machine.id)};
    }
    return out;
}

bool went_back(const std::vector<IdentityClaim>& reported, const KnownMachine& machine)
{
    std::size_t returned = 0;
    for (const auto kind : {ClaimKind::BoardSerial, ClaimKind::Mac, ClaimKind::SwitchPort}) {
        if (shared(reported, machine.claims, kind).both != 0) return false;
        if (kind != ClaimKind::SwitchPort) returned += shared(reported, machine.former, kind).both;
    }
    return returned != 0;
}

bool other_face(const std::vector<IdentityClaim>& reported, const KnownMachine& machine)
{
    bool differs = false;
    for (const auto kind : {ClaimKind::BoardSerial, ClaimKind::Mac, ClaimKind::SwitchPort, ClaimKind::Drive}) {
        const auto both = shared(reported, machine.claims, kind);
        if (both.both != 0) return false;
        differs |= both.differ();
    }
    return differs;
}

}  // namespace footing::inventory
