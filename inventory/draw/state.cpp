#include "inventory/draw/state.hpp"

namespace footing::inventory {

std::string_view word_of(State state)
{
    switch (state) {
    case State::Unknown: return "unknown";
    case State::Good: return "good";
    case State::Silent: return "silent";
    case State::Attention: return "attention";
    case State::Failed: return "failed";
    }
    return "";
}

std::string_view sign_of(State state)
{
    switch (state) {
    case State::Unknown: return "·";
    case State::Good: return "✓";
    case State::Silent: return "○";
    case State::Attention: return "!";
    case State::Failed: return "✕";
    }
    return "";
}

}  // namespace footing::inventory
