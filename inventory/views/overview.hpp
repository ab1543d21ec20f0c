/// All machines in short, in the order of their places: what the pages of the whole fleet are made of.
///
/// To read all of it takes seconds for thousands of machines, so the present one is kept in memory, and only machines that
/// something happened to since are read again (store/touched.hpp). Processes that share a database keep one each.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "inventory/store/touched.hpp"
#include "inventory/views/accuracy.hpp"
#include "inventory/views/glance.hpp"

namespace footing::inventory {

struct MachineInShort {
    std::string id;
    std::string name;    // host name, else serial, else the id's first 8
    std::string host_name, vendor, product, serial, first_seen;  // as MachineView has them
    Confidence known;    // its place, and what speaks for it
    State state = State::Unknown;  // by its drives, services, place and identity; States adds the rest
    std::map<std::string, std::uint64_t> verdicts;  // of the drives that it holds
    bool operator==(const MachineInShort&) const = default;
};

struct Overview {
    using Machine = std::shared_ptr<const MachineInShort>;
    std::vector<Machine> by_place, by_id;
    const MachineInShort* find(const std::string& id) const;  // null: there is none
};

/// A machine, or a rack that people described: that may hold none.
struct Position {
    const Place* place;
    const MachineInShort* machine;  // null: a rack
};
/// By place; a rack behind its machines. `racks` must outlive them, as must the overview.
std::vector<Position> positions(const Overview& overview, const std::vector<Place>& racks);

/// The states of machines with what is known beside what they report: open alarms and conflicts, silence.
class States {
public:
    States(Sql& sql, const Moment& moment);
    State of(const MachineInShort& machine) const;

private:
    std::vector<std::string> silent_, doubtful_;  // sorted
};

/// Of the past, where it costs to count the drives of then: places alone leave `state` and `verdicts` out.
enum class Needed { All, Places };

/// Read from the database.
Overview overview_at(Sql& sql, const std::string& at, Needed needed = Needed::All);

class Overviews {
public:
    /// Of now: as kept, brought up to `sql`'s snapshot; or a little newer, when somebody else just did. Never waits for
    /// more than another's reading. Of the past: read each time.
    std::shared_ptr<const Overview> at(Sql& sql, const std::string& at, Needed needed = Needed::All);

private:
    std::mutex mutex_;
    std::shared_ptr<const Overview> kept_;
    Marks seen_;  // what `kept_` knows of
};

}  // namespace footing::inventory
