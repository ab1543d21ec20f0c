/// Facts of a machine or disk, by its id, as intervals.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inventory/history/changes.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// What held at a time (`latest`: what holds).
Facts facts_at(Sql& sql, const std::string& subject, const std::string& at = latest);

/// Those whose names begin so: less is read.
Facts facts_like(Sql& sql, const std::string& subject, const std::string& prefix, const std::string& at = latest);

/// Of all machines at once: those of one fact with a value; machines without it are absent.
std::map<std::string, std::string> fact_of_all(Sql& sql, const std::string& name, const std::string& at = latest);

/// Subjects of which a fact has this value; by an index for site, room and rack of a place and for verdicts.
std::vector<std::string> subjects_with(Sql& sql, const std::string& name, const std::string& value, const std::string& at = latest);

/// The values that a fact of a subject had, the oldest first.
struct Interval {
    std::string value, from, to;
};
std::vector<Interval> history_of(Sql& sql, const std::string& subject, const std::string& name);

/// machine id -> verdict -> how many of the drives it holds.
std::map<std::string, std::map<std::string, std::uint64_t>> verdicts_by_machine(Sql& sql, const std::string& at);

/// Since when the value that a fact has, or had then, holds; empty when there is none.
std::string fact_since(Sql& sql, const std::string& subject, const std::string& name, const std::string& at = latest);

/// Closes and opens the intervals of what differs, and returns what did. An unchanged fact writes nothing.
std::vector<Change> observe(Sql& sql, const std::string& subject, const Facts& observed, Instant now);

}  // namespace footing::inventory
