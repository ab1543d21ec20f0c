#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"
#include "inventory/wire/base64.hpp"

namespace footing::report {
namespace {

using nlohmann::json;

struct Found {
    wire::Release release;
    std::filesystem::path pre_image;
};

/// What agent/release/record.cpp wrote; throws where it isn't that.
Found read_record(const json& j, const std::filesystem::path& folder)
{
    Found found;
    auto& to = found.release;
    to.boot_id = j.at("boot_id");
    to.since_boot = j.at("since_boot");
    to.begun_at = j.at("begun_at");
    to.state = j.at("state");
    to.error = j.at("error");
    const json& identity = j.at("disk").at("identity");
    to.identity = {identity.at("wwn"), identity.at("vendor"), identity.at("model"), identity.at("serial")};
    to.size = j.at("disk").at("size");
    to.user = j.at("by").at("user");
    if (const json& permit = j.at("permit"); permit.is_object()) to.permit = permit.at("id");
    to.verdict = j.at("verdict");
    for (const json& one : j.at("signatures")) to.signatures.push_back({one.at("type"), one.at("offset"), one.at("prober")});
    to.first_bytes = j.at("first_bytes");
    to.evidence = j.at("evidence");
    const json& image = j.at("pre_image");
    to.nonblank_bytes = image.at("nonblank_bytes");
    to.kept_bytes = image.at("kept_bytes");
    to.pre_image_size = image.at("size");
    to.pre_image_sha256 = image.at("sha256");
    found.pre_image = folder / std::filesystem::path(image.at("file").get<std::string>()).filename();
    return found;
}

/// Nothing was written to the drive before that.
bool may_have_written(const wire::Release& release) { return release.state != "begun" && release.state != "refused"; }

std::string beginning_of(const std::filesystem::path& file, std::size_t at_most)
{
    std::string bytes(at_most, '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

}  // namespace

wire::Section<std::vector<wire::Release>> collect_releases(const std::filesystem::path& folder, Bytes of_each)
{
    wire::Section<std::vector<wire::Release>> section;
    section.tool = "footing release";
    section.status = wire::SectionStatus::Ok;
    const auto failed = [&](const std::string& why) {
        section.status = wire::SectionStatus::Failed;
        section.error = why;
    };
    std::vector<Found> all;
    std::error_code error;
    const bool there = std::filesystem::exists(folder, error);
    const auto names = there ? os::read_folder(folder) : Result<std::vector<std::string>>();
    if (error) failed("look for " + folder.string() + ": " + error.message());
    else if (!names) failed(names.error().message);
    else
        for (const auto& name : *names) {
            if (!name.ends_with(".json")) continue;
            const auto text = os::read_file(folder / name);
            if (!text) {
                failed(text.error().message);
                continue;
            }
            try {
                if (auto found = read_record(json::parse(*text), folder); may_have_written(found.release)) all.push_back(std::move(found));
            } catch (const json::exception& e) {
                failed((folder / name).string() + " is no record of a release: " + e.what());
            }
        }
    std::ranges::sort(all, std::greater{}, [](const Found& f) { return std::tie(f.release.begun_at, f.release.since_boot); });
    if (all.size() > wire::most_releases) all.resize(wire::most_releases);
    std::size_t left = wire::most_of_all_pre_images;
    for (auto& [release, pre_image] : all) {
        const std::string bytes = beginning_of(pre_image, std::min({left, wire::most_of_a_pre_image, static_cast<std::size_t>(of_each.count)}));
        left -= bytes.size();
        release.pre_image = wire::to_base64(bytes);
        section.data.push_back(std::move(release));
    }
    if (section.status == wire::SectionStatus::Ok && section.data.empty()) section.status = wire::SectionStatus::Empty;
    return section;
}

}  // namespace footing::report
