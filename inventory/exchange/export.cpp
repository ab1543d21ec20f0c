#include "inventory/exchange/export.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t page = 500;

}  // namespace

Export::Export(Store& store, std::shared_ptr<const Listing> table, Format format, std::string at)
    : store_(&store), table_(std::move(table)), format_(format), at_(std::move(at))
{
}

Result<std::string> Export::next()
{
    const auto rows = store_->read([&](Sql& sql) { return table_->page(sql, after_, page, at_); });
    if (!rows) return std::unexpected(rows.error());
    std::string out = begun_ ? "" : header_text(table_->columns(), format_);
    begun_ = true;
    for (const auto& row : *rows) out += row_text(row.row, format_);
    if (!rows->empty()) after_ = rows->back().key;
    return out;
}

}  // namespace footing::inventory
