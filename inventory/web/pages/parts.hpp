/// Small pieces that several pages are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "inventory/store/assets.hpp"
#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// A time with its age: "2026-11-21 08:00 (3 h ago)"; the whole text is in the element's title.
Html moment_of(const std::string& at, Instant now);
/// "3 h ago", "2 d ago", "just now".
std::string age(const std::string& at, Instant now);

/// Sign and word of a state, coloured.
Html badge(State state);

/// site > room > row > rack, each a link to its page; what is not known is left out.
Html breadcrumbs(const Visit& visit, const Place& place);

Html machine_link(const Visit& visit, const std::string& id, const std::string& name);
Html disk_link(const Visit& visit, const std::string& id, const std::string& name);
Url machine_url(const Visit& visit, const std::string& id);
Url rack_url(const Visit& visit, const Place& place);

/// "3 failed, 12 good": the states with a count, the worst first.
Html tally(const std::map<State, std::uint64_t>& counts);

/// Terms and what is said of each; empty texts are left out.
Html definitions(const std::vector<std::pair<std::string, Html>>& pairs);
/// What was imported of a machine or a drive, for definitions().
std::vector<std::pair<std::string, Html>> asset_terms(const std::vector<AssetRow>& assets);

/// A table that scrolls on its own where the screen is narrow.
Html table(const std::string& caption, const std::vector<std::string>& columns, const std::vector<std::vector<Html>>& rows);

/// The hidden field without which a form changes nothing.
Html proof_field(const Session& session);

Html code(const std::string& text);
std::string plural(std::uint64_t count, const char* one, const char* many);

}  // namespace footing::inventory
