/// How well the places of machines are known, and which few scans would make it better.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inventory/views/views.hpp"

namespace footing::inventory {

/// What speaks for a machine's place.
struct Confidence {
    Place place;
    std::size_t unit_sources = 0;   // independent sources (Basis) that say this unit; 0: the unit isn't known
    bool contradicted = false;
    bool seen_by_person = false;    // somebody scanned it or locked its rack
    std::string through;            // the switch that its rack is known by; empty: by none
    bool confirmed() const { return unit_sources >= 2 && !contradicted; }
};
std::map<std::string, Confidence> confidences(Sql& sql, const std::string& at);

struct Accuracy {
    std::uint64_t machines = 0, with_unit = 0, confirmed = 0, contradicted = 0;
};
Accuracy operator+(Accuracy sum, const Confidence& one);

/// One machine to scan. Scanning it tells the unit of that machine, and that its switch stands in this rack: so the
/// rack of every machine that is known by the same switch.
struct WalkStop {
    std::string machine;
    std::vector<std::string> confirms;  // machines whose rack it confirms, itself included
    bool contradicted = false;
    bool operator==(const WalkStop&) const = default;
};

/// The fewest scans after which a person has confirmed the rack of every machine: the one that confirms most first, then
/// those whose claims contradict each other, then by place. Pure.
std::vector<WalkStop> walk_list(const std::map<std::string, Confidence>& machines);

}  // namespace footing::inventory
