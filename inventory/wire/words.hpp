/// The words by which the wire writes enumerations.
#pragma once

#include <array>
#include <utility>

#include "inventory/wire/admission.hpp"
#include "inventory/wire/report.hpp"

namespace footing::wire {

inline constexpr std::array section_status_words{
    std::pair{SectionStatus::Ok, "ok"}, std::pair{SectionStatus::Empty, "empty"},
    std::pair{SectionStatus::Failed, "failed"}, std::pair{SectionStatus::NotCollected, "not_collected"}};
inline constexpr std::array admission_decision_words{std::pair{AdmissionDecision::Admit, "admit"},
                                                     std::pair{AdmissionDecision::Refuse, "refuse"},
                                                     std::pair{AdmissionDecision::Wait, "wait"}};

constexpr const auto& words_of(SectionStatus) { return section_status_words; }
constexpr const auto& words_of(AdmissionDecision) { return admission_decision_words; }

template <typename E>
constexpr const char* word_of(E value)
{
    for (const auto& [member, word] : words_of(value))
        if (member == value) return word;
    return "";
}

}  // namespace footing::wire
