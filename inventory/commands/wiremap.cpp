#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "inventory/commands/commands.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/wire_map.hpp"

namespace footing::inventory {

Result<WireMap> read_wire_map_file(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorKind::Refuse, fmt::format("can't read wire map '{}'", file));
    std::ostringstream text;
    text << in.rdbuf();
    const bool yaml = file.ends_with(".yaml") || file.ends_with(".yml");
    auto map = yaml ? read_wire_map_yaml(text.str()) : read_wire_map_csv(text.str());
    if (!map) return in_context(file, map.error());
    return map;
}

int wiremap_import(const Config& config, const std::string& file, Import how)
{
    const auto map = read_wire_map_file(file);
    if (!map) return report_failure(map.error(), exit_config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    std::size_t moved = 0;
    const auto difference =
        how == Import::DryRun
            ? (*store)->read([&](Sql& sql) { return compare_wire_map(sql, *map); })
            : (*store)->write([&](Sql& sql) {
                  const auto replaced = replace_wire_map(sql, *map, now);
                  moved = locate_all(sql, config.rules, now);
                  return replaced;
              });
    if (!difference) return report_failure(difference.error(), exit_failed);
    fmt::print("{} ports: {} added, {} changed, {} removed, {} unchanged", map->size(), difference->added,
               difference->changed, difference->removed, difference->unchanged);
    if (how == Import::DryRun) fmt::print(" (dry run: nothing is written)\n");
    else fmt::print("; {} machines have another place\n", moved);
    return 0;
}

}  // namespace footing::inventory
