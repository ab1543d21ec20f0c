#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/api/api.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/parameter.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/ring.hpp"
#include "inventory/api/turn.hpp"
#include "inventory/location/network.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/store/terms.hpp"
#include "inventory/views/ansible_group.hpp"
#include "inventory/views/feed_machine.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json levels_of(const Place& place)
{
    return {{"site", place.site}, {"room", place.room}, {"row", place.row}, {"rack", place.rack}, {"unit", place.unit}};
}

constexpr NumberRange ports{1, 65535};

std::string with_port(const std::string& address, std::uint64_t port)
{
    return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port);
}

wire::Drive reported(const HeldDisk& held) { return wire::read<wire::Drive>(held.reported).value_or(wire::Drive{}); }

Json pillar_drive(const HeldDisk& held)
{
    const auto drive = reported(held);
    return {{"id", held.row.id},           {"disk_id", drive.disk_id}, {"device", device_of(drive.label, drive.mount_point)},
            {"path", drive.path},          {"role", drive.role},       {"mount_point", drive.mount_point},
            {"verdict", drive.verdict},    {"outcome", drive.outcome}, {"serial", held.row.identity.serial},
            {"wwn", held.row.identity.wwn}, {"model", held.row.identity.model}, {"size", held.row.size}, {"slot", held.slot}};
}

}  // namespace

Response Api::get_http_sd(const Request& request, const Captures&)
{
    const auto port = number_parameter(request, "port", ports, 9100);
    if (!port) return problem(port.error());
    const auto body = store_.read([&](Sql& sql) {
        Json out = Json::array();
        for (const auto& machine : feed_machines(sql)) {
            if (machine.address.empty()) continue;
            Json labels{{"__meta_footing_machine", machine.id}, {"instance", machine.name}};
            const Json place = levels_of(machine.place);
            for (const auto& [level, value] : place.items())
                if (!value.get_ref<const std::string&>().empty()) labels["footing_" + level] = value;
            Json target = Json::object();
            target["targets"] = std::vector{with_port(machine.address, *port)};
            target["labels"] = std::move(labels);
            out.push_back(std::move(target));
        }
        return out;
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_ansible(const Request&, const Captures&)
{
    const auto body = store_.read([&](Sql& sql) {
        Json hosts = Json::object(), out = Json::object();
        std::map<std::string, std::vector<std::string>> groups;
        for (const auto& machine : feed_machines(sql)) {
            hosts[machine.name] = {{"ansible_host", machine.address}, {"footing_id", machine.id},
                                   {"footing_location", levels_of(machine.place)}, {"footing_cluster", machine.cluster}};
            groups["footing"].push_back(machine.name);
            for (const auto& name : ansible_groups(machine.place)) groups[name].push_back(machine.name);
        }
        out["_meta"] = {{"hostvars", std::move(hosts)}};
        out["all"] = {{"children", Json::array()}};
        for (const auto& [name, members] : groups) {
            out["all"]["children"].push_back(name);
            out[name] = {{"hosts", members}};
        }
        return out;
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_roster(const Request&, const Captures&)
{
    const auto body = store_.read([&](Sql& sql) {
        Json out = Json::object();
        for (const auto& machine : feed_machines(sql))
            if (!machine.address.empty())
                out[machine.name] = {{"host", machine.address}, {"minion_opts", {{"grains", {{"footing_machine", machine.id}}}}}};
        return out;
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_pillar(const Request&, const Captures& captures)
{
    const std::string& minion = captures.at("minion");
    std::vector<std::string> several;
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        std::vector<FeedMachine> found;
        auto ids = machines_with_term(sql, "host_name", folded(minion));
        ids.push_back(minion);  // an id is a name too
        for (const auto& id : ids)
            if (const auto row = machine(sql, id))
                if (auto made = feed_machine(sql, *row); made && (made->host_name == minion || made->id == minion))
                    found.push_back(std::move(*made));
        for (const auto& one : found) several.push_back(one.id);
        if (found.size() != 1) return {};
        const auto& one = found.front();
        Json drives = Json::array(), macs = Json::array();
        for (const auto& held : held_disks(sql, one.id)) drives.push_back(pillar_drive(held));
        for (const auto& nic : one.nics)
            if (!nic.permanent_mac.empty()) macs.push_back(nic.permanent_mac);
        return Json{{"footing", {{"schema", 1}, {"node", minion}, {"machine", one.id}, {"host_name", one.host_name},
                                 {"cluster", one.cluster}, {"location", levels_of(one.place)}, {"address", one.address},
                                 {"vendor", one.identity.vendor}, {"product", one.identity.product},
                                 {"serial", one.identity.system_serial}, {"macs", std::move(macs)},
                                 {"drives", std::move(drives)}}}};
    });
    if (!body) return problem(body.error());
    if (several.size() > 1)
        return problem(409, fmt::format("minion '{}' is the host name of several machines: {}", minion, fmt::join(several, ", ")));
    return *body ? json(**body) : problem(404, "no machine has this host name or id");
}

Response Api::get_ring(const Request& request, const Captures&)
{
    const std::string role = request.parameter("role"), nic = request.parameter("nic"), network = request.parameter("network");
    const auto port = number_parameter(request, "port", ports, 6200);
    if (!port) return problem(port.error());
    if (!network.empty() && !is_network(network))
        return problem(400, fmt::format("network is '{}', expected one like 10.0.0.0/8", network));
    auto turn = std::make_shared<Turn<decltype(exports_)>>(exports_);
    if (!*turn) return problem(too_many_exports());
    auto ring = std::make_shared<Ring>(store_, RingWish{rules_.cluster, role, nic, network, *port});
    Response out;
    out.next_piece = [turn, ring] { return ring->next(); };
    return out;
}

}  // namespace footing::inventory
