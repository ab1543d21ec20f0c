/// A table as a file, a page at a time: memory doesn't grow with the fleet.
///
/// Each page is read by itself; with a time, all pages are of that time. Imported into an empty database, and exported
/// again, the bytes are the same.
#pragma once

#include <string>

#include "inventory/exchange/table.hpp"

namespace footing::inventory {

class Export {
public:
    Export(Store& store, std::shared_ptr<const Listing> table, Format format, std::string at);

    /// The next part of the file; empty: that was all.
    Result<std::string> next();

private:
    Store* store_;
    std::shared_ptr<const Listing> table_;
    Format format_;
    std::string at_;
    TableKey after_;
    bool begun_ = false;
};

}  // namespace footing::inventory
