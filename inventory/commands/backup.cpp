#include <fmt/format.h>

#include <algorithm>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/store/backup.hpp"

namespace footing::inventory {

int backup_command(const Config& config, const std::string& file)
{
    Progress progress;
    const auto bytes = back_up(config.database, file, [&](int done, int all) { progress.show(fmt::format("{} %", 100LL * done / std::max(all, 1))); });
    progress.end();
    if (bytes) {
        fmt::print("{}: {} bytes\n", file, *bytes);
        return 0;
    }
    const bool usage = bytes.error().kind == ErrorKind::Refuse || config.database.starts_with("postgres");
    return report_failure(bytes.error(), usage ? exit_usage : exit_failed);
}

}  // namespace footing::inventory
