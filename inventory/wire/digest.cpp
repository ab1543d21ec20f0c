#include "inventory/wire/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "inventory/wire/codec.hpp"

namespace footing::wire {

namespace {

std::string digest_of(const std::string& text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + 16, ""));
}

template <typename T>
std::string digest_of(const Section<T>& section)
{
    std::string text = word_of(section.status);
    if (section.status == SectionStatus::Ok) text += write(section.data);
    return digest_of(text);
}

}  // namespace

Drive lasting(Drive drive)
{
    if (!drive.health) return drive;
    drive.health->temperature_c.reset();
    drive.health->power_on_hours.reset();
    return drive;
}

Release lasting(Release release)
{
    release.pre_image.clear();
    return release;
}

std::string fingerprint(const Report& report)
{
    std::vector<std::string> macs;
    for (const auto& nic : report.nics.data) macs.push_back(nic.permanent_mac);
    std::ranges::sort(macs);
    return digest_of(write(report.machine.data) + fmt::format("{}", fmt::join(macs, ",")) + report.bmc.data.mac);
}

std::map<std::string, std::string> section_digests(const Report& report)
{
    auto drives = report.drives;
    for (auto& drive : drives.data) drive = lasting(std::move(drive));
    std::ranges::sort(drives.data, {}, &Drive::path);
    std::map<std::string, std::string> digests{
            {"machine", digest_of(report.machine)},   {"system", digest_of(report.system)},
            {"nics", digest_of(report.nics)},         {"neighbours", digest_of(report.neighbours)},
            {"drives", digest_of(drives)},            {"services", digest_of(report.services)},
            {"bmc", digest_of(report.bmc)},           {"memory", digest_of(report.memory)},
            {"cluster", digest_of(report.cluster)}};
    auto releases = report.releases;
    for (auto& release : releases.data) release = lasting(std::move(release));
    if (!releases.data.empty()) digests["releases"] = digest_of(releases);  // few machines ever have one
    return digests;
}

Probe probe_of(const Report& report)
{
    return {probe_schema, report.boot_id, report.sequence, fingerprint(report), section_digests(report)};
}

}  // namespace footing::wire
