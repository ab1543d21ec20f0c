#include "agent/commands/ask_inventory.hpp"
namespace footing::commands {
Result<std::map<std::string, Admitted>> ask_inventory(const InventoryAccess&, const Config&, const Plan&)
{
    return fail(ErrorKind::Retry, "the inventory can't be asked yet");
}
}
