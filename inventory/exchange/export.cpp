#include "inventory/exchange/export.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t rows_at_once = 500;

}  // namespace

Export::Export(Store& store, std::shared_ptr<const Listing> table, Format format, std::string at)
    : store_(&store), table_(std::move(table)), format_(format), at_(std::move(at))
{
}

Result<std::string> Export::next()
{
    std::string out;
    if (!snapshot_) {
        auto snapshot = store_->snapshot();
        if (!snapshot) return std::unexpected(snapshot.error());
        snapshot_ = std::move(*snapshot);
        out = header_text(table_->columns(), format_);
    }
    const auto rows = snapshot_->read([&](Sql& sql) { return table_->page(sql, after_, rows_at_once, at_); });
    if (!rows) return std::unexpected(rows.error());
    for (const auto& row : *rows) out += row_text(row.row, format_);
    if (!rows->empty()) after_ = rows->back().key;
    return out;
}

}  // namespace footing::inventory
