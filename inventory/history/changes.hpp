/// What has to be written when facts are observed again: only what differs.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace footing::inventory {

using Facts = std::map<std::string, std::string>;  // name -> value

struct Change {
    std::string name;
    std::string before;  // empty: was not known
    std::string after;   // empty: is no longer so
    bool operator==(const Change&) const = default;
};

/// `observed` says everything it names, and nothing about the others: a fact ends only by an empty value.
std::vector<Change> changes(const Facts& current, const Facts& observed);

}  // namespace footing::inventory
