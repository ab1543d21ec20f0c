#include "inventory/commands/files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/os/files.hpp"
#include "inventory/commands/common.hpp"
#include "inventory/location/network.hpp"

namespace footing::inventory {

namespace {

bool is_this_machine(const std::string& address)
{
    static const auto loopback = Network::parse("127.0.0.0/8"), loopback6 = Network::parse("::1");
    const auto network = Network::parse(address);
    return network ? loopback->contains(*network) || loopback6->contains(*network) : address == "localhost";
}

}  // namespace

Result<std::string> text_of_file(const std::string& file)
{
    auto text = os::read_file(file);
    if (!text) return fail(ErrorKind::Refuse, "can't " + text.error().message, text.error().code);
    return text;
}

Result<ServeFiles> read_serve_files(const Config& config)
{
    ServeFiles out;
    if (auto pair = check_certificate(options_of(config, config.listen, Listener::All)); !pair) return std::unexpected(pair.error());
    if (!config.permit_key.empty()) {
        auto key = permits::SigningKey::read(config.permit_key);
        if (!key) return std::unexpected(key.error());
        out.permit_key = std::move(*key);
    }
    if (!config.webhooks.ca_file.empty())
        if (const auto ca = text_of_file(config.webhooks.ca_file); !ca) return std::unexpected(ca.error());
    if (config.wire_map.empty()) return out;
    auto table = table_of("wire-map");
    if (!table) return std::unexpected(table.error());
    const auto text = text_of_file(config.wire_map);
    if (!text) return std::unexpected(text.error());
    auto rows = (*table)->read(*text, format_of(config.wire_map, *text));
    if (!rows) return in_context(config.wire_map, rows.error());
    if (rows->empty()) return fail(ErrorKind::Refuse, config.wire_map + ": the file has no row: no machine would have a place by its wires");
    out.wire_map = std::move(*table);
    out.wires = std::move(*rows);
    return out;
}

Result<void> take_wires(Sql& sql, ServeFiles& files, const Config& config, Wires what, Instant now)
{
    if (!files.wire_map) return {};
    const ImportOptions options{.dry_run = what == Wires::DryRun, .replace = true};
    const auto done = import_rows(sql, *files.wire_map, files.wires, options, {config.rules, now, config.wire_map});
    if (!done) return in_context(config.wire_map, done.error());
    if (done->failed == 0) return {};
    const auto wrong = std::ranges::find(done->rows, Outcome::Failed, &RowResult::outcome);
    return fail(ErrorKind::Refuse, fmt::format("{}: {}", config.wire_map, sentence_of(*wrong)));
}

ServerOptions options_of(const Config& config, const Endpoint& endpoint, Listener listener)
{
    ServerOptions options;
    options.address = endpoint.address;
    options.port = endpoint.port;
    options.listener = listener;
    options.connections_per_peer = config.connections_per_peer;
    if (config.tls) {
        options.certificate = config.tls->certificate;
        options.key = config.tls->key;
        options.client_ca = config.tls->client_ca;
    }
    return options;
}

void warn_of_clear_text(const Config& config)
{
    if (config.tls) return;
    std::vector<std::string> open;
    if (!is_this_machine(config.listen.address)) open.push_back(to_string(config.listen));
    if (config.listen_reports && !is_this_machine(config.listen_reports->address)) open.push_back(to_string(*config.listen_reports));
    if (open.empty()) return;
    const auto words = fmt::format("warning: without TLS, tokens come to {} as anyone on their way can read them; give 'tls', or listen on 127.0.0.1 "
                                   "behind a proxy that has it", fmt::join(open, " and "));
    (void)report_failure({ErrorKind::Refuse, words}, 0);
}

Result<BmcAccess> access_of(const BmcConfig& bmc)
{
    BmcAccess out{bmc.url, bmc.user, "", bmc.ca, bmc.networks};
    if (out.user.empty()) return out;
    const auto password = text_of_file(bmc.password_file);
    if (!password) return std::unexpected(password.error());
    out.password = password->substr(0, password->find_first_of("\r\n"));
    return out;
}

}  // namespace footing::inventory
