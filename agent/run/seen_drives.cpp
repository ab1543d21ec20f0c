#include "agent/run/seen_drives.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "agent/run/boot_notes.hpp"
#include "inventory/wire/settled.hpp"

namespace footing {
namespace {

using Names = BootNotes;

bool is_early(std::uint64_t sequence)
{
    return sequence < static_cast<std::uint64_t>(std::chrono::microseconds(wire::settled_after).count());
}

constexpr std::string_view path_prefix = "path:";

/// A kernel name is free again when its drive is gone; its number in this boot (diskseq) is not.
std::string by_path(const Disk& disk) { return fmt::format("{}{} {}", path_prefix, disk.path, disk.diskseq); }

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

}  // namespace

Result<Names> newcomers(const std::vector<Observation>& seen, std::uint64_t sequence)
{
    if (is_early(sequence)) return Names{};
    const auto before = read_notes(seen_drives_file);
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
    Names names, here;
    for (const auto& one : seen) {
        names.merge(names_of(one, ledgers_id(one)));
        here.insert(by_path(one.disk));
    }
    const bool early = is_early(sequence);
    const bool all_told_who_they_are = std::ranges::none_of(seen, [](const Observation& one) { return identity_key(one.disk.identity).empty() && !one.problems.empty(); });
    const auto may_be_here = [&](const std::string& name) {
        return name.starts_with(path_prefix) ? here.contains(name) : early || !all_told_who_they_are || names.contains(name);
    };
    return change_notes(seen_drives_file, [&](const std::optional<Names>& before) {
        if (!before) return names;
        Names all = *before;
        std::erase_if(all, [&](const std::string& name) { return !may_be_here(name); });
        if (early) all.merge(names);
        return all;
    });
}

Result<void> note_in_service(const Plan& plan)
{
    Names names;
    for (const auto& entry : plan.disks)
        if (entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled) names.merge(names_of(entry.seen, disk_id_of(entry)));
    if (names.empty()) return {};
    return change_notes(seen_drives_file, [&](const std::optional<Names>& before) {
        Names all = before.value_or(Names{});
        all.insert(names.begin(), names.end());
        return all;
    });
}

}  // namespace footing
