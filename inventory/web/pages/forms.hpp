/// Forms that change something: with the proof that these pages made them, where they lead back, and what was seen.
#pragma once

#include <string>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// `seen`: the tag of what the form changes, as the person saw it.
Html edit_form(const Visit& visit, const Url& to, const std::string& seen, const Html& fields);

/// A label above an input. `id` is the page's only one of that name.
Html field(const std::string& id, const char* name, const char* label, const std::string& value, const Attributes& more = {});

/// "Your name", which every word of a person carries, and a note.
Html by_whom(const std::string& id);

/// Shut until somebody wants it: it never stands between a person and what the page shows.
Html folded_away(const std::string& summary, const Html& content);

}  // namespace footing::inventory
