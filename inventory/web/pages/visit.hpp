/// One look at one page: what the page's function gets, and what it makes of it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "inventory/api/message.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/markup/html.hpp"
#include "inventory/store/store.hpp"
#include "inventory/views/glance.hpp"
#include "inventory/views/overview.hpp"
#include "inventory/web/session/session.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// What the API answered just before the page was made: the page shows the same, and its forms say by the tag what the
/// person saw.
struct Asked {
    wire::Json body;  // null: no answer
    std::string tag;  // its ETag
};

struct Visit {
    Sql& sql;  // one snapshot for the whole page
    const Request& request;
    const std::map<std::string, std::string>& captures;
    const Session& session;
    Moment moment;
    const IntakeRules& rules;
    const std::map<std::string, Asked>& answers;  // by the route's `asks`; none about the past
    Overviews& overviews;

    /// A page about the past links to pages about the same past.
    Url then(const Url& url) const { return url.with("at", moment.past() ? moment.at : ""); }
    /// All machines at that moment.
    std::shared_ptr<const Overview> overview(Needed needed = Needed::All) const { return overviews.at(sql, moment.at, needed); }
    std::string parameter(const char* name) const { return request.parameter(name); }
    bool may_edit() const { return session.may_edit() && !moment.past(); }
    const Asked& asked(const char* path) const
    {
        static const Asked none;
        const auto found = answers.find(path);
        return found == answers.end() ? none : found->second;
    }
};

struct Page {
    int status = 200;
    std::string title;
    Html main{};
    bool sheet = false;  // to be printed: without the search box above it
    std::string asked{}; // what stands in the search box
    std::optional<Url> instead{};  // it is there: 303
};

/// Nothing: there is no such thing, 404.
using PageFunction = std::optional<Page> (*)(const Visit&);

std::optional<Page> home_page(const Visit&);
std::optional<Page> room_page(const Visit&);
std::optional<Page> row_page(const Visit&);
std::optional<Page> rack_page(const Visit&);
std::optional<Page> machine_page(const Visit&);
std::optional<Page> explain_page(const Visit&);
std::optional<Page> disk_page(const Visit&);
std::optional<Page> disks_page(const Visit&);
std::optional<Page> search_page(const Visit&);
std::optional<Page> conflicts_page(const Visit&);
std::optional<Page> changes_page(const Visit&);
std::optional<Page> suggestions_page(const Visit&);
std::optional<Page> walk_page(const Visit&);
std::optional<Page> accuracy_page(const Visit&);
std::optional<Page> labels_page(const Visit&);

}  // namespace footing::inventory
