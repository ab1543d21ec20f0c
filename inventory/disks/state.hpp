/// What state a disk is in, from what is seen of it and what people say. Pure.
///
///     present   reported by a machine            missing   its machine reported its drives without it
///     suspect   can't be read, has errors,       failed    says that it is failing (SMART), or a person says so
///               or failed once                   removed, spare, retired: a person's word
///
/// Missing is not failed: drives are taken out for many reasons. A failed drive that is no longer reported stays failed.
/// A person's word stays until the drive is seen again (removed, spare), or until a person takes it back (retired, failed).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

enum class DiskState { Unknown, Present, Suspect, Failed, Missing, Removed, Spare, Retired };

const char* to_string(DiskState state);
std::optional<DiskState> disk_state_from(std::string_view word);

struct StateOf {
    DiskState state = DiskState::Unknown;
    std::string why;  // a sentence
    std::string by;   // a person; empty: seen
    bool operator==(const StateOf&) const = default;
};

/// A machine reports it.
StateOf seen(const StateOf& before, const wire::Drive& drive);
/// Its machine reported its drives, and it isn't among them.
StateOf not_reported(const StateOf& before, const std::string& where);
/// A person's word. Refuse: no one can say present of what isn't there, nor removed or spare of what a machine reports.
Result<StateOf> said(const StateOf& before, bool in_a_machine, const std::string& word, const std::string& by,
                     const std::string& note);

}  // namespace footing::inventory
