/// "Is this still so?": asked before a report, so that a machine on which nothing changed sends about a kilobyte.
///
/// The machine keeps nothing: it digests what it would report, the inventory compares with what it last took.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace footing::wire {

inline constexpr const char* probe_schema = "footing/probe/1";

struct Probe {
    std::string schema = probe_schema;
    std::string boot_id;
    std::uint64_t sequence = 0;                   // the report's, if one must follow
    std::string fingerprint;                      // digest.hpp: of what identifies the machine
    std::map<std::string, std::string> sections;  // digest.hpp: of each section
    bool operator==(const Probe&) const = default;
};

struct ProbeAnswer {
    std::string result;                // unchanged: nothing need follow; wanted; unknown: never heard of this hardware; stale
    std::string machine_id;            // empty when unknown
    std::vector<std::string> wanted;   // sections that differ, or that the inventory wants to see again
    std::map<std::string, std::string> location;
    std::uint64_t next_report_s = 0;
    bool operator==(const ProbeAnswer&) const = default;
};

}  // namespace footing::wire
