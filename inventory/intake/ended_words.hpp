/// People's words on places that end by themselves: one with an `until`, and a scan, which counts for so long. The places that
/// rest on them are drawn again then, also of machines that nobody hears of.
///
/// Processes that share a database look one each: who comes second finds the place drawn and writes nothing.
#pragma once

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

class EndedWords {
public:
    /// `since`: every place was drawn then or later.
    EndedWords(const IntakeRules& rules, Instant since) : rules_(&rules), since_(since) {}

    /// Those that ended since the last look. Of one that failed, the next looks again. A clock that was set back has words
    /// count again.
    Result<void> look(Store& store, Instant now);

private:
    const IntakeRules* rules_;
    Instant since_;
};

}  // namespace footing::inventory
