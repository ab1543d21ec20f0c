#include "inventory/web/assets/assets.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/web/assets/files.hpp"

namespace footing::inventory {

namespace {

const std::string& version()
{
    static const std::string made = [] {
        std::string text;
        for (const auto& file : embedded_files()) text.append(file.name).append("\n").append(file.bytes);
        return sha256_hex(text).substr(0, 12);
    }();
    return made;
}

std::string_view type_of(std::string_view name)
{
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    return "image/svg+xml";
}

}  // namespace

Url asset_url(std::string_view name) { return Url(Path("/assets")) / version() / name; }

std::optional<Asset> asset(std::string_view wanted, std::string_view name)
{
    if (wanted != version()) return {};
    for (const auto& file : embedded_files())
        if (file.name == name) return Asset{file.bytes, type_of(name)};
    return {};
}

}  // namespace footing::inventory
