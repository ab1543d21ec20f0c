/// Which disks no permission can release. Pure: from what was seen of the disk, and its verdict.
///
/// Never an enrolled one, whole or damaged, here or elsewhere: a COMMITTED ledger is never undone, and a ledger or a
/// table of ours that lost its record may have been COMMITTED. Never one in use, seen twice, unreadable, or that can't
/// be recognised again.
#pragma once

#include <optional>
#include <string>

#include "agent/model/plan.hpp"

namespace footing {

/// The sentence of the first thing that forbids it; nothing if the disk may be released to who knows its serial number.
/// A disk that is proved blank already isn't refused: there is nothing to do (is_blank_already()).
std::optional<std::string> why_not_released(const Observation& seen, const Judgement& judgement, const std::string& serial);

/// True for a disk that the proof finds blank, whatever else speaks against formatting it.
bool is_blank_already(const Judgement& judgement);

}  // namespace footing
