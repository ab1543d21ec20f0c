/// The REST API: routes, roles, errors. Knows no sockets; any number of threads may call it.
///
/// What there is stands in Api::routes() (api.cpp), with roles and parameters, and for programs in openapi.json, which
/// GET /v1/openapi.json gives; tests/inventory/test_openapi.py holds the two together. admin may all. GETs carry a strong
/// ETag (If-None-Match: 304), lists a Link to their next page. Unknown parameters are 400, unknown paths 404, other methods
/// 405. Each answer carries X-Request-Id, the caller's if it sent a sane one, as do the changes that the request made.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "inventory/api/metrics.hpp"
#include "inventory/api/handler.hpp"
#include "inventory/api/list_query.hpp"
#include "inventory/api/message.hpp"
#include "inventory/api/workspace.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/permits/signing.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/store.hpp"
#include "inventory/tokens/token.hpp"
#include "inventory/views/overview.hpp"
#include "inventory/views/rack_silence.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// Bodies over this are 413: a report of 90 drives with all their reasons has some 100 KiB.
inline constexpr std::size_t largest_body = std::size_t{8} << 20;

enum class OpenRead { No, Yes };
enum class AsksBmcs { No, Yes };  // Yes: somebody switches the LEDs that are wished for (leds/keep.hpp)

class Api : public Handler {
public:
    Api(Store& store, IntakeRules rules, OpenRead open_read, Clock clock, std::optional<permits::SigningKey> permit_key = {},
        AsksBmcs asks_bmcs = AsksBmcs::No, std::vector<std::string> webhook_hosts = {});

    std::optional<Response> refuse(const Request& head, Listener listener) override;
    Response handle(const Request& request, Listener listener) override;

    const IntakeRules& rules() const { return rules_; }
    Overviews& overviews() { return overviews_; }

    /// Who waits for the feed's next entry is answered now, as if the time were over: the service stops.
    void end_waits() { waits_end_ = true; }

    /// Counts an answer and gives it the headers that every answer has.
    Response finish(const Request& request, Response response);

private:
    using Captures = std::map<std::string, std::string>;
    struct Route {
        const char* method;
        const char* path;  // {name} matches one segment
        std::optional<Role> role;
        std::vector<std::string> parameters;
        Response (Api::*handler)(const Request&, const Captures&);
        const Fields* fields = nullptr;  // of a list: what it can be asked for by, beside the parameters
    };
    struct Found {
        const Route* route = nullptr;
        Captures captures;
        std::optional<Response> refused;
    };

    static const std::vector<Route>& routes();
    Found find(const Request& head, Listener listener);
    Response answer(const Route& route, const Captures& captures, const Request& request);
    std::optional<Response> refuse_bearer(const Request& head, Role needed);
    void note_refused(const std::string& hash, const std::string& boot_id);

    wire::Json silent_since(const MachineRow& row, const std::string& at) const;
    wire::Json machine_json(Sql& sql, const MachineRow& row, const std::string& at) const;
    /// Of a machine, as of `at`; `part` is what follows its id in the path. 404 and 308 are as of then too.
    Response of_machine(const Request&, const Captures&, const char* part, const std::function<wire::Json(Sql&, const MachineRow&, const std::string& at)>& body);
    /// One part of a machine, as an object of that one key.
    Response part_of_machine(const Request&, const Captures&, const char* name, const std::function<wire::Json(Sql&, const MachineRow&, const std::string& at)>& part);

