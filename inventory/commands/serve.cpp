#include <fmt/format.h>
#include <signal.h>
#include <systemd/sd-daemon.h>

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "inventory/api/api.hpp"
#include "inventory/commands/commands.hpp"
#include "inventory/commands/files.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/intake/ended_words.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/leds/keep.hpp"
#include "inventory/server/http_server.hpp"
#include "inventory/store/listening.hpp"
#include "inventory/store/store.hpp"
#include "inventory/web/web.hpp"
#include "inventory/webhooks/keep.hpp"

namespace footing::inventory {

namespace {

/// Blocked here and so in every thread started later: sigwait() alone receives them.
sigset_t block_stop_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return set;
}

/// The places are drawn again at every start: the rules may have changed.
Result<void> prepare(Store& store, ServeFiles files, const Config& config)
{
    const auto prepared = store.write([&](Sql& sql) -> Result<void> {
        if (auto taken = take_wires(sql, files, config, Wires::Put, now()); !taken) return taken;
        note_restoration(sql, now());
        locate_all(sql, config.rules, now());
        index_all_once(sql);
        return {};
    });
    return prepared ? *prepared : std::unexpected(prepared.error());
}

/// What people said of places ends when it said so. What all pages of the whole fleet are made of is at hand when somebody
/// asks, also while a room powers up. That somebody listens is noted.
void keep_up(const std::stop_token& stop, Store& store, std::chrono::milliseconds live_for, EndedWords words, Overviews& overviews)
{
    constexpr std::chrono::seconds pause{1}, after_an_error{30}, between_notes{60};
    Instant noted;
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        if (const Instant at = now(); std::chrono::abs(at - noted) >= between_notes && store.write([&](Sql& sql) { note_listening(sql, live_for, at); })) noted = at;
        const auto looked = words.look(store, now());
        const auto read = store.read([&](Sql& sql) { (void)overviews.at(sql, latest); });  // an error is told to who asks for a page
        never.wait_for(lock, stop, looked && read ? pause : after_an_error, [] { return false; });
    }
}

/// A password that only root may read, for ask-bmcs, is no reason not to serve.
std::optional<BmcAccess> bmcs_of(const Config& config)
{
    if (!config.bmc) return {};
    auto access = access_of(*config.bmc);
    if (access) return std::move(*access);
    (void)report_failure({ErrorKind::Refuse, access.error().message + ": no BMC is asked, so no locator LED can be lit"}, 0);
    return {};
}

struct ServeWish {
    std::string listen, listen_reports;  // empty: the configuration's
    bool open_read = false;
};

/// The command line's words over the configuration's.
Result<Config> over(Config config, const ServeWish& wish)
{
    if (wish.open_read) config.open_read = true;
    if (!wish.listen.empty()) {
        auto endpoint = parse_endpoint(wish.listen);
        if (!endpoint) return in_context("--listen", endpoint.error());
        config.listen = *endpoint;
    }
    if (!wish.listen_reports.empty()) {
        auto endpoint = parse_endpoint(wish.listen_reports);
        if (!endpoint) return in_context("--listen-reports", endpoint.error());
        config.listen_reports = *endpoint;
    }
    return config;
}

int serve(const Config& config)
{
    const sigset_t stop_signals = block_stop_signals();
    auto files = read_serve_files(config);
    if (!files) return report_failure(files.error(), exit_config);
    warn_of_clear_text(config);
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    auto permit_key = std::move(files->permit_key);
    const Instant started = now();
    if (auto prepared = prepare(**store, std::move(*files), config); !prepared)
        return report_failure(prepared.error(), prepared.error().kind == ErrorKind::Refuse ? exit_config : exit_failed);

    const auto bmcs = bmcs_of(config);
    Api api(**store, config.rules, config.open_read ? OpenRead::Yes : OpenRead::No, now, std::move(permit_key),
            bmcs ? AsksBmcs::Yes : AsksBmcs::No, config.webhooks.hosts);
    Web web(**store, api, config.rules.live_for, config.open_read ? OpenRead::Yes : OpenRead::No, config.tls ? Https::Yes : Https::No, now);
    std::vector<std::unique_ptr<HttpServer>> servers;
    const auto listen = [&](const Endpoint& endpoint, Listener listener, const char* what) -> Result<void> {
        auto server = HttpServer::start(options_of(config, endpoint, listener), web);
        if (!server) return std::unexpected(server.error());
        std::fputs(fmt::format("listening on {}{}\n", (*server)->url(), what).c_str(), stdout);
        servers.push_back(std::move(*server));
        return {};
    };
    auto listening = listen(config.listen, Listener::All, "");
    if (listening && config.listen_reports)
        listening = listen(*config.listen_reports, Listener::ReportsOnly, " for reports");
    if (!listening) return report_failure(listening.error(), exit_failed);
    std::fflush(stdout);
    sd_notify(0, "READY=1");
    const std::jthread overviews([&](const std::stop_token& stop) { keep_up(stop, **store, config.rules.live_for, {config.rules, started}, api.overviews()); });

    std::optional<LedKeeper> leds;
    if (bmcs) leds.emplace(**store, *bmcs, config.rules.placeholders, now);
    std::optional<WebhookKeeper> webhooks;
    if (!config.webhooks.hosts.empty()) webhooks.emplace(**store, config.webhooks, now);

    int signal = 0;
    sigwait(&stop_signals, &signal);
    std::fputs("stopping\n", stdout);
    api.end_waits();
    webhooks.reset();
    leds.reset();
    servers.clear();
    return 0;
}

}  // namespace

void add_serve(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("serve", "Serve reports, admissions, pages and the REST API");
    add_database(*command, common);
    auto wish = std::make_shared<ServeWish>();
    command->add_option("--listen", wish->listen, "ADDRESS:PORT for people; default 127.0.0.1:8080; port 0: any");
    command->add_option("--listen-reports", wish->listen_reports, "ADDRESS:PORT for agents; default: the same");
    command->add_flag("--open-read", wish->open_read, "GET needs no token (labs)");
    command->footer("Examples:\n  footing-inventory serve --listen 127.0.0.1:8080 --listen-reports 0.0.0.0:8081 --database /tmp/inventory.db\n"
                    "  footing-inventory serve --database postgresql://footing@db.example.org/inventory");
    command->callback([&common, &status, wish] {
        status = with_config(common, [&](Config config) {
            const auto wanted = over(std::move(config), *wish);
            return wanted ? serve(*wanted) : report_failure(wanted.error(), exit_config);
        });
    });
}

}  // namespace footing::inventory
