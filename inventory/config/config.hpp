/// The inventory's configuration file (YAML).
///
/// Every mistake is an error with file, line and column: an unknown key, a wrong type, a value that can't be.
///
///     cluster: par-1                        # optional: reports of another cluster get a warning
///     listen: 127.0.0.1:8080                # people: pages and GET, and all else unless listen_reports is given
///     listen_reports: 0.0.0.0:8081          # agents: their POSTs, /healthz and /readyz
///     database: /var/lib/footing-inventory/inventory.db   # or postgresql://…
///     tls: {certificate: /etc/…/cert.pem, key: /etc/…/key.pem, client_ca: /etc/…/agents-ca.pem}
///     connections_per_peer: 32              # 0 behind a proxy: no limit
///     open_read: false                      # true: GET needs no token (labs: boot ids are read too, by which Salt knows minions)
///     permit_key: /var/lib/footing-inventory/permit.key  # signs permits to release drives; `footing-inventory key create`
///     wire_map: /etc/footing-inventory/wires.csv
///     asset_tag_pattern: '(?<room>[A-Z])-(?<rack>R\d+)-U(?<unit>\d+)'
///     host_name_pattern: {pattern: '([a-z]+)\d*-(r\d+)', groups: [site, rack]}
///     chassis_location_pattern: 'Node (?<node>\d+)'        # of SMBIOS' location in chassis; without it that is the node
///     bmc: {url: 'https://{address}', user: footing, password_file: /etc/…/bmc.password, ca: /etc/…/bmc-ca.pem}  # `ask-bmcs`, LEDs
///                                           # networks: [10.8.0.0/16] in it: no address outside is asked
///     webhooks: {hosts: [hooks.par-1.internal], ca: /etc/…/ca.pem}  # who may be told of changes (webhooks/receiver.hpp)
///     subnets: [{network: 10.12.0.0/16, site: par, room: A1}]  # where who has an address in it stands; the smallest counts
///     location_order: [human lock, wire map, human scan]   # strongest first; the others follow as usual
///     scan_counts_for: 90 d                 # how long a person's word outranks the wires
///     shared_ports: [{switch: 00:02:c9:aa:bb:cc, port: Ethernet1/49}]   # several machines may hear them (by chassis-id)
///     brake: {formats_per_hour_per_room: 100}
///     chassis_maps: /etc/footing-inventory/chassis.yaml   # printed bay labels: disks/chassis_map.hpp
///     keep_reports: 3                       # per machine, beside those that changed something
///     live_for: 24 h                        # s, min, h or d
///     placeholders: [ACME-DEFAULT]
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/model/result.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/webhooks/receiver.hpp"

namespace footing::inventory {

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;  // 0: any free one
    bool operator==(const Endpoint&) const = default;
};

/// "127.0.0.1:8080", "[::1]:8080", ":8080" (every address).
Result<Endpoint> parse_endpoint(const std::string& text);
/// As it is read.
std::string to_string(const Endpoint& endpoint);

struct Tls {
    std::string certificate;
    std::string key;
    std::string client_ca;  // empty: no client certificates
};

/// How a BMC is reached by Redfish (bmc/session.hpp): by `ask-bmcs`, and by serve for locator LEDs.
struct BmcConfig {
    std::string url;            // https, with {address} for the BMC's
    std::string user;           // empty: without
    std::string password_file;
    std::string ca;             // empty: the system's CAs
    std::vector<Network> networks;  // no address outside is asked; empty: all are
};

struct Config {
    Endpoint listen{"127.0.0.1", 8080};
    std::optional<Endpoint> listen_reports;
    std::string database = "/var/lib/footing-inventory/inventory.db";
    std::optional<Tls> tls;
    std::size_t connections_per_peer = 32;  // 0: no limit
    bool open_read = false;
    std::string permit_key;  // file of the private key that signs permits; empty: none are issued
    std::string wire_map;  // file, imported at start; empty: what was imported last stays
    IntakeRules rules;
    std::optional<BmcConfig> bmc;  // none: no BMC is asked
    WebhookReceivers webhooks;
};

/// `name` is the file's name in errors.
Result<Config> parse_config(const std::string& text, const std::string& name);
Result<Config> read_config(const std::string& path);

}  // namespace footing::inventory
