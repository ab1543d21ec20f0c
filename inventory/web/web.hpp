/// The pages for people, in front of the API: what is no page goes to it.
///
///     /  /rooms/{key}  /rows/{key}  /racks/{key}[/labels]  /machines/{id}[/explain|/label]
///     /disks?state=&room=&model=&after=  /disks/{id}
///     /search?q=  /conflicts  /changes?days=&kind=&machine=&disk=  /walk  /suggestions  /accuracy  /login  /logout  /edit/…  /assets/…
///
/// A page needs a token with role read or admin, as a cookie that /login sets; without one the login form is the answer
/// (401). A form changes something only with role admin and the proof that this site made it, and does it by the API:
/// whatever the API refuses, the page refuses. With the cookie, GETs of the API work too: links to JSON and drawings.
#pragma once

#include <functional>

#include "inventory/api/api.hpp"
#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

enum class Https { No, Yes };

class Web : public Handler {
public:
    Web(Store& store, Api& api, std::chrono::seconds live_for, OpenRead open_read, Https https, Clock clock);

    std::optional<Response> refuse(const Request& head, Listener listener) override;
    Response handle(const Request& request, Listener listener) override;

private:
    struct PageRoute;
    struct Found;
    static const std::vector<PageRoute>& pages();
    Found find(const Request& request);
    Result<Session> session_of(const Request& request);
    void read_on(Request question, wire::Json& body);
    std::map<std::string, Asked> ask(const std::vector<const char*>& paths, const std::map<std::string, std::string>& captures,
                                     const Session& session);
    Response show(const Request& request, const Session& session, const PageRoute& route, const std::map<std::string, std::string>& captures);
    Response shown(const Request& request, const Page& page, const Session& session, std::size_t open_conflicts = 0);
    Response log_in(const Request& request);
    Response edit(const Request& request, const Session& session);
    Response finish(const Request& request, Response response);

    Store& store_;
    Api& api_;
    const std::chrono::seconds live_for_;
    const OpenRead open_read_;
    const Https https_;
    const Clock clock_;
};

}  // namespace footing::inventory
