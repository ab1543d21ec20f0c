#include "inventory/intake/releases.hpp"

#include <fmt/format.h>

#include "inventory/intake/drives.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/releases.hpp"
#include "inventory/wire/base64.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::size_t most_signatures = 256;

std::string sentence_of(const wire::Release& release, const std::string& name)
{
    std::string held = release.verdict;
    for (const auto& found : release.signatures) held += fmt::format(", {} at {}", found.type, found.offset);
    const std::string who = (release.user.empty() ? "somebody" : release.user) + (release.permit.empty() ? "" : " by permit " + release.permit);
    if (release.state == "released") return fmt::format("drive {} was wiped by {}: it held {}", name, who, held);
    if (release.state == "wiping") return fmt::format("drive {} is being wiped by {}, or was cut short: it held {}", name, who, held);
    return fmt::format("the wipe of drive {} by {} failed: {}", name, who, release.error);
}

}  // namespace

Result<void> check_releases(const std::vector<wire::Release>& releases)
{
    const auto wrong = [](std::size_t i, const std::string& what) { return fail(ErrorKind::Refuse, fmt::format("/releases/data/{}{}", i, what)); };
    if (releases.size() > wire::most_releases) return fail(ErrorKind::Refuse, fmt::format("/releases/data is wrong, expected {} releases at most", wire::most_releases));
    for (std::size_t i = 0; i < releases.size(); ++i) {
        const auto& one = releases[i];
        const auto image = wire::from_base64(one.pre_image);
        if (!image || image->size() > wire::most_of_a_pre_image) return wrong(i, fmt::format("/pre_image is wrong, expected base64 of {} bytes at most", wire::most_of_a_pre_image));
        if (one.state != "wiping" && one.state != "released" && one.state != "failed") return wrong(i, "/state is wrong, expected wiping, released or failed");
        if (one.since_boot > static_cast<std::uint64_t>(INT64_MAX)) return wrong(i, "/since_boot is wrong, expected a smaller number");
        if (one.signatures.size() > most_signatures) return wrong(i, fmt::format("/signatures is wrong, expected {} at most", most_signatures));
        for (const auto* text : {&one.boot_id, &one.begun_at, &one.error, &one.user, &one.permit, &one.verdict, &one.first_bytes, &one.evidence, &one.pre_image_sha256})
            if (text->size() > longest_text) return wrong(i, fmt::format(" has a text of {} bytes, {} are accepted", text->size(), longest_text));
    }
    return {};
}

void file_releases(Sql& sql, const std::string& machine_id, const std::vector<wire::Release>& releases, const IntakeRules& rules, Instant now)
{
    for (const auto& release : releases) {
        const DiskKeys keys = disk_keys(release.identity, release.size, rules.placeholders);
        if (keys.primary().empty()) continue;  // the agent releases no drive without a serial number
        const auto known = disks_with(sql, keys.all());
        // A drive that was pulled since is not seen again by being told of.
        const std::string disk_id = known.empty() ? file_disk(sql, keys, "", release.identity, release.size, now, Told::News) : known.front();
        if (keep_release(sql, disk_id, machine_id, release, now) == ReleaseNews::Known) continue;
        const wire::Json details{{"state", release.state}, {"user", release.user}, {"permit", release.permit}, {"evidence", release.evidence}, {"begun_at", release.begun_at}};
        record(sql, {0, "", "disk_wiped", machine_id, disk_id, sentence_of(release, name_of(release.identity, disk_id)), wire::text_of(details), ""}, now);
    }
}

std::string without_pre_images(const wire::Report& report, const std::string& body)
{
    if (report.releases.data.empty()) return body;
    auto kept = wire::Json::parse(body, nullptr, false);
    for (auto& release : kept["releases"]["data"]) release.erase("pre_image");
    return wire::text_of(kept);
}

}  // namespace footing::inventory
