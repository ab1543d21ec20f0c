#include "agent/model/serialize.hpp"

#include <nlohmann/json.hpp>

// nlohmann-json 3.11 knows no std::optional.
namespace nlohmann {
template <typename T>
struct adl_serializer<std::optional<T>> {
    static void to_json(json& json, const std::optional<T>& value)
    {
        if (value) json = *value;
        else json = nullptr;
    }
    static void from_json(const json& json, std::optional<T>& value)
    {
        if (json.is_null()) value.reset();
        else value = json.get<T>();
    }
};
}  // namespace nlohmann

namespace footing {

using nlohmann::json;

static void to_json(json& j, const Bytes& bytes) { j = bytes.count; }
static void from_json(const json& j, Bytes& bytes) { bytes.count = j.get<std::uint64_t>(); }
static void to_json(json& j, const Uuid& uuid) { j = to_string(uuid); }
static void from_json(const json& j, Uuid& uuid) { uuid = parse_uuid(j.get<std::string>()).value(); }

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identity, wwn, vendor, model, serial)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Partition, name, number, start, size, device_number)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Mount, device_number, where)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Unread, attribute, error)

void to_json(json& j, const Disk& disk)
{
    j = {{"name", disk.name}, {"path", disk.path}, {"address", disk.address}, {"device_number", disk.device_number},
         {"diskseq", disk.diskseq}, {"size", disk.size}, {"logical_sector", disk.logical_sector},
         {"physical_sector", disk.physical_sector}, {"identity", disk.identity}, {"transport", disk.transport},
         {"slot", disk.slot}, {"rotational", disk.rotational}, {"removable", disk.removable},
         {"read_only", disk.read_only}, {"hidden", disk.hidden}, {"zoned", disk.zoned}, {"partitions", disk.partitions},
         {"holders", disk.holders}, {"mounts", disk.mounts}, {"swaps", disk.swaps}, {"folded_into", disk.folded_into}, {"paths", disk.paths}, {"other_path", disk.other_path},
         {"unread", disk.unread}, {"enclosure", disk.enclosure}, {"element", disk.element}};
}

static void from_json(const json& j, Disk& disk)
{
    disk = {j.at("name"), j.at("path"), j.at("address"), j.at("device_number"), j.at("diskseq"), j.at("size").get<Bytes>(),
            j.at("logical_sector").get<Bytes>(), j.at("physical_sector").get<Bytes>(), j.at("identity").get<Identity>(),
            j.at("transport"), j.at("slot"), j.at("rotational").get<std::optional<bool>>(), j.at("removable"),
            j.at("read_only"), j.at("hidden"), j.at("zoned"), j.at("partitions").get<std::vector<Partition>>(),
            j.at("holders").get<std::vector<std::string>>(), j.at("mounts").get<std::vector<Mount>>(),
            j.at("swaps").get<std::vector<std::string>>(), j.at("folded_into"), j.at("paths").get<std::vector<std::string>>(), j.at("other_path"), j.at("unread").get<std::vector<Unread>>(),
            j.at("enclosure"), j.at("element")};
}

void to_json(json& j, const Reason& reason)
{
    j = {{"code", to_string(reason.code)}, {"sentence", reason.sentence},
         {"evidence", {{"offset", reason.offset}, {"bytes", reason.bytes}, {"tool", reason.tool}, {"errno", reason.error}}}};
}

namespace {

/// CBOR, since JSON has UTF-8 only: a serial number must come out as it was read, or its ledger would disagree with it.
std::string packed_binary(const json& j)
{
    std::string text;
    json::to_cbor(j, text);
    return text;
}

/// A reason between two processes of ours: the code as a number.
json packed(const Reasons& reasons)
{
    json list = json::array();
    for (const auto& r : reasons) list.push_back({static_cast<int>(r.code), r.sentence, r.offset, r.bytes, r.tool, r.error});
    return list;
}

Reasons unpacked(const json& list)
{
    Reasons reasons;
    for (const auto& j : list)
        reasons.push_back({static_cast<ReasonCode>(j.at(0).get<int>()), j.at(1), j.at(2).get<std::optional<std::uint64_t>>(), j.at(3), j.at(4), j.at(5)});
    return reasons;
}

}  // namespace

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LedgerRecord, state, sequence, disk_id, table_id, machine, cluster, wwn, serial, label, role,
                                   filesystem, agent_version, disk_size, logical_sector, partition_start, partition_size,
                                   intent_at, committed_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LedgerSlot, kind, why, record, newer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Ledger, slots)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GptPartition, number, type, id, start, size, name)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GptCopy, kind, why, table_id, lba, other_lba, entries_lba, entries_crc, partitions)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Gpt, mbr, primary, backup)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FilesystemFacts, looked, type, uuid)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Signature, type, partition_table, offset, prober)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BlankProof, attempted, complete, bytes_read, nonblank_offset, nonblank_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UnfinishedWork, looked, explained, why_not, offset)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Health, asked, failing, sentence)

std::string serialize(const Observation& seen)
{
    const json j = {{"disk", seen.disk}, {"problems", packed(seen.problems)}, {"opened", seen.opened}, {"busy", seen.busy},
                    {"locked", seen.locked}, {"ledger", seen.ledger}, {"ledger_read", seen.ledger_read}, {"gpt", seen.gpt},
                    {"gpt_read", seen.gpt_read}, {"filesystem", seen.filesystem}, {"marker", seen.marker},
                    {"mounted_at", seen.mounted_at}, {"signatures", seen.signatures}, {"probed", seen.probed},
                    {"blank", seen.blank}, {"unfinished", seen.unfinished}, {"health", seen.health}};
    return packed_binary(j);
}

Result<Observation> deserialize_observation(const std::string& text)
{
    try {
        const json j = json::from_cbor(text);
        Observation seen;
        seen.disk = j.at("disk").get<Disk>();
        seen.problems = unpacked(j.at("problems"));
        j.at("opened").get_to(seen.opened);
        j.at("busy").get_to(seen.busy);
        j.at("locked").get_to(seen.locked);
        j.at("ledger").get_to(seen.ledger);
        j.at("ledger_read").get_to(seen.ledger_read);
        j.at("gpt").get_to(seen.gpt);
        j.at("gpt_read").get_to(seen.gpt_read);
        j.at("filesystem").get_to(seen.filesystem);
        j.at("marker").get_to(seen.marker);
        j.at("mounted_at").get_to(seen.mounted_at);
        j.at("signatures").get_to(seen.signatures);
        j.at("probed").get_to(seen.probed);
        j.at("blank").get_to(seen.blank);
        j.at("unfinished").get_to(seen.unfinished);
        j.at("health").get_to(seen.health);
        return seen;
    } catch (const std::exception& error) {
        return fail(ErrorKind::Bug, std::string("a worker's observation can't be read: ") + error.what());
    }
}

std::string pack(const std::vector<Disk>& disks) { return packed_binary({{"disks", disks}}); }

std::string pack_error(const Error& error)
{
    return packed_binary({{"error", error.message}, {"kind", static_cast<int>(error.kind)}, {"code", error.code}});
}

Result<std::vector<Disk>> unpack_disks(const std::string& text)
{
    try {
        const json j = json::from_cbor(text);
        if (j.contains("error")) return fail(static_cast<ErrorKind>(j.at("kind").get<int>()), j.at("error"), j.at("code"));
        return j.at("disks").get<std::vector<Disk>>();
    } catch (const std::exception& error) {
        return fail(ErrorKind::Bug, std::string("a worker's list of drives can't be read: ") + error.what());
    }
}

}  // namespace footing
