#include "agent/commands/use_permit.hpp"

#include <unistd.h>

#include "agent/os/clock.hpp"
#include "agent/os/files.hpp"
#include "agent/release/permit_check.hpp"
#include "agent/report/spend_permit.hpp"

namespace footing::commands {
namespace {

constexpr std::chrono::seconds spend_deadline{20};

}  // namespace

Result<permits::Permit> read_permit(const std::string& file)
{
    const auto text = file == "-" ? os::read_to_end(STDIN_FILENO, "standard input") : os::read_file(file);
    if (!text) return in_context("the permit", text.error());
    auto permit = permits::permit_from_json(*text);
    if (!permit) return in_context("the permit " + file, permit.error());
    return permit;
}

Result<void> check_permit_here(const permits::Permit& permit, const Disk& disk, const Session& session)
{
    const PermitScene scene{session.config.release.permit_keys, session.config.cluster, session.machine, os::seconds_since_1970()};
    if (auto good = check_permit(permit, disk, scene); !good) return in_context("the permit is refused", good.error());
    if (!session.config.inventory) return fail(ErrorKind::Refuse, "the permit is refused: it is spent at the inventory, and the configuration has none");
    if (was_released_by(session.config.release.folder, permit.id)) return fail(ErrorKind::Refuse, "the permit is refused: it was used here already");
    return {};
}

Result<void> use_permit(const permits::Permit& permit, const ReleaseRecord& record, const Session& session)
{
    if (auto good = check_permit_here(permit, record.disk, session); !good) return good;
    const bool goes_on = record.cut_short && record.cut_short->permit_id == permit.id;
    if (auto same = same_evidence(permit, record.pre_image.evidence); !same && !goes_on) return in_context("the permit is refused", same.error());
    const permits::Spending spending{permit.nonce, to_string(session.machine), record.boot_id, permit.evidence};
    if (auto spent = report::spend_permit(*session.config.inventory, permit, spending, spend_deadline); !spent)
        return in_context("the permit could not be spent", spent.error());
    return {};
}

}  // namespace footing::commands
