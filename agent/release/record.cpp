#include "agent/release/record.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "agent/model/serialize.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

namespace footing {

using nlohmann::json;

Actor who_asks()
{
    static constexpr const char* unset = "4294967295";  // (uid_t)-1
    Actor actor;
    actor.uid = ::getuid();
    actor.login_uid = os::read_attribute("/proc/self/loginuid").value_or("");
    if (actor.login_uid == unset) actor.login_uid.clear();
    if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr) {
        actor.user = sudo;
        return actor;
    }
    unsigned uid = actor.uid;
    std::from_chars(actor.login_uid.data(), actor.login_uid.data() + actor.login_uid.size(), uid);
    if (const passwd* entry = ::getpwuid(uid); entry != nullptr) actor.user = entry->pw_name;
    return actor;
}

json to_json_record(const ReleaseRecord& record)
{
    json signatures = json::array();
    for (const auto& found : record.signatures)
        signatures.push_back({{"type", found.type}, {"offset", found.offset}, {"partition_table", found.partition_table}, {"prober", found.prober}});
    const PreImage& image = record.pre_image;
    return {{"schema", "footing/release/1"},
            {"state", record.state},
            {"error", record.error},
            {"disk", record.disk},
            {"boot_id", record.boot_id},
            {"begun_at", record.begun_at},
            {"since_boot", record.since_boot},
            {"by", {{"user", record.by.user}, {"login_uid", record.by.login_uid}, {"uid", record.by.uid}}},
            {"verdict", to_string(record.judgement.verdict)},
            {"reasons", record.judgement.reasons},
            {"signatures", signatures},
            {"first_bytes", record.first_bytes},
            {"evidence", image.evidence},
            {"head_evidence", record.head_evidence},
            {"pre_image", {{"file", image.file}, {"size", image.file_size}, {"sha256", image.file_sha256},
                           {"nonblank_bytes", image.nonblank}, {"kept_bytes", image.kept}, {"complete", image.kept == image.nonblank}}},
            {"permit", record.permit ? json::parse(permits::to_json(*record.permit)) : json(nullptr)},
            {"wiped_to", record.wiped_to}};
}

Result<void> keep(const ReleaseRecord& record, const std::string& file)
{
    if (auto written = os::write_file(file, to_json_record(record).dump(2, ' ', false, json::error_handler_t::replace) + '\n'); !written) return written;
    const auto folder = std::filesystem::path(file).parent_path();
    const os::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return os::errno_fail(ErrorKind::Hold, "fsync " + folder.string(), errno);
    return {};
}

namespace {

/// Every record that can be read; what can't is nobody's.
std::vector<json> records_in(const std::string& folder)
{
    std::vector<json> records;
    for (const auto& name : os::list_folder(folder)) {
        if (!name.ends_with(".json")) continue;
        const auto text = os::read_file(std::filesystem::path(folder) / name);
        if (!text) continue;
        if (auto j = json::parse(*text, nullptr, false); j.is_object()) records.push_back(std::move(j));
    }
    return records;
}

bool same(const json& was, const json& is, const char* key) { return was.contains(key) && was[key] == is[key]; }

std::string permit_of(const json& record)
{
    return record.contains("permit") && record["permit"].is_object() ? record["permit"].value("id", "") : "";
}

}  // namespace

std::optional<CutShort> cut_short_before(const std::string& folder, const Disk& disk, const std::string& boot_id, const std::string& head_evidence)
{
    const json drive = disk;
    const json now{{"boot_id", boot_id}, {"state", "wiping"}, {"head_evidence", head_evidence}};
    const json wrote_nothing{"begun", "refused"};
    json newest;
    std::uint64_t newest_at = 0;
    for (auto& j : records_in(folder)) {
        if (!same(j, now, "boot_id") || !j.contains("disk") || !same(j["disk"], drive, "identity") || !same(j["disk"], drive, "size")) continue;
        if (j.contains("state") && std::ranges::find(wrote_nothing, j["state"]) != wrote_nothing.end()) continue;
        const std::uint64_t at = j.contains("since_boot") && j["since_boot"].is_number_unsigned() ? j["since_boot"].get<std::uint64_t>() : 0;
        if (!newest.is_null() && at < newest_at) continue;
        newest_at = at;
        newest = std::move(j);
    }
    if (newest_at == 0 || !same(newest, now, "state") || !same(newest, now, "head_evidence")) return {};
    // Not its partitions: they were taken from the kernel before the first wipe.
    if (!same(newest["disk"], drive, "device_number") || !same(newest["disk"], drive, "diskseq")) return {};
    if (!newest.contains("wiped_to") || !newest["wiped_to"].is_number_unsigned()) return {};
    return CutShort{newest["wiped_to"].get<std::uint64_t>(), permit_of(newest)};
}

bool was_released_by(const std::string& folder, const std::string& permit_id)
{
    const json released{{"state", "released"}};
    return std::ranges::any_of(records_in(folder), [&](const json& j) { return same(j, released, "state") && permit_of(j) == permit_id; });
}

}  // namespace footing
