#include "inventory/api/json.hpp"

namespace footing::inventory {

using wire::Json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

namespace {

std::string until(const PlacementRow& placement) { return placement.to == open_end ? "" : placement.to; }

/// {room: {value, source, evidence, since}, …} and beside it what contradicts.
void add_location(Json& out, const Facts& facts, Detail detail)
{
    const Json stored = fact_json(facts, "location");
    Json location = Json::object(), contradictions = Json::array();
    if (stored.is_object()) {
        contradictions = stored.value("contradictions", Json::array());
        for (Json level : stored.value("levels", Json::array())) {
            const auto name = level.value("level", "");
            level.erase("level");
            if (detail == Detail::Row)
                for (const char* more : {"losers", "agreeing"}) level.erase(more);
            location[name] = std::move(level);
        }
    }
    out["location"] = std::move(location);
    out["contradictions"] = std::move(contradictions);
}

}  // namespace

Json json_of(const DiskView& disk)
{
    Json out{{"id", disk.row.id},
             {"vendor", disk.row.identity.vendor},
             {"model", disk.row.identity.model},
             {"serial", disk.row.identity.serial},
             {"wwn", disk.row.identity.wwn},
             {"size", disk.row.size},
             {"first_seen", disk.row.first_seen},
             {"last_seen", text_or_null(disk.row.last_seen)},
             {"ever_enrolled", !disk.row.enrolled_at.empty()},
             {"enrolled_at", text_or_null(disk.row.enrolled_at)},
             {"enrolled_in", text_or_null(disk.row.enrolled_in)},
             {"machine", nullptr},
             {"slot", nullptr},
             {"bay", nullptr},
             {"bay_state", nullptr}};
    Json placements = Json::array();
    for (const auto& placement : disk.placements) {
        placements.push_back({{"machine", placement.machine_id},
                              {"slot", placement.slot},
                              {"bay", text_or_null(placement.bay)},
                              {"enclosure", text_or_null(placement.enclosure)},
                              {"element", text_or_null(placement.element)},
                              {"from", placement.from},
                              {"to", text_or_null(until(placement))},
                              {"why", placement.why},
                              {"why_ended", text_or_null(placement.why_ended)}});
        if (placement.to == open_end) {
            out["machine"] = placement.machine_id;
            out["slot"] = placement.slot;
            out["bay"] = text_or_null(placement.bay);
            out["bay_state"] = placement.bay.empty() ? "unmapped" : "mapped";
        }
    }
    out["last_place"] = placements.empty() ? Json(nullptr) : placements.back();
    out["state"] = disk.state.state == DiskState::Unknown ? Json(nullptr) : Json(to_string(disk.state.state));
    out["state_why"] = disk.state.why;
    out["state_by"] = text_or_null(disk.state.by);
    out["readings"] = disk.row.readings.empty() ? Json(nullptr) : Json::parse(disk.row.readings, nullptr, false);
    out["placements"] = std::move(placements);
    Json reported = wire::Writer::json_of(disk.drive);
    for (const char* known : {"identity", "size", "slot", "enclosure", "element"}) reported.erase(known);
    out.update(reported);
    return out;
}

Json json_of(const ClaimThen& claim)
{
    return {{"kind", to_string(claim.claim.kind)}, {"value", claim.claim.value}, {"raw", claim.claim.raw},
            {"active", claim.active ? Json(*claim.active) : Json(nullptr)}, {"first_seen", claim.first_seen},
            {"last_seen", claim.last_seen ? Json(*claim.last_seen) : Json(nullptr)}};
}

Json json_of(const std::vector<AssetRow>& assets)
{
    if (assets.size() != 1) return nullptr;
    const auto& asset = assets.front();
    return {{"asset_tag", asset.tag}, {"vendor", text_or_null(asset.vendor)}, {"model", text_or_null(asset.model)}, {"owner", text_or_null(asset.owner)},
            {"bought", text_or_null(asset.bought)}, {"warranty", text_or_null(asset.warranty)}, {"note", text_or_null(asset.note)}};
}

Json json_of(const MachineView& machine, Detail detail)
{
    Json out{{"id", machine.row.id},
             {"host_name", machine.system.host_name},
             {"vendor", machine.identity.vendor},
             {"product", machine.identity.product},
             {"serial", machine.identity.system_serial},
             {"first_seen", machine.row.created_at},
             {"last_seen", text_or_null(machine.row.last_seen)},
             {"boot_id", text_or_null(machine.row.boot_id)},
             {"quarantine", text_or_null(machine.row.quarantine)}};
    add_location(out, machine.facts, detail);
    out["services"] = wire::Writer::json_of(machine.services);
    if (detail == Detail::Row) return out;
    Json drives = Json::array();
    for (const auto& disk : machine.disks) drives.push_back(json_of(disk));
    out["drives"] = std::move(drives);
    for (const char* section : {"identity", "system", "nics", "neighbours", "stages", "sections"})
        out[section] = fact_json(machine.facts, section);
    return out;
}

}  // namespace footing::inventory
