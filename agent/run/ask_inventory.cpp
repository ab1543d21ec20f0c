#include "agent/run/ask_inventory.hpp"

#include <openssl/evp.h>

#include <array>
#include <fmt/format.h>

#include "agent/model/serialize.hpp"
#include "agent/model/version.hpp"
#include "agent/os/clock.hpp"
#include "agent/report/admission.hpp"
#include "agent/report/build_report.hpp"
#include "agent/report/collect.hpp"

namespace footing {
namespace {

constexpr std::chrono::seconds question_deadline{20};

std::string sha256(const std::string& text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

Admitted::Answer answer_of(wire::AdmissionDecision decision)
{
    switch (decision) {
        case wire::AdmissionDecision::Admit: return Admitted::Answer::Yes;
        case wire::AdmissionDecision::Refuse: return Admitted::Answer::No;
        case wire::AdmissionDecision::Wait: return Admitted::Answer::NotYet;
    }
    return Admitted::Answer::NotYet;
}

/// The wire's words. A mount is asked about only where the disk is another machine's: then it is to be adopted.
std::string asked_as(Action action) { return action == Action::Mount ? "adopt" : to_string(action); }

ReasonCode code_of(const std::string& code)
{
    if (code == "was_enrolled") return ReasonCode::RememberedEnrolled;
    if (code == "two_machines") return ReasonCode::SeenElsewhere;
    return ReasonCode::NotAdmitted;
}

}  // namespace

Result<std::map<std::string, Admitted>> ask_inventory(const InventoryAccess& access, const Config& config, const Plan& plan, std::uint64_t sequence)
{
    wire::AdmissionRequest request;
    request.boot_id = os::boot_id();
    request.cluster = config.cluster;
    request.sequence = sequence;
    request.machine = report::who_it_is(config).data;
    for (const auto& nic : report::collect_nics("/").data)
        if (!nic.permanent_mac.empty()) request.macs.push_back(nic.permanent_mac);
    request.system = report::collect_system("/", version);
    request.neighbours = report::collect_neighbours();
    for (const auto& entry : plan.disks) {
        if (entry.outcome != Outcome::Waiting) continue;
        request.drives.push_back({entry.seen.disk.path, report::to_wire(entry.seen.disk.identity), entry.seen.disk.size.count,
                                  asked_as(entry.action), sha256(serialize(entry.seen))});
    }
    auto answer = report::ask_admission(access, request, question_deadline);
    if (!answer) return std::unexpected(answer.error());
    std::map<std::string, Admitted> admitted;
    for (const auto& drive : answer->drives) admitted[drive.path] = {answer_of(drive.decision), code_of(drive.code), drive.sentence};
    return admitted;
}

}  // namespace footing
