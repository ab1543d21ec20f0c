/// What machines are called, each looked up once, without their drives.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

class Names {
public:
    explicit Names(const Visit& visit) : visit_(visit) {}

    /// Empty: no machine has this id.
    const std::string& of(const std::string& machine_id);
    /// The name as a link; of a machine that isn't known: the id.
    Html link(const std::string& machine_id);
    /// A sentence whose machines' ids are such links.
    Html told(std::string_view sentence);

private:
    const Visit& visit_;
    std::map<std::string, std::string> known_;
};

}  // namespace footing::inventory
