#include "agent/run/seen_drives.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <sstream>

#include "agent/os/clock.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"
#include "inventory/wire/settled.hpp"

namespace footing {
namespace {

using Names = std::set<std::string>;

bool is_early(std::uint64_t sequence)
{
    return sequence < static_cast<std::uint64_t>(std::chrono::microseconds(wire::settled_after).count());
}

std::string by_path(const Disk& disk) { return "path:" + disk.path; }

/// A drive that hung told nothing but where it is. A disk is known by its ledger too: it may have no identity.
Names names_of(const Observation& seen, const std::string& disk_id)
{
    Names names;
    const std::string key = identity_key(seen.disk.identity);
    std::string name = key.empty() ? by_path(seen.disk) : key;
    std::ranges::replace(name, '\n', ' ');
    names.insert(std::move(name));
    if (!disk_id.empty()) names.insert("disk:" + disk_id);
    return names;
}

std::string ledgers_id(const Observation& seen)
{
    const LedgerRecord* record = seen.ledger.newest();
    return record != nullptr ? to_string(record->disk_id) : "";
}

/// The boot id, then a name on each line. Nothing where no look of this boot has been noted.
Result<std::optional<Names>> noted()
{
    const auto text = os::read_file(seen_drives_file);
    if (!text && text.error().code == ENOENT) return std::nullopt;
    if (!text) return std::unexpected(text.error());
    std::istringstream lines(*text);
    std::string line;
    if (!std::getline(lines, line) || line != os::boot_id()) return std::nullopt;
    Names names;
    while (std::getline(lines, line)) names.insert(line);
    return names;
}

/// Under a lock: a report of `footing report --send` may go out beside a run.
Result<void> note(const Names& names, bool only_as_the_first)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(seen_drives_file).parent_path(), error);
    const os::Fd fd(::open((std::string(seen_drives_file) + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd || ::flock(fd.get(), LOCK_EX) != 0) return os::errno_fail(ErrorKind::Hold, std::string("lock ") + seen_drives_file, errno);
    auto before = noted();
    if (!before) return std::unexpected(before.error());  // it stays unknown: written anew it would look complete
    if (*before && (only_as_the_first || std::ranges::includes(**before, names))) return {};
    Names all = before->value_or(Names{});
    all.insert(names.begin(), names.end());
    std::string text = os::boot_id() + "\n";
    for (const auto& name : all) text += name + "\n";
    return os::write_file(seen_drives_file, text);
}

}  // namespace

Result<Names> newcomers(const std::vector<Observation>& seen, std::uint64_t sequence)
{
    if (is_early(sequence)) return Names{};
    const auto before = noted();
    if (!before) return std::unexpected(before.error());
    Names late;
    for (const auto& one : seen) {
        if (!*before || identity_key(one.disk.identity).empty() || (*before)->contains(by_path(one.disk))) continue;
        const auto is_noted = [&](const std::string& name) { return (*before)->contains(name); };
        if (std::ranges::none_of(names_of(one, ledgers_id(one)), is_noted)) late.insert(one.disk.path);
    }
    return late;
}

Result<void> note_seen(const std::vector<Observation>& seen, std::uint64_t sequence)
{
    Names names;
    for (const auto& one : seen) names.merge(names_of(one, ledgers_id(one)));
    return note(names, !is_early(sequence));
}

Result<void> note_in_service(const Plan& plan)
{
    Names names;
    for (const auto& entry : plan.disks)
        if (entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled) names.merge(names_of(entry.seen, disk_id_of(entry)));
    return names.empty() ? Result<void>{} : note(names, false);
}

}  // namespace footing
