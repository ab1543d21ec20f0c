/// Stylesheet, modules and icon of the pages, under an address that changes when one of them does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inventory/markup/url.hpp"

namespace footing::inventory {

struct Asset {
    std::string_view bytes;
    std::string_view type;
};

/// "/assets/<version>/style.css"
Url asset_url(std::string_view name);

/// Nothing: there is no such file in this version.
std::optional<Asset> asset(std::string_view version, std::string_view name);

}  // namespace footing::inventory
