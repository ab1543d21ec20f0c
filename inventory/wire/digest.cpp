#include "inventory/wire/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <ranges>
#include <span>

#include "inventory/wire/codec.hpp"

namespace footing::wire {

namespace {

template <typename T>
std::string digest_of(const Section<T>& section)
{
    std::string text = word_of(section.status);
    if (section.status == SectionStatus::Ok) text += write(section.data);
    return digest(text);
}

/// In the order of their paths, whatever the report's was.
std::string digest_of(const Section<std::vector<Drive>>& section, const std::vector<std::string>& drives)
{
    std::vector<std::size_t> order(drives.size());
    std::ranges::iota(order, 0UZ);
    std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return section.data[i].path; });
    std::string text = word_of(section.status);
    if (section.status == SectionStatus::Ok)
        text += fmt::format("[{}]", fmt::join(order | std::views::transform([&](std::size_t i) -> const std::string& { return drives[i]; }), ","));
    return digest(text);
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

std::vector<std::string> lasting_texts(const std::vector<Drive>& drives)
{
    std::vector<std::string> out;
    for (const auto& drive : drives) out.push_back(write(lasting(drive)));
    return out;
}

std::string digest(std::string_view text)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    std::array<unsigned char, SHA256_DIGEST_LENGTH> bytes{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data());
    std::string out;
    for (const unsigned char byte : std::span(bytes).first(16)) out.append({hex[byte >> 4], hex[byte & 15]});
    return out;
}

std::string fingerprint(const Report& report)
{
    std::vector<std::string> macs;
    for (const auto& nic : report.nics.data) macs.push_back(nic.permanent_mac);
    std::ranges::sort(macs);
    return digest(write(report.machine.data) + fmt::format("{}", fmt::join(macs, ",")) + report.bmc.data.mac);
}

std::map<std::string, std::string> section_digests(const Report& report, const std::vector<std::string>& drives)
{
    std::map<std::string, std::string> digests{
            {"machine", digest_of(report.machine)},   {"system", digest_of(report.system)},
            {"nics", digest_of(report.nics)},         {"neighbours", digest_of(report.neighbours)},
            {"drives", digest_of(report.drives, drives)},            {"services", digest_of(report.services)},
            {"bmc", digest_of(report.bmc)},           {"memory", digest_of(report.memory)},
            {"cluster", digest(report.cluster)}};
    auto releases = report.releases;
    for (auto& release : releases.data) release = lasting(std::move(release));
    if (!releases.data.empty()) digests["releases"] = digest_of(releases);  // few machines ever have one
    return digests;
}

Probe probe_of(const Report& report, const std::vector<std::string>& drives)
{
    return {probe_schema, report.boot_id, report.sequence, fingerprint(report), section_digests(report, drives)};
}

Probe probe_of(const Report& report) { return probe_of(report, lasting_texts(report.drives.data)); }

}  // namespace footing::wire
