/// The JSON keys of every wire type, written once and used for both directions.
///
/// required: a missing key is an error. optional: a missing key leaves the default.
#pragma once

#include <concepts>
#include <type_traits>

#include "inventory/wire/admission.hpp"
#include "inventory/wire/probe.hpp"
#include "inventory/wire/report.hpp"

namespace footing::wire {

template <typename A, typename T>
concept Of = std::same_as<std::remove_const_t<A>, T>;

template <typename V>
void fields(V& v, Of<MachineIdentity> auto& m)
{
    v.optional("uuid", m.uuid);
    v.optional("vendor", m.vendor);
    v.optional("product", m.product);
    v.optional("system_serial", m.system_serial);
    v.optional("board_serial", m.board_serial);
    v.optional("chassis_serial", m.chassis_serial);
    v.optional("asset_tag", m.asset_tag);
    v.optional("chassis_location", m.chassis_location);
}

template <typename V>
void fields(V& v, Of<Bmc> auto& b)
{
    v.optional("mac", b.mac);
    v.optional("address", b.address);
    v.optional("fru", b.fru);
}

template <typename V>
void fields(V& v, Of<Dimm> auto& d)
{
    v.optional("locator", d.locator);
    v.optional("vendor", d.vendor);
    v.optional("part", d.part);
    v.optional("serial", d.serial);
    v.optional("size", d.size);
}

template <typename V>
void fields(V& v, Of<DriveHealth> auto& h)
{
    v.optional("status", h.status);
    v.optional("sentence", h.sentence);
    v.optional("reallocated", h.reallocated);
    v.optional("pending", h.pending);
    v.optional("media_errors", h.media_errors);
    v.optional("percentage_used", h.percentage_used);
    v.optional("temperature_c", h.temperature_c);
    v.optional("power_on_hours", h.power_on_hours);
}

template <typename V>
void fields(V& v, Of<System> auto& s)
{
    v.optional("host_name", s.host_name);
    v.optional("kernel", s.kernel);
    v.optional("image", s.image);
    v.optional("agent_version", s.agent_version);
    v.optional("memory_bytes", s.memory_bytes);
    v.optional("location", s.location);
}

template <typename V>
void fields(V& v, Of<Nic> auto& n)
{
    v.required("name", n.name);
    v.optional("permanent_mac", n.permanent_mac);
    v.optional("driver", n.driver);
    v.optional("link", n.link);
    v.optional("speed_mbit", n.speed_mbit);
    v.optional("addresses", n.addresses);
}

template <typename V>
void fields(V& v, Of<Neighbour> auto& n)
{
    v.required("nic", n.nic);
    v.optional("chassis_id_type", n.chassis_id_type);
    v.optional("chassis_id", n.chassis_id);
    v.optional("port_id_type", n.port_id_type);
    v.optional("port_id", n.port_id);
    v.optional("system_name", n.system_name);
    v.optional("port_description", n.port_description);
}

template <typename V>
void fields(V& v, Of<Reason> auto& r)
{
    v.required("code", r.code);
    v.optional("sentence", r.sentence);
    v.optional("offset", r.offset);
    v.optional("bytes", r.bytes);
    v.optional("tool", r.tool);
    v.optional("error", r.error);
}

template <typename V>
void fields(V& v, Of<DriveIdentity> auto& d)
{
    v.optional("wwn", d.wwn);
    v.optional("vendor", d.vendor);
    v.optional("model", d.model);
    v.optional("serial", d.serial);
}

template <typename V>
void fields(V& v, Of<Drive> auto& d)
{
    v.required("path", d.path);
    v.required("identity", d.identity);
    v.optional("size", d.size);
    v.optional("transport", d.transport);
    v.optional("rotational", d.rotational);
    v.optional("slot", d.slot);
    v.optional("rule", d.rule);
    v.optional("role", d.role);
    v.required("verdict", d.verdict);
    v.optional("reasons", d.reasons);
    v.optional("action", d.action);
    v.optional("outcome", d.outcome);
    v.optional("outcome_error", d.outcome_error);
    v.optional("disk_id", d.disk_id);
    v.optional("mount_point", d.mount_point);
    v.optional("label", d.label);
    v.optional("enclosure", d.enclosure);
    v.optional("element", d.element);
    v.optional("health", d.health);
}

template <typename V>
void fields(V& v, Of<ReleaseSignature> auto& s)
{
    v.required("type", s.type);
    v.optional("offset", s.offset);
    v.optional("prober", s.prober);
}

template <typename V>
void fields(V& v, Of<Release> auto& r)
{
    v.required("boot_id", r.boot_id);
    v.required("since_boot", r.since_boot);
    v.optional("begun_at", r.begun_at);
    v.required("state", r.state);
    v.optional("error", r.error);
    v.required("identity", r.identity);
    v.required("size", r.size);
    v.optional("user", r.user);
    v.optional("permit", r.permit);
    v.optional("verdict", r.verdict);
    v.optional("signatures", r.signatures);
    v.optional("first_bytes", r.first_bytes);
    v.optional("evidence", r.evidence);
    v.optional("nonblank_bytes", r.nonblank_bytes);
    v.optional("kept_bytes", r.kept_bytes);
    v.optional("pre_image_size", r.pre_image_size);
    v.optional("pre_image_sha256", r.pre_image_sha256);
    v.optional("pre_image", r.pre_image);
}

template <typename V>
void fields(V& v, Of<Service> auto& s)
{
    v.required("unit", s.unit);
    v.optional("state", s.state);
    v.optional("reason", s.reason);
}

template <typename V>
void fields(V& v, Of<Stage> auto& s)
{
    v.required("name", s.name);
    v.optional("started_s", s.started_s);
    v.optional("seconds", s.seconds);
}

template <typename V>
void fields(V& v, Of<Report> auto& r)
{
    v.required("schema", r.schema);
    v.required("report_id", r.report_id);
    v.required("boot_id", r.boot_id);
    v.required("sequence", r.sequence);
    v.required("collected_at", r.collected_at);
    v.optional("cluster", r.cluster);
    v.optional("machine", r.machine);
    v.optional("system", r.system);
    v.optional("nics", r.nics);
    v.optional("neighbours", r.neighbours);
    v.optional("drives", r.drives);
    v.optional("services", r.services);
    v.optional("stages", r.stages);
    v.optional("bmc", r.bmc);
    v.optional("memory", r.memory);
    v.optional("releases", r.releases);
}

template <typename V>
void fields(V& v, Of<Probe> auto& p)
{
    v.required("schema", p.schema);
    v.required("boot_id", p.boot_id);
    v.required("sequence", p.sequence);
    v.required("fingerprint", p.fingerprint);
    v.required("sections", p.sections);
}

template <typename V>
void fields(V& v, Of<ProbeAnswer> auto& a)
{
    v.required("result", a.result);
    v.optional("machine_id", a.machine_id);
    v.optional("wanted", a.wanted);
    v.optional("location", a.location);
    v.optional("next_report_s", a.next_report_s);
}

template <typename V>
void fields(V& v, Of<Recognition> auto& r)
{
    v.required("how", r.how);
    v.optional("points", r.points);
    v.optional("why", r.why);
}

template <typename V>
void fields(V& v, Of<Event> auto& e)
{
    v.required("seq", e.seq);
    v.required("kind", e.kind);
    v.optional("sentence", e.sentence);
}

template <typename V>
void fields(V& v, Of<ReportAnswer> auto& a)
{
    v.required("machine_id", a.machine_id);
    v.required("result", a.result);
    v.optional("match", a.match);
    v.optional("location", a.location);
    v.optional("warnings", a.warnings);
    v.optional("next_report_s", a.next_report_s);
    v.optional("recognition", a.recognition);
    v.optional("events", a.events);
}

template <typename V>
void fields(V& v, Of<AdmissionDrive> auto& d)
{
    v.required("path", d.path);
    v.required("identity", d.identity);
    v.optional("size", d.size);
    v.required("action", d.action);
    v.optional("evidence", d.evidence);
}

template <typename V>
void fields(V& v, Of<AdmissionRequest> auto& r)
{
    v.required("boot_id", r.boot_id);
    v.optional("cluster", r.cluster);
    v.required("machine", r.machine);
    v.optional("macs", r.macs);
    v.required("drives", r.drives);
    v.optional("system", r.system);
    v.optional("neighbours", r.neighbours);
    v.optional("sequence", r.sequence);
}

template <typename V>
void fields(V& v, Of<AdmissionDriveAnswer> auto& d)
{
    v.required("path", d.path);
    v.required("identity", d.identity);
    v.required("decision", d.decision);
    v.optional("code", d.code);
    v.optional("sentence", d.sentence);
}

template <typename V>
void fields(V& v, Of<AdmissionAnswer> auto& a)
{
    v.required("machine_id", a.machine_id);
    v.required("drives", a.drives);
    v.optional("ask_again_s", a.ask_again_s);
}

}  // namespace footing::wire
