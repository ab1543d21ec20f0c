/// A table as a file, a page at a time: memory doesn't grow with the fleet.
///
/// All of it is what the database held when the first page was read (Store::Snapshot, which says how long that may take).
/// Imported into an empty database, and exported again, the bytes are the same.
#pragma once

#include <memory>
#include <string>

#include "inventory/exchange/table.hpp"

namespace footing::inventory {

class Export {
public:
    Export(Store& store, std::shared_ptr<const Listing> table, Format format, std::string at);

    /// The next part of the file; empty: that was all. Retry: it has taken too long.
    Result<std::string> next();

private:
    Store* store_;
    std::unique_ptr<Store::Snapshot> snapshot_;  // from the first page on
    std::shared_ptr<const Listing> table_;
    Format format_;
    std::string at_;
    TableKey after_;
};

}  // namespace footing::inventory
