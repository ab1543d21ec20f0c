/// Views as JSON: what GET answers. The keys are a contract.
#pragma once

#include "inventory/store/alarms.hpp"
#include "inventory/store/assets.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/views/feed_entry.hpp"
#include "inventory/views/views.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// id vendor model serial wwn size first_seen last_seen ever_enrolled enrolled_at enrolled_in machine slot bay bay_state
/// (mapped, unmapped) placements last_place state (disks/state.hpp; null before its first report) state_why state_by readings,
/// and as last reported: path transport rotational rule role verdict reasons action outcome … (the wire's Drive).
wire::Json json_of(const DiskView& disk);

enum class Detail { Row, Full };

/// Row: id host_name vendor product serial first_seen last_seen boot_id quarantine location contradictions services; the
/// view needs no disks. Full: also drives, the disks themselves, and identity system nics neighbours stages sections.
wire::Json json_of(const MachineView& machine, Detail detail);

wire::Json json_of(const ConflictRow& conflict);
/// As it was at that time.
wire::Json json_of(const AlarmRow& alarm);

/// A disk's releases, the newest first: the wire's Release without its pre-image, and id machine received_at.
wire::Json releases_json(Sql& sql, const std::string& disk_id);

/// The only one: asset_tag vendor model owner bought warranty note. Null: there is none, or there are several.
wire::Json json_of(const std::vector<AssetRow>& assets);

/// kind value raw active first_seen last_seen; null where it isn't known of that time.
wire::Json json_of(const ClaimThen& claim);

/// Null for an empty text.
wire::Json text_or_null(const std::string& text);

}  // namespace footing::inventory
