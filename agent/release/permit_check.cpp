#include "agent/release/permit_check.hpp"

#include <fmt/format.h>

#include "inventory/history/instant.hpp"
#include "inventory/permits/signing.hpp"

namespace footing {
namespace {

constexpr std::chrono::minutes clocks_differ{5};

Result<void> check_times(const permits::Permit& permit, std::int64_t now)
{
    const auto issued = inventory::parse_instant(permit.issued_at);
    const auto expires = inventory::parse_instant(permit.expires_at);
    if (!issued || !expires) return fail(ErrorKind::Refuse, "its times can't be read");
    const std::chrono::sys_seconds here{std::chrono::seconds(now)};
    if (*expires <= here) return fail(ErrorKind::Refuse, "it expired at " + permit.expires_at);
    if (*issued > here + clocks_differ)
        return fail(ErrorKind::Refuse, fmt::format("it was issued at {}, which this machine's clock hasn't reached: one of the two clocks is wrong", permit.issued_at));
    return {};
}

}  // namespace

Result<void> check_permit(const permits::Permit& permit, const Disk& disk, const PermitScene& scene)
{
    if (auto signed_by_us = permits::verify(permit, scene.keys); !signed_by_us) return signed_by_us;
    if (permit.cluster != scene.cluster)
        return fail(ErrorKind::Refuse, fmt::format("it is for cluster '{}', this is '{}'", permit.cluster, scene.cluster));
    if (!permit.machine.empty() && permit.machine != to_string(scene.machine))
        return fail(ErrorKind::Refuse, fmt::format("it is for machine {}, this is {}", permit.machine, to_string(scene.machine)));
    if (auto valid = check_times(permit, scene.now); !valid) return valid;
    const auto same = [&](const char* what, const std::string& wanted, const std::string& found) -> Result<void> {
        if (wanted == found) return {};
        return fail(ErrorKind::Refuse, fmt::format("it is for another drive: its {} is '{}', this drive's is '{}'", what, wanted, found));
    };
    const Identity& is = disk.identity;
    if (auto ok = same("serial number", permit.drive.serial, is.serial); !ok) return ok;
    if (auto ok = same("WWN", permit.drive.wwn, is.wwn); !ok) return ok;
    if (auto ok = same("vendor", permit.drive.vendor, is.vendor); !ok) return ok;
    if (auto ok = same("model", permit.drive.model, is.model); !ok) return ok;
    return same("size", std::to_string(permit.size), std::to_string(disk.size.count));
}

Result<void> same_evidence(const permits::Permit& permit, const std::string& found)
{
    if (permit.evidence == found) return {};
    return fail(ErrorKind::Refuse, fmt::format("it is for other evidence: the drive holds {} now, the permit says {}", found, permit.evidence));
}

}  // namespace footing
