/// A table of the inventory that people import and export: what its rows mean, and where they are kept.
///
///     racks       how tall a rack is and from where its units count
///     wire-map    which place the cable in a switch port leads to
///     machines    what identifies a machine; those that never reported are entered, what reports say isn't changed
///     locations   what people said about where a machine stands
///     assets      tags, owners, warranties: what no hardware knows of itself
///     leases      DHCP option 82: by which switch port a MAC's request came
///
/// `disks` are exported only: what is known of them comes from reports.
///
/// A row's machine may be named by id, or by a serial, UUID, MAC, asset tag or host name that only one has.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/tables/rows.hpp"

namespace footing::inventory {

/// A row of a file beside what is held.
struct Seen {
    Cells row;                  // whole, in the inventory's spelling
    std::optional<Cells> held;  // nothing: it is new
    std::string name;           // for people
    std::vector<std::string> keys;  // no two rows of a file may share one; the first is joined(TableRow::key)
};

struct Writing {
    const IntakeRules& rules;
    Instant now;
    std::string by;
};

using TableKey = std::vector<std::string>;
std::string joined(const TableKey& key);
struct TableRow {
    Cells row;
    TableKey key;     // pages follow its order
    std::string name; // for people
};

/// What can be exported.
class Listing {
public:
    virtual ~Listing() = default;
    virtual const char* kind() const = 0;
    virtual const Columns& columns() const = 0;
    /// Rows in the order of their keys, after `after` (empty: from the beginning); none: that was all.
    virtual std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const = 0;
};

class Table : public Listing {
public:
    virtual const Columns& required() const = 0;
    /// Whether rows may end (import's "replace").
    virtual bool can_end() const { return true; }

    /// The rows of a file; leases also know the files of DHCP servers (location/leases.hpp).
    virtual Result<std::vector<FileRow>> read(std::string_view text, Format format) const { return read_rows(text, format, columns(), required()); }

    /// Writes nothing. Refuse: what is wrong with the row.
    virtual Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules& rules) const = 0;
    virtual void put(Sql& sql, const Seen& seen, const Writing& writing) = 0;
    virtual void end(Sql& sql, const TableRow& row, const Writing& writing) = 0;
    /// After the last row: machines are located anew. How many moved.
    virtual std::size_t settle(Sql& sql, const Writing& writing) = 0;
};

/// The kinds, in the order in which an empty database takes them.
const std::vector<std::string>& table_kinds();
/// Refuse: no such kind; names those that are.
Result<std::unique_ptr<Table>> table_of(std::string_view kind);

/// The same for exports: these, and `disks`.
const std::vector<std::string>& listing_kinds();
Result<std::unique_ptr<Listing>> listing_of(std::string_view kind);

}  // namespace footing::inventory
