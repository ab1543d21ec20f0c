/// What people know of things with a tag on them: whose they are, bought when, under warranty until. As intervals.
///
/// A report says nothing of this and never changes it. An asset is a machine's or a drive's by its serial.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct AssetRow {
    std::string tag;
    std::string kind;  // machine drive other
    std::string vendor, model, serial;
    std::string owner;
    std::string bought, warranty;  // dates like 2026-10-01, or empty
    std::string note;
    bool operator==(const AssetRow&) const = default;
};

std::optional<AssetRow> asset(Sql& sql, const std::string& tag, const std::string& at = latest);
/// In the order of their tags, after `after`.
std::vector<AssetRow> assets(Sql& sql, const std::string& after, std::size_t limit, const std::string& at = latest);
/// Those with this serial, in any spelling.
std::vector<AssetRow> assets_with_serial(Sql& sql, const std::string& serial, const std::string& at = latest);

/// So it is from now on; what was before must have ended.
void put_asset(Sql& sql, const AssetRow& asset, Instant now);
void end_asset(Sql& sql, const std::string& tag, Instant now);

}  // namespace footing::inventory
