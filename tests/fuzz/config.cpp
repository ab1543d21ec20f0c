// Whatever stands in the configuration file: it is a valid Config or an Error, and no exception gets out.
#include <string>

#include "agent/config/config.hpp"
#include "tests/fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto config = footing::parse_config(text, "footing.yaml");
    if (!config) {
        promise(config.error().message.starts_with("footing.yaml:"));
        return 0;
    }
    for (const auto& rule : config->disks) promise(rule.exclude || (!rule.role.empty() && rule.mount_point.starts_with('/')));
    return 0;
}
