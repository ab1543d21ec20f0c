#include "inventory/disks/wear.hpp"

#include <fmt/format.h>

namespace footing::inventory {

std::string worsened(const std::optional<wire::DriveHealth>& before, const std::optional<wire::DriveHealth>& after)
{
    if (!before || !after) return "";
    std::string out;
    const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
    if (before->status == "passed" && after->status == "failing") add("its own test is passed no more");
    const auto compare = [&](const char* name, const std::optional<std::int64_t>& then, const std::optional<std::int64_t>& now) {
        if (then && now && *now > *then) add(fmt::format("{} {} → {}", name, *then, *now));
    };
    compare("reallocated sectors", before->reallocated, after->reallocated);
    compare("pending sectors", before->pending, after->pending);
    compare("media errors", before->media_errors, after->media_errors);
    return out;
}

bool same_wear(const wire::DriveHealth& a, const wire::DriveHealth& b)
{
    return a.status == b.status && a.reallocated == b.reallocated && a.pending == b.pending && a.media_errors == b.media_errors &&
           a.percentage_used == b.percentage_used;
}

}  // namespace footing::inventory
