/// The first page: machines by room and rack with their drives, as HTML that needs nothing from elsewhere.
///
/// Model and serial come from the drives themselves: every value is escaped.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct PageMachine {
    std::string id, host_name, product, serial;
    std::string site, room, row, rack, unit;
    std::string last_seen;
    std::string quarantine;  // empty: it isn't
    std::vector<std::string> contradictions;
    std::vector<wire::Service> services;
    std::vector<wire::Drive> drives;
};

struct PageAlarm {
    std::string sentence, opened_at, machine_id;
    std::string acknowledged_by;  // empty: nobody has
};

struct PageContent {
    std::string wanted_room;                         // empty: all
    std::map<std::string, std::uint64_t> rooms;      // room -> machines
    std::vector<PageMachine> machines;               // in the order of their places
    std::uint64_t left_out = 0;                      // that the page had no room for
    std::vector<PageAlarm> alarms;                   // open ones
};

/// Pure.
std::string page_html(const PageContent& content);

std::string escaped(std::string_view text);

}  // namespace footing::inventory
