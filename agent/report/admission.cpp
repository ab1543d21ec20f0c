#include "agent/report/admission.hpp"

#include <fmt/format.h>

#include "inventory/wire/json.hpp"

namespace footing::report {
namespace {

std::string name_of(const std::string& path, const wire::DriveIdentity& identity)
{
    return fmt::format("{} (wwn '{}', serial '{}')", path, identity.wwn, identity.serial);
}

Result<void> same_drives(const wire::AdmissionRequest& request, const wire::AdmissionAnswer& answer)
{
    if (answer.drives.size() != request.drives.size())
        return fail(ErrorKind::Hold, fmt::format("it answers about {} drives, {} were asked about", answer.drives.size(), request.drives.size()));
    for (std::size_t i = 0; i < request.drives.size(); ++i) {
        const auto& asked = request.drives[i];
        const auto& told = answer.drives[i];
        if (asked.path != told.path || asked.identity != told.identity)
            return fail(ErrorKind::Hold, fmt::format("drive {} of its answer is {}, asked about was {}", i + 1,
                                                     name_of(told.path, told.identity), name_of(asked.path, asked.identity)));
    }
    return {};
}

}  // namespace

Result<wire::AdmissionAnswer> ask_admission(const InventoryAccess& access, const wire::AdmissionRequest& request,
                                            std::chrono::milliseconds deadline, const World& world)
{
    const auto body = ask(access, "admissions", wire::to_json(request), deadline, world);
    if (!body) return std::unexpected(body.error());
    const auto context = "the inventory at " + access.url + " admits nothing";
    auto answer = wire::admission_answer_from_json(*body);
    if (!answer) return in_context(context, answer.error());
    if (const auto same = same_drives(request, *answer); !same) return in_context(context, same.error());
    return answer;
}

}  // namespace footing::report