    Response post_report(const Request&, const Captures&);
    Response post_probe(const Request&, const Captures&);
    Response get_report(const Request&, const Captures&);
    Response post_replay(const Request&, const Captures&);
    Response get_changes(const Request&, const Captures&);
    Response post_admission(const Request&, const Captures&);
    Response get_machines(const Request&, const Captures&);
    Response get_machine(const Request&, const Captures&);
    Response get_machine_disks(const Request&, const Captures&);
    Response get_machine_nics(const Request&, const Captures&);
    Response get_machine_neighbours(const Request&, const Captures&);
    Response get_machine_identifiers(const Request&, const Captures&);
    Response post_drive_release(const Request&, const Captures&);
    Response get_disks(const Request&, const Captures&);
    Response get_disk(const Request&, const Captures&);
    Response get_disk_history(const Request&, const Captures&);
    Response get_disk_state(const Request&, const Captures&);
    Response put_disk_state(const Request&, const Captures&);
    Response post_forgotten_enrolment(const Request&, const Captures&);
    Response get_location(const Request&, const Captures&);
    Response put_location(const Request&, const Captures&);
    Response delete_location(const Request&, const Captures&);
    wire::Json locate_json(Sql& sql, const std::string& machine_id) const;
    Response get_locate(const Request&, const Captures&);
    Response put_locate(const Request&, const Captures&);
    Response delete_locate(const Request&, const Captures&);
    Response get_certificates(const Request&, const Captures&);
    Response delete_certificate(const Request&, const Captures&);
    Response get_suggestions(const Request&, const Captures&);
    Response get_identity(const Request&, const Captures&);
    Response post_merge(const Request&, const Captures&);
    Response post_split(const Request&, const Captures&);
    Response post_revert(const Request&, const Captures&);
    Response get_machine_history(const Request&, const Captures&);
    Response get_conflicts(const Request&, const Captures&);
    Response get_conflict(const Request&, const Captures&);
    Response post_resolution(const Request&, const Captures&);
    Response get_blacklist(const Request&, const Captures&);
    Response delete_blacklist(const Request&, const Captures&);
    Response get_rooms(const Request&, const Captures&);
    Response get_room_map(const Request&, const Captures&);
    Response get_alarms(const Request&, const Captures&);
    Response get_alarm(const Request&, const Captures&);
    Response post_acknowledgement(const Request&, const Captures&);
    Response get_elevation(const Request&, const Captures&);
    Response get_search(const Request&, const Captures&);
    Response get_http_sd(const Request&, const Captures&);
    Response get_ansible(const Request&, const Captures&);
    Response get_roster(const Request&, const Captures&);
    Response get_pillar(const Request&, const Captures&);
    Response get_ring(const Request&, const Captures&);
    Response post_import(const Request&, const Captures&);
    Response get_export(const Request&, const Captures&);
    Response get_openapi(const Request&, const Captures&);
    Response get_webhooks(const Request&, const Captures&);
    Response post_webhook(const Request&, const Captures&);
    Response get_webhook(const Request&, const Captures&);
    Response delete_webhook(const Request&, const Captures&);
    Response post_permit(const Request&, const Captures&);
    Response get_pre_image(const Request&, const Captures&);
    Response post_spending(const Request&, const Captures&);
    Response get_health(const Request&, const Captures&);
    Response get_ready(const Request&, const Captures&);
    Response get_metrics(const Request&, const Captures&);

    Store& store_;
    const IntakeRules rules_;
    const OpenRead open_read_;
    const Clock clock_;
    const std::optional<permits::SigningKey> permit_key_;  // none: no permits are issued
    const AsksBmcs asks_bmcs_;
    Metrics metrics_;
    Workspace workspace_{4 * largest_body};
    Overviews overviews_;
    RackSilence rack_silence_;
    static constexpr std::ptrdiff_t most_waits = 64;  // each holds a thread of the server, which has 256 (server/connections.hpp)
    std::counting_semaphore<most_waits> waits_{most_waits};
    static Error too_many_exports();
    static constexpr std::ptrdiff_t most_exports = 8;  // each holds a connection to the database
    std::counting_semaphore<most_exports> exports_{most_exports};
    std::atomic<bool> waits_end_ = false;
    const std::vector<std::string> webhook_hosts_;  // that may be posted to (webhooks/receiver.hpp)
};

}  // namespace footing::inventory
