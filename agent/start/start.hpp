/// Which systemd units may start, and starting them.
///
/// A unit starts when the drives of its role that are mounted now are as many as its rule needs; until then it waits.
/// Nothing is ever stopped here: a drive that was held must not take down a service that runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

/// A unit's rule against the drives as they are. Pure.
struct Readiness {
    bool ready = false;
    std::string sentence;  // "3 of 4 drives of role object are mounted, 80 % are needed"
    bool operator==(const Readiness&) const = default;
};

Readiness readiness(const ServiceRule& rule, const Plan& plan);

struct ServiceState {
    std::string unit;
    std::string state;   // systemd's ActiveState; "waiting": its needs aren't met; "unknown": systemd could not be asked
    std::string reason;  // the sentence of its readiness, or what systemctl said
    bool operator==(const ServiceState&) const = default;
};

enum class Wait { No, UntilStarted };

/// Starts each unit that is ready (systemctl start), and tells how all of them stand. Starting a running unit does
/// nothing. With Wait::No the job is only queued: what is ordered after us would wait for us otherwise.
std::vector<ServiceState> start_services(const std::vector<ServiceRule>& rules, const Plan& plan, Wait wait, std::chrono::milliseconds deadline);

/// The same without starting anything.
std::vector<ServiceState> look_at_services(const std::vector<ServiceRule>& rules, const Plan& plan);

}  // namespace footing
