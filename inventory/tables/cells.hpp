/// One row of a table that people exchange with the inventory: texts by column, in the order of the table's columns.
///
/// A cell may be absent (its column isn't in the file: what is held stays) or empty (it is said to be nothing).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace footing::inventory {

using Columns = std::vector<std::string>;

class Cells {
public:
    /// `columns` lives longer than the row.
    explicit Cells(const Columns& columns) : columns_(&columns), values_(columns.size()) {}

    const Columns& columns() const { return *columns_; }
    bool has(std::string_view column) const { return at(column).has_value(); }
    std::string get(std::string_view column) const { return at(column).value_or(""); }
    void set(std::string_view column, std::string value) { values_[index(column)] = std::move(value); }

    /// Absent cells become `held`'s, or empty.
    Cells over(const std::optional<Cells>& held) const
    {
        Cells out = *this;
        for (std::size_t i = 0; i < values_.size(); ++i)
            if (!out.values_[i]) out.values_[i] = held ? held->values_[i].value_or("") : "";
        return out;
    }
    bool operator==(const Cells& other) const { return values_ == other.values_; }

private:
    std::size_t index(std::string_view column) const
    {
        return static_cast<std::size_t>(std::ranges::find(*columns_, column) - columns_->begin());
    }
    const std::optional<std::string>& at(std::string_view column) const { return values_.at(index(column)); }

    const Columns* columns_;
    std::vector<std::optional<std::string>> values_;
};

}  // namespace footing::inventory
