#include "agent/run/look_anew.hpp"

#include "agent/detect/describe.hpp"
#include "agent/detect/usage.hpp"
#include "agent/os/clock.hpp"

namespace footing {

Result<Disk> describe_anew(const Disk& disk)
{
    const auto usage = read_usage("/");
    if (!usage) return std::unexpected(usage.error());
    Disk now = describe("/", disk.name);
    apply_usage(*usage, now);
    return now;
}

Observation look_anew(const os::BlockDevice& device, const Disk& disk, const Config& config, Claim claim)
{
    const auto now = describe_anew(disk);
    if (!now) return unanswered(disk, now.error());
    const auto seed = os::random_number();
    if (!seed) return unanswered(disk, seed.error());
    return observe_open(device, *now, config, *seed, claim);
}

Judgement judge_alone(const Observation& seen, const Config& config, const Circumstances& circumstances)
{
    return judge({seen, select_rule(config.disks, seen.disk), config, circumstances, {}, {}, false});
}

}  // namespace footing
