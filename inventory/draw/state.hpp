/// How a machine or a drive is doing, in the five steps that the pages colour. Never by colour alone: each has a sign.
#pragma once

#include <array>
#include <string_view>

namespace footing::inventory {

/// The later the worse: the worst of a rack's machines is its state.
enum class State { Unknown, Good, Silent, Attention, Failed };

inline constexpr std::array all_states{State::Failed, State::Attention, State::Silent, State::Good, State::Unknown};

/// As a word for people and as a class of the stylesheet: "failed".
std::string_view word_of(State state);
std::string_view sign_of(State state);

}  // namespace footing::inventory
