#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/commands/commands.hpp"
#include "agent/commands/show.hpp"
#include "agent/detect/enumerate.hpp"
#include "agent/model/serialize.hpp"
#include "agent/model/version.hpp"
#include "agent/model/wanted.hpp"

namespace footing::commands {
namespace {

int run_detect(const Common& common)
{
    const auto disks = enumerate(Deadlines{}.observe);
    if (!disks) {
        complain(disks.error().message);
        return Failed;
    }
    const bool all_read = std::ranges::all_of(*disks, [](const Disk& disk) { return disk.unread.empty(); });
    if (common.json) {
        const nlohmann::json answer = {{"schema", "footing/detect/1"}, {"generated_by", generated_by}, {"disks", *disks}};
        print_json(answer);
        return all_read ? AllAsWanted : SomeHeld;
    }
    fmt::print("{:<16}  {:>10}  {:<9}  {:<14}  {:<22}  {}\n", "DRIVE", "SIZE", "TRANSPORT", "SLOT", "SERIAL", "MODEL, WWN");
    for (const auto& disk : *disks)
        fmt::print("{:<16}  {:>10}  {:<9}  {:<14}  {:<22}  {}\n", disk.path, to_string(disk.size), disk.transport,
                   disk.slot.empty() ? "-" : disk.slot, disk.identity.serial.empty() ? "-" : disk.identity.serial,
                   disk.identity.vendor + " " + disk.identity.model + " " + disk.identity.wwn);
    for (const auto& disk : *disks)
        for (const auto& fact : disk.unread) complain(fmt::format("{}: {}", disk.path, sentence_of(fact)));
    return all_read ? AllAsWanted : SomeHeld;
}

}  // namespace

void add_detect(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("detect", "List the drives as the kernel describes them; opens none");
    add_json(*command, common);  // it reads no configuration
    command->footer("Example:\n  footing detect --json | jq '.disks[].identity'");
    command->callback([&] { status = run_detect(common); });
}

}  // namespace footing::commands
